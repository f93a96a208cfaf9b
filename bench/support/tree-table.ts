import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { matrix, type Matrix } from '#lib/ml/core/matrix.ts';
import { normal, seededRandom } from '#lib/ml/core/random.ts';

/** Normal columns with a gap in one of ten values of the first twelve, and labels; written as `x.bin` and `y.bin` for the original. */
export function writeTable(folder: string, rows: number, columns: number): Matrix {
  const random = seededRandom(1);
  const values = Float32Array.from({ length: rows * columns }, () => normal(random));
  const labels = Uint8Array.from({ length: rows }, (_, i) => {
    const at = (column: number) => values[i * columns + column];
    const margin = at(0) + 0.7 * at(1) * at(2) - Math.abs(at(3)) + 0.5 * at(4) + 0.3 * at(5) * at(6);
    return Number(random() < 1 / (1 + Math.exp(-margin)));
  });
  for (let i = 0; i < values.length; i++) if (i % columns < 12 && random() < 0.1) values[i] = NaN;
  writeFileSync(join(folder, 'x.bin'), values);
  writeFileSync(join(folder, 'y.bin'), labels);
  return matrix(rows, columns, values);
}
