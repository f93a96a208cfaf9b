import type { Matrix } from '../core/matrix.ts';
import { type InputScale, inputWidth } from './student.ts';

const smallestScale = 1e-6;

/**
 * How each column becomes an input, from the rows that teach: by mean and deviation of what is known. A column of nothing but
 * 0 and 1 stays as it is: a 0 then costs nothing to count with. Values that hardly move, or are never known, say nothing.
 */
export function fitScales(x: Matrix, columns: readonly string[]): InputScale[] {
  if (x.columns !== columns.length)
    throw new RangeError(`columns: expected ${x.columns} names, got ${columns.length}`);
  return columns.map((column, c) => {
    const known = Float64Array.from({ length: x.rows }, (_, row) => x.values[row * x.columns + c]).filter(
      isKnown,
    );
    const hasMissing = known.length < x.rows;
    if (known.every((value) => value === 0 || value === 1)) return { column, mean: 0, scale: 1, hasMissing };
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length;
    // As the flat file keeps them, so that nothing moves when it is read.
    const scale = Math.fround(Math.max(smallestScale, Math.sqrt(variance)));
    return { column, mean: Math.fround(mean), scale, hasMissing };
  });
}

function isKnown(value: number): boolean {
  return !Number.isNaN(value);
}

/**
 * The rows as the network reads them: rows × `inputWidth`, row-major.
 * @see InputScale for what becomes of a value
 */
export function networkInputs(x: Matrix, inputs: readonly InputScale[], bound: number): Float32Array {
  if (x.columns !== inputs.length)
    throw new RangeError(`rows: expected ${inputs.length} columns, got ${x.columns}`);
  const width = inputWidth(inputs);
  const filled = new Float32Array(x.rows * width);
  let to = 0;
  for (let row = 0; row < x.rows; row++) {
    for (let c = 0; c < x.columns; c++) {
      const { mean, scale, hasMissing } = inputs[c];
      const value = x.values[row * x.columns + c];
      const isMissing = Number.isNaN(value);
      filled[to++] = isMissing ? 0 : Math.max(-bound, Math.min(bound, (value - mean) / scale));
      if (hasMissing) filled[to++] = Number(isMissing);
    }
  }
  return filled;
}
