import { column, isActiveOn, sumBetween } from '../history.ts';
import { type Look, type Measure, share, slope } from '../look.ts';
import { daysFrom } from './windows.ts';

const daysPerWeek = 7;
const fewestWeeks = 3;

export const trendMeasures: readonly Measure[] = [
  {
    id: 'weekly-slope',
    family: 'trend',
    unit: 'events/week',
    name: { it: 'Andamento settimanale', en: 'Weekly trend' },
    description: {
      it: 'Di quanto cresce (o cala, se negativo) la tua attività da una settimana all’altra; le settimane senza scuola non contano.',
      en: 'By how much your activity grows (or falls, if negative) from week to week; weeks without school do not count.',
    },
    good: 'high',
    ...daysFrom(fewestWeeks * daysPerWeek),
    compute: weeklySlope,
  },
  {
    id: 'activity-change',
    family: 'trend',
    unit: 'ratio',
    name: { it: 'Attività rispetto a prima', en: 'Activity compared with before' },
    description: {
      it: 'La tua attività per giorno di scuola, divisa per quella del periodo uguale appena prima: 2 vuol dire il doppio.',
      en: 'Your activity per school day, divided by that of the same time just before: 2 means twice as much.',
    },
    good: 'high',
    ...daysFrom(daysPerWeek),
    compute: activityChange,
  },
  {
    id: 'presence-change',
    family: 'trend',
    unit: 'share',
    name: { it: 'Presenza rispetto a prima', en: 'Presence compared with before' },
    description: {
      it: 'La parte di giorni di scuola in cui hai fatto almeno una cosa, meno quella del periodo uguale appena prima.',
      en: 'The share of school days on which you were active, less that of the same time just before.',
    },
    good: 'high',
    ...daysFrom(daysPerWeek),
    compute: (look) => presence(look, 0) - presence(look, 1),
  },
  {
    id: 'acceleration',
    family: 'trend',
    unit: 'events/day',
    name: { it: 'Accelerazione', en: 'Acceleration' },
    description: {
      it: 'Se la tua crescita aumenta: la variazione dell’attività per giorno di scuola in questo periodo, meno la variazione nel periodo prima.',
      en: 'Whether your growth is growing: the change in activity per school day over this time, less the change over the time before.',
    },
    good: 'high',
    ...daysFrom(daysPerWeek),
    compute: (look) => eventRate(look, 0) - 2 * eventRate(look, 1) + eventRate(look, 2),
  },
];

/** Over the whole weeks that end the window, counted back from its last day. */
function weeklySlope({ history, context, from, before }: Look): number {
  const weeks: number[] = [];
  const events: number[] = [];
  for (let end = before; end - daysPerWeek >= from; end -= daysPerWeek) {
    if (context.calendar.countSchoolDays(end - daysPerWeek, end) === 0) continue;
    weeks.push((end - before) / daysPerWeek);
    events.push(sumBetween(history, column.events, end - daysPerWeek, end));
  }
  return weeks.length < fewestWeeks ? NaN : slope(weeks, events);
}

/** The window moved back by so many windows; null when the learner was not observed through all of it. */
function earlier(
  { history, before, window }: Look,
  windowsBack: number,
): { from: number; end: number } | null {
  const end = before - windowsBack * window;
  return end - window < history.observedFrom ? null : { from: end - window, end };
}

interface Pace {
  readonly events: number;
  readonly schoolDays: number;
}

function paceOf(look: Look, windowsBack: number): Pace | null {
  const past = earlier(look, windowsBack);
  if (!past) return null;
  const schoolDays = look.context.calendar.countSchoolDays(past.from, past.end);
  if (schoolDays === 0) return null;
  return { events: sumBetween(look.history, column.events, past.from, past.end), schoolDays };
}

/** One division of whole numbers, so that twice as much is 2 exactly. */
function activityChange(look: Look): number {
  const [now, then] = [paceOf(look, 0), paceOf(look, 1)];
  return now && then ? share(now.events * then.schoolDays, then.events * now.schoolDays) : NaN;
}

/** Events per school day; NaN when not wholly observed or without a school day. */
function eventRate(look: Look, windowsBack: number): number {
  const pace = paceOf(look, windowsBack);
  return pace ? pace.events / pace.schoolDays : NaN;
}

function presence(look: Look, windowsBack: number): number {
  const past = earlier(look, windowsBack);
  if (!past) return NaN;
  const { calendar } = look.context;
  let active = 0;
  for (let day = past.from; day < past.end; day++) {
    if (isActiveOn(look.history, day) && calendar.isSchoolDay(day)) active++;
  }
  return share(active, calendar.countSchoolDays(past.from, past.end));
}
