import { matrix, type Matrix } from '../core/matrix.ts';
import { choleskySolver } from './cholesky.ts';

export interface Ridge {
  readonly coefficients: Float64Array;
  readonly intercept: number;
  /** Weighted share of the variance that the line explains; 1 when there is none to explain. */
  readonly r2: number;
}

/**
 * Weighted least squares with penalty alpha · Σ coefficients², the intercept free.
 * @see scikit-learn, `Ridge.fit` with `sample_weight`, for the same centring
 */
export function fitRidge(
  z: Matrix,
  answers: ArrayLike<number>,
  weights: ArrayLike<number>,
  alpha: number,
): Ridge {
  const { rows, columns } = z;
  const total = sumOf(rows, (i) => weights[i]);
  const centre = Float64Array.from(
    { length: columns },
    (_, j) => sumOf(rows, (i) => weights[i] * z.values[i * columns + j]) / total,
  );
  const mean = sumOf(rows, (i) => weights[i] * answers[i]) / total;
  const centred = matrix(
    rows,
    columns,
    Float64Array.from(z.values, (value, i) => value - centre[i % columns]),
  );
  const { gram, right } = normalEquations(centred, (i) => answers[i] - mean, weights, alpha);
  const coefficients = choleskySolver(columns, gram)(right);
  const line = (i: number) => sumOf(columns, (j) => coefficients[j] * centred.values[i * columns + j]);
  const missed = sumOf(rows, (i) => weights[i] * (answers[i] - mean - line(i)) ** 2);
  const spread = sumOf(rows, (i) => weights[i] * (answers[i] - mean) ** 2);
  return {
    coefficients,
    intercept: mean - sumOf(columns, (j) => coefficients[j] * centre[j]),
    r2: spread === 0 ? 1 : 1 - missed / spread,
  };
}

function sumOf(count: number, term: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += term(i);
  return sum;
}

function normalEquations(
  { rows, columns, values }: Matrix,
  answer: (row: number) => number,
  weights: ArrayLike<number>,
  alpha: number,
) {
  const gram = new Float64Array(columns * columns);
  const right = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const weighted = weights[i] * values[i * columns + j];
      right[j] += weighted * answer(i);
      for (let k = 0; k < columns; k++) gram[j * columns + k] += weighted * values[i * columns + k];
    }
  }
  for (let j = 0; j < columns; j++) gram[j * (columns + 1)] += alpha;
  return { gram, right };
}
