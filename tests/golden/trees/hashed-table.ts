import { matrix, type Matrix } from '#lib/ml/core/matrix.ts';

/** The table of hashed_table.py: columns 0 and 2 hold 12 and 3 categories, the others quarters; 1, 4 and 5 have gaps. */
export function hashedTable(rows: number, columns: number): { readonly x: Matrix; readonly labels: Uint8Array } {
  const values = new Float64Array(rows * columns);
  const labels = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const first = row * columns;
    let noise = -16;
    for (let j = 0; j < 4; j++) noise += (hashed(first + j, 4) % 64) / 8;
    for (let j = 0; j < columns; j++) values[first + j] = (hashed(first + j, 1) % 101) / 4 - 12.5;
    values[first] = hashed(first, 3) % 12;
    values[first + 2] = hashed(first + 2, 3) % 3;
    const slope = values[first + 2] === 1 ? 1 : -0.5;
    const signal =
      values[first + 1] + ((values[first] * 5) % 12) - 5 + slope * values[first + 3] + noise;
    const isGone = (column: number, share: number) => hashed(first + column, 2) % 1000 < share;
    labels[row] = Number(signal + 4 * Number(isGone(4, 300)) > 0);
    for (const [column, share] of [
      [1, 100],
      [4, 300],
      [5, 50],
    ])
      if (isGone(column, share)) values[first + column] = NaN;
  }
  return { x: matrix(rows, columns, values), labels };
}

function hashed(index: number, step: number): number {
  let z = (index + Math.imul(step, 0x9e3779b9)) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
}
