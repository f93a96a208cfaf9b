import type { Matrix } from '../core/matrix.ts';

/** @throws RangeError when a value is infinite or the shape does not fit. NaN is fine: it means missing. */
export function checkMatrix(name: string, x: Matrix, columns?: number): void {
  if (!(x.rows >= 1 && x.columns >= 1))
    throw new RangeError(`${name}: expected at least 1 × 1 values, got ${x.rows} × ${x.columns}`);
  if (columns !== undefined && x.columns !== columns)
    throw new RangeError(`${name}: expected ${columns} columns, got ${x.columns}`);
  if (x.values.length !== x.rows * x.columns)
    throw new RangeError(`${name}: expected ${x.rows * x.columns} values, got ${x.values.length}`);
  const wrong = firstInfinite(x.values);
  if (wrong < 0) return;
  const place = `row ${Math.floor(wrong / x.columns)}, column ${wrong % x.columns}`;
  throw new RangeError(`${name}: expected a number or NaN at ${place}, got ${x.values[wrong]}`);
}

const withoutSign = 0x7fffffff;
const infiniteSingle = 0x7f800000;
const infiniteDouble = 0x7ff00000;

/**
 * Where the first infinity stands, or −1. Bit patterns of whole numbers are read, not the values: one loop then serves both
 * kinds of array at full speed, where comparing the values of either took a sixth of a prediction. Words are little-endian, as
 * everywhere that JavaScript runs.
 */
function firstInfinite(values: Float32Array | Float64Array): number {
  const words = new Int32Array(values.buffer, values.byteOffset, values.byteLength >> 2);
  if (values.BYTES_PER_ELEMENT === 4) {
    for (let i = 0; i < words.length; i++) if ((words[i] & withoutSign) === infiniteSingle) return i;
    return -1;
  }
  for (let i = 1; i < words.length; i += 2) {
    if ((words[i] & withoutSign) === infiniteDouble && words[i - 1] === 0) return i >> 1;
  }
  return -1;
}

/** @throws RangeError unless there is one label a row and each is an integer in [0, classes). */
export function checkClasses(labels: ArrayLike<number>, rows: number, classes: number): void {
  checkLength('labels', labels, rows);
  for (let i = 0; i < rows; i++) {
    if (!(Number.isInteger(labels[i]) && labels[i] >= 0 && labels[i] < classes))
      throw new RangeError(`labels[${i}]: expected an integer from 0 to ${classes - 1}, got ${labels[i]}`);
  }
}

/** @throws RangeError unless there is one finite label a row. */
export function checkNumbers(labels: ArrayLike<number>, rows: number): void {
  checkLength('labels', labels, rows);
  for (let i = 0; i < rows; i++) {
    if (!Number.isFinite(labels[i]))
      throw new RangeError(`labels[${i}]: expected a number, got ${labels[i]}`);
  }
}

/** The weights given, or 1 for every row. @throws RangeError unless each is positive and finite. */
export function checkedWeights(weights: ArrayLike<number> | undefined, rows: number): Float64Array {
  if (!weights) return new Float64Array(rows).fill(1);
  checkLength('weights', weights, rows);
  for (let i = 0; i < rows; i++) {
    if (!(weights[i] > 0 && weights[i] < Infinity))
      throw new RangeError(`weights[${i}]: expected a positive number, got ${weights[i]}`);
  }
  return Float64Array.from(weights);
}

function checkLength(name: string, values: ArrayLike<number>, rows: number): void {
  if (values.length !== rows)
    throw new RangeError(`${name}: expected ${rows}, one a row, got ${values.length}`);
}

/** @throws RangeError unless `value` is a number from `low` to `high`, both included. */
export function checkRange(name: string, value: number, low: number, high: number): void {
  if (!(value >= low && value <= high))
    throw new RangeError(`${name}: expected ${low} to ${high}, got ${value}`);
}

/** @throws RangeError unless `value` is a whole number from `low` to `high`. */
export function checkInteger(name: string, value: number, low: number, high: number): void {
  if (!(Number.isInteger(value) && value >= low && value <= high))
    throw new RangeError(`${name}: expected a whole number from ${low} to ${high}, got ${value}`);
}
