import { matrix, type Matrix } from '#lib/ml/core/matrix.ts';

/** A column that becomes `count` columns, for whole numbers from `lowest`. */
export interface SpreadColumn {
  readonly column: number;
  readonly lowest: number;
  readonly count: number;
}

/** Columns as columns of zeros and ones, one for each whole number, before the others. */
export function oneHot(x: Matrix, spread: readonly SpreadColumn[]): Matrix {
  const others = Array.from({ length: x.columns }, (_, i) => i).filter((i) =>
    spread.every(({ column }) => column !== i),
  );
  const rows = Array.from({ length: x.rows }, (_, row) => {
    const value = (column: number) => x.values[row * x.columns + column];
    const ones = spread.flatMap(({ column, lowest, count }) =>
      Array.from({ length: count }, (_, i) => Number(Math.floor(value(column)) - lowest === i)),
    );
    return [...ones, ...others.map(value)];
  });
  return matrix(x.rows, rows[0].length, Float32Array.from(rows.flat()));
}
