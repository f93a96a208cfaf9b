import type { Matrix } from '../../core/matrix.ts';

// CatBoost's own limit for finding borders.
const sampleRows = 200_000;
const lowestSingle = -3.4028234663852886e38;

/**
 * Borders of a column, float32, ascending: midpoints between values that even out the counts of the intervals
 * (GreedyLogSum). A column with missing values has the lowest float32 as its first border, so that missing comes below
 * every number (nan_mode Min).
 * @param most 1 to 254 borders
 * @see catboost/library/cpp/grid_creator/binarization.cpp, TGreedyBinarizer with MaxSumLog
 */
export function bordersOf(x: Matrix, column: number, most: number): Float64Array {
  const { sorted, hasMissing } = sortedSample(x, column);
  const ends = greedyEnds(sorted, hasMissing ? most - 1 : most);
  const borders = ends.map((end) => Math.fround(0.5 * sorted[end - 1] + 0.5 * sorted[end]));
  return Float64Array.from(hasMissing ? [lowestSingle, ...borders] : borders);
}

/** How many borders lie below each value of the column: its interval, one byte a row. Missing lies below all. */
export function intervalsOf(x: Matrix, column: number, borders: Float64Array): Uint8Array {
  const intervals = new Uint8Array(x.rows);
  for (let row = 0; row < x.rows; row++) {
    const value = Math.fround(x.values[row * x.columns + column]);
    let [low, high] = [0, borders.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (value > borders[middle]) low = middle + 1;
      else high = middle;
    }
    intervals[row] = low;
  }
  return intervals;
}

function sortedSample(x: Matrix, column: number): { sorted: Float32Array; hasMissing: boolean } {
  const step = Math.ceil(x.rows / sampleRows);
  const sample = new Float32Array(Math.ceil(x.rows / step));
  let count = 0;
  let hasMissing = false;
  for (let row = 0; row < x.rows; row++) {
    const value = x.values[row * x.columns + column];
    if (Number.isNaN(value)) hasMissing = true;
    else if (row % step === 0) sample[count++] = value;
  }
  return { sorted: sample.subarray(0, count).sort(), hasMissing };
}

/** A run of sorted values and the best place to cut it: where the values right of the cut begin. */
interface Run {
  readonly from: number;
  readonly to: number;
  readonly cut: number;
  readonly gain: number;
}

/** Where intervals after the first begin, ascending. */
function greedyEnds(sorted: Float32Array, most: number): number[] {
  const runs = sorted.length > 0 ? [runOf(sorted, 0, sorted.length)] : [];
  const cuts: number[] = [];
  while (cuts.length < most) {
    const best = runs.reduce((found, run, i) => (run.gain > runs[found].gain ? i : found), 0);
    if (runs.length === 0 || runs[best].gain === -Infinity) break;
    const { from, to, cut } = runs[best];
    cuts.push(cut);
    runs.splice(best, 1, runOf(sorted, from, cut), runOf(sorted, cut, to));
  }
  return cuts.sort((a, b) => a - b);
}

/** Cuts before or after the values equal to the middle one, whichever evens out more. */
function runOf(sorted: Float32Array, from: number, to: number): Run {
  const middle = sorted[from + ((to - from) >> 1)];
  const before = firstAtLeast(sorted, from, to, middle, false);
  const after = firstAtLeast(sorted, from, to, middle, true);
  const gainOf = (cut: number) =>
    cut === from || cut === to ? -Infinity : Math.log(cut - from) + Math.log(to - cut) - Math.log(to - from);
  const [gainBefore, gainAfter] = [gainOf(before), gainOf(after)];
  return gainBefore >= gainAfter
    ? { from, to, cut: before, gain: gainBefore }
    : { from, to, cut: after, gain: gainAfter };
}

function firstAtLeast(
  sorted: Float32Array,
  from: number,
  to: number,
  value: number,
  isAbove: boolean,
): number {
  let [low, high] = [from, to];
  while (low < high) {
    const at = (low + high) >> 1;
    if (sorted[at] < value || (isAbove && sorted[at] === value)) low = at + 1;
    else high = at;
  }
  return low;
}
