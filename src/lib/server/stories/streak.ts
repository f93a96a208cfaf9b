import { formatSchoolDay, type SchoolDay, weekday, weekStart } from '#lib/domain/activity/school-day.ts';
import { isActiveOn } from '#lib/domain/features/history.ts';
import { measure } from '#lib/domain/features/index.ts';
import type { Measurement } from '../features/index.ts';

export interface Streak {
  /** School days in a row with activity. */
  readonly days: number;
  /** Holidays on weekdays that fell into it and did not break it. */
  readonly freezes: number;
  readonly longest: number;
  /** The weekdays of the last weeks, the running one included, oldest first. */
  readonly recent: readonly StreakDay[];
}

export interface StreakDay {
  /** Yyyy-mm-dd. */
  readonly day: string;
  /** Frozen: a holiday, which breaks nothing. Open: today, while nothing is done yet. */
  readonly state: 'active' | 'missed' | 'frozen' | 'open';
}

type Look = Pick<Measurement, 'history' | 'context' | 'before'>;

const yearOfDays = 364;
const recentWeeks = 3;
const workdays = 5;

/** Null before the first school day on record. */
export function streakOf(look: Look): Streak | null {
  const { history, context, before } = look;
  const days = measure('streak', null, history, context, before);
  if (Number.isNaN(days)) return null;
  const longest = measure('longest-streak', yearOfDays, history, context, before);
  return {
    days,
    longest: Math.max(days, Number.isNaN(longest) ? 0 : longest),
    freezes: countFreezes(look, days),
    recent: recentDays(look),
  };
}

/** Walks back over as many school days as the streak has and counts the free weekdays between them. */
function countFreezes({ history, context: { calendar }, before }: Look, days: number): number {
  let left = days;
  let freezes = 0;
  for (let day = before - 1; day >= history.from && left > 0; day--) {
    if (calendar.isSchoolDay(day)) left--;
    else if (weekday(day) < workdays) freezes++;
  }
  return freezes;
}

function recentDays(look: Look): StreakDay[] {
  const today = look.before - 1;
  const from = Math.max(weekStart(today) - 7 * (recentWeeks - 1), look.history.observedFrom);
  return Array.from({ length: today - from + 1 }, (_, i) => from + i)
    .filter((day) => weekday(day) < workdays)
    .map((day) => ({ day: formatSchoolDay(day), state: stateOf(look, day) }));
}

function stateOf({ history, context, before }: Look, day: SchoolDay): StreakDay['state'] {
  if (!context.calendar.isSchoolDay(day)) return 'frozen';
  if (isActiveOn(history, day)) return 'active';
  return day === before - 1 ? 'open' : 'missed';
}
