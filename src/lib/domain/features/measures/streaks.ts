import { type SchoolDay, weekStart } from '../../activity/school-day.ts';
import { column, isActiveOn, sumBetween } from '../history.ts';
import type { Look, Measure } from '../look.ts';
import { anyPast, atDay } from './windows.ts';

const daysPerWeek = 7;

export const streakMeasures: readonly Measure[] = [
  {
    id: 'streak',
    family: 'streak',
    unit: 'days',
    name: { it: 'Serie in corso', en: 'Current streak' },
    description: {
      it: 'Da quanti giorni di scuola di fila fai almeno una cosa; vacanze e fine settimana non interrompono la serie, e oggi ha tempo fino a sera.',
      en: 'How many school days in a row you have been active; holidays and weekends do not break it, and today has until tonight.',
    },
    good: 'high',
    ...atDay,
    compute: streak,
  },
  {
    id: 'longest-streak',
    family: 'streak',
    unit: 'days',
    name: { it: 'Serie più lunga', en: 'Longest streak' },
    description: {
      it: 'Il maggior numero di giorni di scuola di fila in cui hai fatto almeno una cosa.',
      en: 'The most school days in a row on which you were active.',
    },
    good: 'high',
    ...anyPast,
    compute: (look) => longestRun(look, true),
  },
  {
    id: 'week-streak',
    family: 'streak',
    unit: 'weeks',
    name: { it: 'Settimane di fila', en: 'Weeks in a row' },
    description: {
      it: 'Quante settimane di scuola di fila hai fatto almeno una cosa.',
      en: 'How many school weeks in a row you did at least one thing.',
    },
    good: 'high',
    ...atDay,
    compute: (look) => weekStreak(look, 1),
  },
  {
    id: 'steady-week-streak',
    family: 'streak',
    unit: 'weeks',
    name: { it: 'Settimane costanti di fila', en: 'Steady weeks in a row' },
    description: {
      it: 'Quante settimane di scuola di fila hai fatto qualcosa in almeno tre giorni (o in tanti quanti i giorni di scuola, se sono meno).',
      en: 'How many school weeks in a row you were active on at least three days (or as many as it has school days, if fewer).',
    },
    good: 'high',
    ...atDay,
    compute: (look) => weekStreak(look, 3),
  },
];

/** Whether the days of the look contain a school day at all; without one there is no streak to speak of. */
function hasSchoolDays({ context, from, before }: Look): boolean {
  return context.calendar.countSchoolDays(from, before) > 0;
}

function streak(look: Look): number {
  const { history, context, from, before } = look;
  if (!hasSchoolDays(look)) return NaN;
  let length = 0;
  for (let day = before - 1; day >= from; day--) {
    if (!context.calendar.isSchoolDay(day)) continue;
    if (isActiveOn(history, day)) length++;
    else if (day < before - 1) break;
  }
  return length;
}

/**
 * The longest run of school days that are active, or of those that are not. The last day cannot end a run or
 * lengthen a pause: it may not be over.
 */
export function longestRun(look: Look, wanted: boolean): number {
  const { history, context, from, before } = look;
  if (!hasSchoolDays(look)) return NaN;
  let longest = 0;
  let length = 0;
  for (let day = from; day < before; day++) {
    if (!context.calendar.isSchoolDay(day)) continue;
    const isActive = isActiveOn(history, day);
    if (!isActive && day === before - 1) continue;
    length = isActive === wanted ? length + 1 : 0;
    longest = Math.max(longest, length);
  }
  return longest;
}

/** Weeks without a school day freeze the streak; the current week adds to it but cannot break it. */
function weekStreak(look: Look, activeDays: number): number {
  if (!hasSchoolDays(look)) return NaN;
  const current = weekStart(look.before - 1);
  let weeks = 0;
  for (let week = current; week + daysPerWeek > look.from; week -= daysPerWeek) {
    const schoolDays = look.context.calendar.countSchoolDays(week, week + daysPerWeek);
    if (schoolDays === 0) continue;
    if (activeDaysInWeek(look, week) >= Math.min(activeDays, schoolDays)) weeks++;
    else if (week < current) break;
  }
  return weeks;
}

function activeDaysInWeek({ history, from, before }: Look, week: SchoolDay): number {
  const end = Math.min(week + daysPerWeek, before);
  return sumBetween(history, column.activeDays, Math.max(week, from), end);
}
