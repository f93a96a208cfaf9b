import { weekday, weekStart } from '../../activity/school-day.ts';
import { column, isActiveOn, sumOf } from '../history.ts';
import { entropy, type Look, type Measure, share, total } from '../look.ts';
import { anyPast } from './windows.ts';

export const regularityMeasures: readonly Measure[] = [
  {
    id: 'active-days',
    family: 'regularity',
    unit: 'days',
    name: { it: 'Giorni attivi', en: 'Active days' },
    description: {
      it: 'In quanti giorni hai fatto almeno una cosa.',
      en: 'On how many days you did at least one thing.',
    },
    good: 'high',
    ...anyPast,
    compute: (look) => total(look, column.activeDays),
  },
  {
    id: 'school-day-share',
    family: 'regularity',
    unit: 'share',
    name: { it: 'Giorni di scuola attivi', en: 'School days active' },
    description: {
      it: 'In quanta parte dei giorni di scuola hai fatto almeno una cosa; vacanze e fine settimana non contano.',
      en: 'On what share of school days you were active; holidays and weekends do not count.',
    },
    good: 'high',
    ...anyPast,
    compute: schoolDayShare,
  },
  {
    id: 'active-weeks',
    family: 'regularity',
    unit: 'weeks',
    name: { it: 'Settimane attive', en: 'Active weeks' },
    description: {
      it: 'In quante settimane, dal lunedì alla domenica, hai fatto almeno una cosa.',
      en: 'In how many weeks, Monday to Sunday, you did at least one thing.',
    },
    good: 'high',
    ...anyPast,
    compute: activeWeeks,
  },
  {
    id: 'weekday-entropy',
    family: 'regularity',
    unit: 'bits',
    name: { it: 'Varietà dei giorni', en: 'Spread over weekdays' },
    description: {
      it: 'Quanto lavori in giorni diversi della settimana: 0 se sempre nello stesso, 2,8 se in tutti e sette allo stesso modo.',
      en: 'How evenly you work across the days of the week: 0 for always the same day, 2.8 for all seven alike.',
    },
    good: 'neither',
    ...anyPast,
    compute: weekdayEntropy,
  },
  {
    id: 'busiest-day-share',
    family: 'regularity',
    unit: 'share',
    name: { it: 'Peso del giorno più pieno', en: 'Weight of the busiest day' },
    description: {
      it: 'Quanta parte del lavoro è caduta in un giorno solo: più è bassa, meglio è distribuito.',
      en: 'What share of the work fell on a single day: the lower, the better it is spread.',
    },
    good: 'low',
    ...anyPast,
    compute: busiestDayShare,
  },
];

function schoolDayShare({ history, context, from, before }: Look): number {
  const schoolDays = context.calendar.countSchoolDays(from, before);
  let active = 0;
  if (schoolDays > 0) {
    for (let day = from; day < before; day++) {
      if (isActiveOn(history, day) && context.calendar.isSchoolDay(day)) active++;
    }
  }
  return share(active, schoolDays);
}

/** The days of the window with activity, oldest first. */
export function activeDaysOf({ history, first, end }: Look): number[] {
  const days: number[] = [];
  for (let i = first; i < end; i++) {
    if (sumOf(history, column.activeDays, i, i + 1) > 0) days.push(history.days[i]);
  }
  return days;
}

function activeWeeks(look: Look): number {
  let weeks = 0;
  let current = NaN;
  for (const day of activeDaysOf(look)) {
    if (weekStart(day) !== current) weeks++;
    current = weekStart(day);
  }
  return weeks;
}

function weekdayEntropy(look: Look): number {
  const counts = [0, 0, 0, 0, 0, 0, 0];
  for (const day of activeDaysOf(look)) counts[weekday(day)]++;
  return entropy(counts);
}

function busiestDayShare(look: Look): number {
  const { history, first, end } = look;
  let most = 0;
  for (let i = first; i < end; i++) most = Math.max(most, sumOf(history, column.events, i, i + 1));
  return share(most, total(look, column.events));
}
