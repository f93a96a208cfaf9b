import type { Matrix } from '../core/matrix.ts';
import { quantileOfSorted } from '../evaluate/index.ts';
import { checkInteger, checkMatrix, checkRange } from '../trees/checks.ts';
import { answersOf, columnOf, meanOf, type Predict, rowsOf, withColumn } from './predict.ts';

export interface PartialDependence {
  /** Values of the column, ascending. */
  readonly grid: Float64Array;
  /** The mean answer with the column set to each value, and the quantiles between which most rows' answers lie. */
  readonly mean: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** The mean answer with the column missing everywhere; null when it never is. */
  readonly whenMissing: number | null;
}

export interface PartialDependenceOptions {
  /** The values to try; between the 5th and 95th percentile of the column unless told. */
  readonly grid?: ArrayLike<number>;
  /** How many; 20 unless told, fewer where the column has fewer values. */
  readonly points?: number;
  /** The share of rows between low and high; 0.8 unless told. */
  readonly band?: number;
}

/** @see Friedman (2001), section 8.2; Goldstein et al. (2015) for the band of individual lines */
export function partialDependence(
  predict: Predict,
  x: Matrix,
  column: number,
  options: PartialDependenceOptions = {},
): PartialDependence {
  const known = knownValues(x, column);
  const { points = 20, band = 0.8 } = options;
  checkInteger('points', points, 2, 10_000);
  checkRange('band', band, 0, 1);
  const grid = options.grid ? Float64Array.from(options.grid) : evenGrid(known, points);
  const answers = Array.from(grid, (value) => answersOf(predict, withColumn(x, column, value)));
  const sorted = answers.map((all) => Float64Array.from(all).sort());
  const quantile = (share: number) => Float64Array.from(sorted, (all) => quantileOfSorted(all, share));
  return {
    grid,
    mean: Float64Array.from(answers, meanOf),
    low: quantile((1 - band) / 2),
    high: quantile((1 + band) / 2),
    whenMissing: known.length < x.rows ? meanOf(answersOf(predict, withColumn(x, column, NaN))) : null,
  };
}

/** Ascending. @throws RangeError when the column has no value at all */
function knownValues(x: Matrix, column: number): Float64Array {
  checkMatrix('x', x);
  checkInteger('column', column, 0, x.columns - 1);
  const known = columnOf(x, column).filter((value) => !Number.isNaN(value));
  if (known.length === 0)
    throw new RangeError(`x: expected some value in column ${column}, got only missing ones`);
  return known.sort();
}

function evenGrid(sorted: Float64Array, points: number): Float64Array {
  const different = Float64Array.from(new Set(sorted));
  if (different.length <= points) return different;
  const [low, high] = [quantileOfSorted(sorted, 0.05), quantileOfSorted(sorted, 0.95)];
  // A column with nine tenths of one value: the ends of what it has.
  if (low === high)
    return Float64Array.of(sorted[0], ...(low > sorted[0] ? [low] : []), sorted[sorted.length - 1]);
  return Float64Array.from({ length: points }, (_, k) => low + ((high - low) * k) / (points - 1));
}

export interface AccumulatedEffects {
  /** Edges of the intervals, ascending, or the levels in their order. */
  readonly at: Float64Array;
  /** How far the answer stands from its mean over the rows, one number an edge or level. */
  readonly effects: Float64Array;
  /** Rows that an effect rests on: of each interval between two edges, or of each level. */
  readonly counts: Uint32Array;
  /** Rows without a value, and how far they stand from the mean by having none; null when there are none. */
  readonly missing: { readonly rows: number; readonly effect: number } | null;
}

/**
 * First-order accumulated local effects of a number: the answer's steps are taken only on rows near by, so columns that move
 * together do not lend each other their effect. Rows without a value are compared with the median instead.
 *
 * @param intervals between quantiles of the column; 20 unless told, fewer where values repeat
 * @see Apley and Zhu, "Visualizing the effects of predictor variables in black box supervised learning models" (2020)
 */
