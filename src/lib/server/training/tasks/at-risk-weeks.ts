import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import { column, kindColumn, type LearnerHistory, sumBetween } from '#lib/domain/features/history.ts';

/** The longest sequence of weeks that at-risk reads. */
export const weeksRead = 12;
const weekDays = 7;
/** What was done just before a class began still tells how it begins. */
const daysBeforeStart = 14;

/** One number of a week, from the days in [from, before). */
interface WeekChannel {
  readonly name: string;
  measure(history: LearnerHistory, from: SchoolDay, before: SchoolDay): number;
}

const sumOf = (name: string, of: number, per = 1): WeekChannel => ({
  name,
  measure: (history, from, before) => sumBetween(history, of, from, before) / per,
});

const channels: readonly WeekChannel[] = [
  sumOf('events', column.events),
  sumOf('active-days', column.activeDays),
  sumOf('quantity', column.quantity),
  sumOf('minutes', column.seconds, 60),
  sumOf('hand-ins', kindColumn('submit')),
  sumOf('late', column.late),
  sumOf('marks', column.scoreCount),
  {
    name: 'mean-mark',
    measure: (history, from, before) => {
      const count = sumBetween(history, column.scoreCount, from, before);
      return count > 0 ? sumBetween(history, column.scoreSum, from, before) / count : NaN;
    },
  },
];

/** Which channels are counts, in their order. */
export const weekCounts: readonly boolean[] = channels.map(({ name }) => name !== 'mean-mark');

/**
 * The columns a network reads: how many weeks are known, then `week-01-events` … of the week that ends before the day, those of
 * `week-02`, the one before it, and so on.
 */
export const weekColumns: readonly string[] = [
  'weeks-known',
  ...Array.from({ length: weeksRead }, (_, ago) =>
    channels.map(({ name }) => `${weekPrefix(ago + 1)}-${name}`),
  ).flat(),
];

/** Whether a model of these columns reads weeks. */
export function readsWeeks(columns: readonly string[]): boolean {
  return columns.includes(weekColumns[0]);
}

function weekPrefix(week: number): string {
  return `week-${String(week).padStart(2, '0')}`;
}

/** 1 for the latest week, 2 for the one before it; null for a column that is of no week. */
export function weekOfColumn(name: string): number | null {
  const found = /^week-(\d\d)-/.exec(name);
  return found ? Number(found[1]) : null;
}

/** When someone joined a class, and when the class began. */
export interface WeekSpan {
  readonly startsOn: SchoolDay;
  readonly joinedOn: SchoolDay;
}

/** The days of a learner's week, counted back from `before`: the first of 1 is seven days before it. */
export function weekStart(before: SchoolDay, week: number): SchoolDay {
  return before - week * weekDays;
}

/**
 * The numbers of `weekColumns` from the days before `before`, NaN for weeks before the learner joined, and for those that ended
 * more than a fortnight before the class began.
 */
export function weekValues(
  history: LearnerHistory,
  { startsOn, joinedOn }: WeekSpan,
  before: SchoolDay,
): Float64Array {
  const first = Math.max(joinedOn, startsOn - daysBeforeStart);
  const known = Math.max(1, Math.min(weeksRead, Math.ceil((before - first) / weekDays)));
  const values = new Float64Array(weekColumns.length).fill(NaN);
  values[0] = known;
  for (let week = 1; week <= known; week++) {
    const from = weekStart(before, week);
    const measured = channels.map(({ measure }) => measure(history, from, from + weekDays));
    values.set(measured, 1 + (week - 1) * channels.length);
  }
  return values;
}

/** Events of the week that begins with `before`: what comes next; NaN when the history ends sooner. For training alone. */
export function eventsAfter(history: LearnerHistory, before: SchoolDay): number {
  if (history.before < before + weekDays) return NaN;
  return sumBetween(history, column.events, before, before + weekDays);
}
