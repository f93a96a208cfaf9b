import { matrix, type Matrix } from '../core/matrix.ts';
import { normal, seededRandom } from '../core/random.ts';

// Small worlds with a known law, for the tests of this folder.

export interface ToyWorld {
  readonly x: Matrix;
  readonly labels: Uint8Array;
}

/** Label 1 where exactly one of the first two columns is positive: no single column says anything. One value in ten is missing. */
export function exclusiveOr(rows: number, seed: number, columns = 4): ToyWorld {
  const random = seededRandom(seed);
  const values = Float64Array.from({ length: rows * columns }, () => normal(random));
  const labels = Uint8Array.from({ length: rows }, (_, i) =>
    Number(values[i * columns] > 0 !== values[i * columns + 1] > 0),
  );
  for (let i = 0; i < values.length; i++) if (i % columns > 1 && random() < 0.1) values[i] = NaN;
  return { x: matrix(rows, columns, values), labels };
}

/** Three classes by the sum of two columns. */
export function threeBands(rows: number, seed: number): ToyWorld {
  const random = seededRandom(seed);
  const values = Float64Array.from({ length: rows * 3 }, () => normal(random));
  const labels = Uint8Array.from({ length: rows }, (_, i) => {
    const sum = values[3 * i] + values[3 * i + 1] + 0.3 * normal(random);
    return Number(sum > -0.6) + Number(sum > 0.6);
  });
  return { x: matrix(rows, 3, values), labels };
}
