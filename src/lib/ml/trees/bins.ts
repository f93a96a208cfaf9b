import type { Matrix } from '../core/matrix.ts';

/**
 * A matrix where every value is the number of the interval it falls in. Value v of column f lies in bin b when
 * cuts[b − 1] ≤ v < cuts[b]; a missing value lies in the column's last bin.
 */
export interface BinnedMatrix {
  readonly rows: number;
  readonly columns: number;
  /** Row-major: the histogram loop reads a row's bins one after another, which beats columns by half in time. */
  readonly bins: Uint8Array;
  /** Cuts of column f stand at cutStart[f] to cutStart[f + 1] − 1, ascending. */
  readonly cuts: Float64Array;
  readonly cutStart: Uint32Array;
  /** Where column f's bins begin in a histogram; its missing bin is the last before binStart[f + 1]. */
  readonly binStart: Uint32Array;
}

// Bins live in bytes: 255 for values, one for missing.
const mostBins = 255;
// Beyond this many rows the quantiles come from an even sample.
const sampleRows = 60_000;

/** @param maxBins 2 to 255 intervals a column; a column with fewer distinct values gets one each */
export function binMatrix(x: Matrix, maxBins: number): BinnedMatrix {
  if (!(Number.isInteger(maxBins) && maxBins >= 2 && maxBins <= mostBins))
    throw new RangeError(`maxBins: expected 2 to ${mostBins}, got ${maxBins}`);
  const cutLists = Array.from({ length: x.columns }, (_, column) => cutsOf(x, column, maxBins));
  const cutStart = runningTotal(cutLists.map((cuts) => cuts.length));
  const cuts = new Float64Array(cutStart[x.columns]);
  cutLists.forEach((list, column) => cuts.set(list, cutStart[column]));
  const bins = new Uint8Array(x.rows * x.columns);
  const binned: BinnedMatrix = {
    rows: x.rows,
    columns: x.columns,
    bins,
    cuts,
    cutStart,
    // One more interval than cuts, and the missing bin.
    binStart: runningTotal(cutLists.map((list) => list.length + 2)),
  };
  for (let i = 0; i < bins.length; i++) bins[i] = binOf(binned, i % x.columns, x.values[i]);
  return binned;
}

function runningTotal(lengths: readonly number[]): Uint32Array {
  const totals = new Uint32Array(lengths.length + 1);
  lengths.forEach((length, i) => (totals[i + 1] = totals[i] + length));
  return totals;
}

function cutsOf(x: Matrix, column: number, maxBins: number): Float64Array {
  return quantileCuts(sortedSample(x, column), maxBins);
}

/**
 * The numbers between `maxBins` intervals that hold about equally many values; all distinct values but the lowest when there
 * are no more than that. @param sorted ascending, without NaN
 */
export function quantileCuts<T extends Float32Array | Float64Array>(sorted: T, maxBins: number): T {
  const distinct = firstDistinct(sorted, maxBins + 1);
  if (distinct.length <= maxBins) return distinct.subarray(Math.min(1, distinct.length)) as T;
  let count = 0;
  for (let k = 1; k < maxBins; k++) {
    const cut = sorted[Math.floor((k * sorted.length) / maxBins)];
    if (cut > sorted[0] && cut !== distinct[count - 1]) distinct[count++] = cut;
  }
  return distinct.subarray(0, count) as T;
}

/** The lowest distinct values, at most so many. */
function firstDistinct<T extends Float32Array | Float64Array>(sorted: T, most: number): T {
  const distinct = sorted.slice(0, most) as T;
  let count = 0;
  for (let i = 0; i < sorted.length && count < most; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) distinct[count++] = sorted[i];
  }
  return distinct.subarray(0, count) as T;
}

/** `quantileCuts` where each value counts with its weight. @param values in any order, without NaN */
export function weightedCuts(values: Float32Array, weights: Float64Array, maxBins: number): Float32Array {
  const order = orderOf(values);
  const sorted = Float32Array.from(order, (i) => values[i]);
  let total = 0;
  for (const i of order) total += weights[i];
  const distinct = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
  if (distinct.length <= maxBins) return distinct.subarray(Math.min(1, distinct.length));
  const cuts: number[] = [];
  let below = 0;
  for (let k = 0, next = 1; k < order.length; k++) {
    below += weights[order[k]];
    if (below * maxBins <= next * total) continue;
    if (sorted[k] > sorted[0] && sorted[k] !== cuts[cuts.length - 1]) cuts.push(sorted[k]);
    next = Math.floor((below * maxBins) / total) + 1;
  }
  return Float32Array.from(cuts.slice(0, maxBins - 1));
}

/** Indices that put the values in ascending order: the sorting of numbers is native, that of indices is not. */
function orderOf(values: Float32Array): Uint32Array {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  // Float32 bits ascend with the value once those of negative numbers are turned round; the index fills the low bits.
  const scale = 2 ** Math.ceil(Math.log2(values.length + 1));
  const keys = Float64Array.from(bits, (word, i) => (word < 0 ? -(word & 0x7fffffff) : word) * scale + i);
  keys.sort();
  return Uint32Array.from(keys, (key) => ((key % scale) + scale) % scale);
}

function sortedSample(x: Matrix, column: number): Float64Array {
  const step = Math.max(1, Math.ceil(x.rows / sampleRows));
  const sample = new Float64Array(Math.ceil(x.rows / step));
  let count = 0;
  for (let row = 0; row < x.rows; row += step) {
    const value = x.values[row * x.columns + column];
    if (!Number.isNaN(value)) sample[count++] = value;
  }
  return sample.subarray(0, count).sort();
}

/** The bin of a value within its column. */
export function binOf(binned: BinnedMatrix, column: number, value: number): number {
  const { cuts, cutStart } = binned;
  const first = cutStart[column];
  if (value !== value) return cutStart[column + 1] - first + 1;
  let low = first;
  let high = cutStart[column + 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cuts[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low - first;
}

/** The threshold t such that `v < t` says what `bin ≤ b` says; infinite where only missing values go right. */
export function thresholdOf(binned: BinnedMatrix, column: number, bin: number): number {
  const at = binned.cutStart[column] + bin;
  return at < binned.cutStart[column + 1] ? binned.cuts[at] : Infinity;
}

export function missingBin(binned: BinnedMatrix, column: number): number {
  return binned.binStart[column + 1] - binned.binStart[column] - 1;
}
