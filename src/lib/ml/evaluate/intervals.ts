import { seededRandom } from '../core/random.ts';
import { groupRows, redraw } from './groups.ts';

export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface BootstrapOptions {
  readonly seed: number;
  /** Redraws; 400 unless told. */
  readonly draws?: number;
  /** 0.95 unless told. */
  readonly coverage?: number;
  /**
   * Rows of one group are drawn together: several snapshots of one learner are no independent evidence.
   * One number a row; every row its own group unless told.
   */
  readonly groups?: ArrayLike<number>;
}

/**
 * The percentile bootstrap interval of a measure over rows. Draws where the measure is NaN (one class alone) are left out.
 *
 * @param measure gets row indices, with repeats
 * @see Efron and Tibshirani, "An Introduction to the Bootstrap", 13.3
 */
export function bootstrapInterval(
  rows: number,
  measure: (rows: Uint32Array) => number,
  options: BootstrapOptions,
): Interval {
  const [interval] = bootstrapIntervals(rows, (drawn) => [measure(drawn)], options);
  return interval;
}

/** The same for several measures at once, all on the same draws: one interval each, in the order given. */
export function bootstrapIntervals(
  rows: number,
  measures: (rows: Uint32Array) => readonly number[],
  options: BootstrapOptions,
): Interval[] {
  if (!(rows >= 1)) throw new RangeError(`bootstrapInterval: expected at least 1 row, got ${rows}`);
  const { seed, draws = 400, coverage = 0.95 } = options;
  const groups = groupRows(rows, options.groups);
  const random = seededRandom(seed);
  const drawn = Array.from({ length: draws }, () => measures(redraw(groups, random)));
  const values = measures(Uint32Array.from({ length: rows }, (_, i) => i));
  return values.map((value, m) =>
    percentileInterval(
      value,
      drawn.map((draw) => draw[m]),
      coverage,
    ),
  );
}

/** The value between the quantiles of its redraws that leave out equal tails; NaN bounds where no draw was measurable. */
export function percentileInterval(value: number, draws: readonly number[], coverage = 0.95): Interval {
  const sorted = draws.filter((draw) => !Number.isNaN(draw)).sort((a, b) => a - b);
  if (sorted.length === 0) return { value, low: NaN, high: NaN };
  const tail = (1 - coverage) / 2;
  return { value, low: quantileOfSorted(sorted, tail), high: quantileOfSorted(sorted, 1 - tail) };
}

/** Linear between the two nearest values. @param sorted ascending, not empty */
export function quantileOfSorted(sorted: ArrayLike<number>, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

const z95 = 1.959963984540054;

/**
 * A share and its 95 % interval, sound at 0, at 1 and on few rows. Of nothing the share is NaN and may be anything.
 *
 * @param count how many did, 0 to `of`; neither needs to be whole (an effective sample size is not)
 * @see Wilson 1927, as in Brown, Cai and DasGupta, "Interval Estimation for a Binomial Proportion" (2001), eq. 4
 */
export function wilsonInterval(count: number, of: number): Interval {
  if (!(count >= 0 && count <= of))
    throw new RangeError(`wilsonInterval: expected a count of 0 to ${of}, got ${count}`);
  if (of === 0) return { value: NaN, low: 0, high: 1 };
  const share = count / of;
  const scale = 1 + z95 ** 2 / of;
  const middle = (share + z95 ** 2 / (2 * of)) / scale;
  const half = (z95 * Math.sqrt((share * (1 - share)) / of + z95 ** 2 / (4 * of * of))) / scale;
  return {
    value: share,
    // At the ends the formula gives exactly the share; rounding must not put it outside.
    low: count === 0 ? 0 : Math.max(0, middle - half),
    high: count === of ? 1 : Math.min(1, middle + half),
  };
}
