import { type SchoolDay, weekStart } from '../activity/school-day.ts';
import type { SchoolCalendar } from '../features/index.ts';

/** The days in [from, before). */
export interface DaySpan {
  readonly from: SchoolDay;
  readonly before: SchoolDay;
}

export interface DayOrder {
  /** Every day of the span: however many are taken from the front, they lie spread over it. Weekends and holidays last. */
  readonly days: readonly SchoolDay[];
  /** So many of the first are school days. */
  readonly schoolDays: number;
}

/**
 * The order in which days are filled. Taking one more never moves those already taken, so doing more never undoes
 * anything; and each week gets its share before any gets a second one.
 */
export function dayOrder({ from, before }: DaySpan, calendar: SchoolCalendar): DayOrder {
  const all = Array.from({ length: Math.max(0, before - from) }, (_, i) => from + i);
  const school = all.filter((day) => calendar.isSchoolDay(day));
  const free = all.filter((day) => !calendar.isSchoolDay(day));
  return { days: [...spread(school), ...spread(free)], schoolDays: school.length };
}

/** The first day of every week, weeks in spread order; then the second of every week; and so on. */
function spread(days: readonly SchoolDay[]): SchoolDay[] {
  const weeks = [...Map.groupBy(days, weekStart).values()];
  const inOrder = spreadOrder(weeks.length).map((at) =>
    spreadOrder(weeks[at].length).map((i) => weeks[at][i]),
  );
  const rounds = Math.max(0, ...inOrder.map((week) => week.length));
  return Array.from({ length: rounds }, (_, round) => inOrder.flatMap((week) => week[round] ?? [])).flat();
}

/**
 * 0 to count − 1 so ordered that any beginning lies spread out: 0, 4, 2, 1, 3 for five.
 * @see van der Corput (1935), Verteilungsfunktionen: the radical inverse in base 2
 */
export function spreadOrder(count: number): number[] {
  const bits = Math.ceil(Math.log2(Math.max(1, count)));
  return Array.from({ length: 2 ** bits }, (_, i) => reversed(i, bits)).filter((at) => at < count);
}

function reversed(value: number, bits: number): number {
  let result = 0;
  for (let bit = 0; bit < bits; bit++) result |= ((value >> bit) & 1) << (bits - 1 - bit);
  return result;
}
