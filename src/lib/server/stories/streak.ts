import { type SchoolDay, weekday } from '#lib/domain/activity/school-day.ts';
import { measure, type SchoolCalendar } from '#lib/domain/features/index.ts';
import type { Measurement } from '../features/index.ts';

export interface Streak {
  /** School days in a row with activity. */
  readonly days: number;
  /** Holidays on weekdays that fell into it and did not break it. */
  readonly freezes: number;
  readonly longest: number;
}

const yearOfDays = 364;

/** Null before the first school day on record. */
export function streakOf({ history, context, before }: Measurement): Streak | null {
  const days = measure('streak', null, history, context, before);
  if (Number.isNaN(days)) return null;
  const longest = measure('longest-streak', yearOfDays, history, context, before);
  return {
    days,
    longest: Math.max(days, Number.isNaN(longest) ? 0 : longest),
    freezes: countFreezes(context.calendar, history.from, before, days),
  };
}

/** Walks back over as many school days as the streak has and counts the free weekdays between them. */
function countFreezes(calendar: SchoolCalendar, from: SchoolDay, before: SchoolDay, days: number): number {
  let left = days;
  let freezes = 0;
  for (let day = before - 1; day >= from && left > 0; day--) {
    if (calendar.isSchoolDay(day)) left--;
    else if (weekday(day) < 5) freezes++;
  }
  return freezes;
}
