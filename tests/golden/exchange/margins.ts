import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { matrix, type Matrix } from '#lib/ml/core/matrix.ts';

interface MarginsFile {
  readonly columns: number;
  readonly x: readonly (number | null)[];
  readonly margins: readonly number[];
}

/** The rows of a golden case and what the original library answered for them. */
export function readMargins(name: string): { readonly x: Matrix; readonly margins: readonly number[] } {
  const path = join(import.meta.dirname, `${name}.margins.json`);
  const { columns, x, margins } = JSON.parse(readFileSync(path, 'utf8')) as MarginsFile;
  const values = Float64Array.from(x, (value) => value ?? NaN);
  return { x: matrix(x.length / columns, columns, values), margins };
}