export function accumulatedEffects(
  predict: Predict,
  x: Matrix,
  column: number,
  intervals = 20,
): AccumulatedEffects {
  const known = knownValues(x, column);
  checkInteger('intervals', intervals, 1, 10_000);
  const at = quantileEdges(known, intervals);
  const values = columnOf(x, column);
  const steps = at.subarray(1);
  const members = Array.from(steps, (): number[] => []);
  values.forEach((value, row) => {
    if (Number.isNaN(value) || at.length < 2) return;
    members[Math.min(steps.length - 1, firstAtLeast(steps, value))].push(row);
  });
  const raw = accumulated(
    members.map((rows, k) => meanStep(predict, rowsOf(x, rows), column, at[k], at[k + 1])),
  );
  const counts = Uint32Array.from(members, ({ length }) => length);
  const centre =
    counts.reduce((sum, count, k) => sum + (count * (raw[k] + raw[k + 1])) / 2, 0) / known.length;
  const effects = raw.map((value) => value - centre);
  return { at, effects, counts, missing: missingEffect(predict, x, column, known, at, effects) };
}

/**
 * The same for categories whose order is given: a step between neighbours is taken on the rows of both.
 * @param levels every value of the column, in the order to accumulate
 */
export function accumulatedLevels(
  predict: Predict,
  x: Matrix,
  column: number,
  levels: readonly number[],
): AccumulatedEffects {
  const known = knownValues(x, column);
  const stranger = known.find((value) => !levels.includes(value));
  if (stranger !== undefined)
    throw new RangeError(`levels: expected every value of the column, got none for ${stranger}`);
  const values = columnOf(x, column);
  const members = levels.map((level) => [...values.keys()].filter((row) => values[row] === level));
  const steps = levels.slice(1).map((level, k) => {
    const near = rowsOf(x, [...members[k], ...members[k + 1]]);
    return meanStep(predict, near, column, levels[k], level);
  });
  const raw = accumulated(steps);
  const counts = Uint32Array.from(members, ({ length }) => length);
  const centre = counts.reduce((sum, count, k) => sum + count * raw[k], 0) / known.length;
  const [at, effects] = [Float64Array.from(levels), raw.map((value) => value - centre)];
  const gone = [...values.keys()].filter((row) => Number.isNaN(values[row]));
  const likeliest = counts.indexOf(Math.max(...counts));
  return {
    at,
    effects,
    counts,
    missing: gapTo(predict, rowsOf(x, gone), column, at[likeliest], effects[likeliest]),
  };
}

function quantileEdges(sorted: Float64Array, intervals: number): Float64Array {
  const edges = Array.from({ length: intervals + 1 }, (_, k) => quantileOfSorted(sorted, k / intervals));
  return Float64Array.from(new Set(edges));
}

/** The first place whose value is at least this one. @param sorted ascending */
function firstAtLeast(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How the answer of rows changes on average when the column goes from one value to another; 0 without rows. */
function meanStep(predict: Predict, rows: Matrix, column: number, from: number, to: number): number {
  if (rows.rows === 0) return 0;
  const after = answersOf(predict, withColumn(rows, column, to));
  return meanOf(after) - meanOf(answersOf(predict, withColumn(rows, column, from)));
}

function accumulated(steps: readonly number[]): Float64Array {
  const sums = new Float64Array(steps.length + 1);
  steps.forEach((step, k) => (sums[k + 1] = sums[k] + step));
  return sums;
}

function missingEffect(
  predict: Predict,
  x: Matrix,
  column: number,
  known: Float64Array,
  at: Float64Array,
  effects: Float64Array,
): AccumulatedEffects['missing'] {
  const values = columnOf(x, column);
  const gone = [...values.keys()].filter((row) => Number.isNaN(values[row]));
  const median = quantileOfSorted(known, 0.5);
  const above = firstAtLeast(at, median);
  const below = Math.max(0, above - 1);
  const share = above === below ? 0 : (median - at[below]) / (at[above] - at[below]);
  const atMedian = effects[below] + share * (effects[above] - effects[below]);
  return gapTo(predict, rowsOf(x, gone), column, median, atMedian);
}

/** The effect of having no value: that of a known one, and the step from it. */
function gapTo(
  predict: Predict,
  gone: Matrix,
  column: number,
  known: number,
  effect: number,
): AccumulatedEffects['missing'] {
  if (gone.rows === 0) return null;
  return { rows: gone.rows, effect: effect + meanStep(predict, gone, column, known, NaN) };
}
