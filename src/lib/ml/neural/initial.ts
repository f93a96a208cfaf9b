import { normal, type Random } from '../core/random.ts';

/** Writes the first values of a parameter. */
export type Initial = (values: Float32Array, random: Random) => void;

export const zeros: Initial = (values) => void values.fill(0);
export const ones: Initial = (values) => void values.fill(1);

/**
 * Uniform within ±√(6 / (fanIn + fanOut)), so that signals neither grow nor fade on the way.
 * @see Glorot and Bengio 2010, Understanding the difficulty of training deep feedforward neural networks, eq. 16
 */
export function glorotUniform(fanIn: number, fanOut: number): Initial {
  const limit = Math.sqrt(6 / (fanIn + fanOut));
  return (values, random) => {
    for (let i = 0; i < values.length; i++) values[i] = (2 * random() - 1) * limit;
  };
}

export function gaussian(deviation: number): Initial {
  return (values, random) => {
    for (let i = 0; i < values.length; i++) values[i] = deviation * normal(random);
  };
}

/**
 * Rows × columns, cut into square blocks of `rows` columns (a recurrent kernel holds one a gate), each with orthonormal
 * rows: a state that goes through it many times keeps its length. Gram-Schmidt over normal draws.
 * @see Saxe, McClelland and Ganguli 2014, Exact solutions to the nonlinear dynamics of learning in deep linear networks
 */
export function orthogonal(rows: number, columns: number): Initial {
  if (columns % rows !== 0)
    throw new RangeError(`columns: expected a multiple of ${rows} rows, got ${columns}`);
  return (values, random) => {
    for (let block = 0; block < columns; block += rows) {
      const square = orthonormalRows(rows, random);
      for (let i = 0; i < rows; i++) values.set(square[i], i * columns + block);
    }
  };
}

function orthonormalRows(size: number, random: Random): Float64Array[] {
  const rows: Float64Array[] = [];
  while (rows.length < size) {
    const row = Float64Array.from({ length: size }, () => normal(random));
    // Twice is enough: the second pass takes away what rounding left of the first.
    for (let pass = 0; pass < 2; pass++) for (const other of rows) removePart(row, other);
    const length = Math.sqrt(dot(row, row));
    rows.push(row.map((value) => value / length));
  }
  return rows;
}

function removePart(row: Float64Array, unit: Float64Array): void {
  const along = dot(row, unit);
  for (let i = 0; i < row.length; i++) row[i] -= along * unit[i];
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
