import type { SchoolDay } from '../activity/school-day.ts';
import type { SchoolCalendar } from './calendar.ts';
import type { ClassHistory } from './class-history.ts';
import type { MeasureInfo } from './feature.ts';
import { column, type Column, type LearnerHistory, recordsBefore, sumOf } from './history.ts';

/** What a measure needs beyond the learner. */
export interface MeasureContext {
  readonly calendar: SchoolCalendar;
  /** The class the learner is compared with; null when there is none. */
  readonly classHistory: ClassHistory | null;
  /** When the learner entered that class, if later than its start. */
  readonly joinedClassOn?: SchoolDay;
}

/** One learner seen through one window: the days in [from, before), none of them unobserved. */
export interface Look {
  readonly history: LearnerHistory;
  readonly context: MeasureContext;
  readonly from: SchoolDay;
  readonly before: SchoolDay;
  /** Days asked for; the learner may have been here for fewer. Infinity for the whole past. */
  readonly window: number;
  /** The records of the window: [first, end). */
  readonly first: number;
  readonly end: number;
}

/** A measure with its way to compute it. NaN says "not measured"; a 0 is always a real 0. */
export interface Measure extends MeasureInfo {
  readonly compute: (look: Look) => number;
}

/** The last `window` days before `before`, as far as they were observed. */
export function lookBack(
  history: LearnerHistory,
  context: MeasureContext,
  window: number | null,
  before: SchoolDay,
): Look {
  const days = window ?? Infinity;
  const from = Math.max(before - days, history.observedFrom);
  return {
    history,
    context,
    from,
    before,
    window: days,
    first: recordsBefore(history, from),
    end: recordsBefore(history, before),
  };
}

/** Sum of a column over the window. */
export function total(look: Look, of: Column | number): number {
  return sumOf(look.history, of, look.first, look.end);
}

/** A quotient that is not measured when there is nothing to divide by. */
export function share(part: number, whole: number): number {
  return whole > 0 ? part / whole : NaN;
}

/** Shannon entropy in bits of counts; NaN when all are 0. */
export function entropy(counts: readonly number[]): number {
  let whole = 0;
  for (const count of counts) whole += count;
  if (whole === 0) return NaN;
  let bits = 0;
  for (const count of counts) if (count > 0) bits -= (count / whole) * Math.log2(count / whole);
  return bits;
}

/**
 * Slope of the weighted least-squares line through (x, y); NaN when all x are the same. Give whole numbers for x,
 * counted from the first here, so that equal ones stay equal.
 */
export function slope(x: readonly number[], y: readonly number[], weights?: readonly number[]): number {
  const weightOf = (i: number) => weights?.[i] ?? 1;
  let [weight, sumX, sumY] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    weight += weightOf(i);
    sumX += weightOf(i) * (x[i] - x[0]);
    sumY += weightOf(i) * y[i];
  }
  const [meanX, meanY] = [sumX / weight, sumY / weight];
  let [along, spread] = [0, 0];
  for (let i = 0; i < x.length; i++) {
    along += weightOf(i) * (x[i] - x[0] - meanX) * (y[i] - meanY);
    spread += weightOf(i) * (x[i] - x[0] - meanX) ** 2;
  }
  return share(along, spread);
}

/**
 * Sum of a column that not every school records. Not measured when nothing was ever recorded, or when the
 * window has activity but no record: then 0 would stand for missing.
 */
export function sumKnown(look: Look, of: Column): number {
  const { history, end } = look;
  const sum = total(look, of);
  const isSilent = sum === 0 && (total(look, column.activeDays) > 0 || sumOf(history, of, 0, end) === 0);
  return isSilent ? NaN : sum;
}
