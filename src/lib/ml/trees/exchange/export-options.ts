import type { Trees } from '../trees.ts';
import { ModelExportError } from './model-file-error.ts';

export interface ExportOptions {
  /** One a column, as the file shall call them; the format's own default otherwise. */
  readonly names?: readonly string[];
}

/** The names, or none. @throws ModelExportError unless there is one a column and no two are alike */
export function checkNames(names: readonly string[] | undefined, columns: number): readonly string[] {
  if (!names) return [];
  if (names.length !== columns || new Set(names).size !== columns)
    throw new ModelExportError(`names: expected ${columns} different names, got ${new Set(names).size}`);
  return names;
}

/** The categories listed at a node, ascending. */
export function categoriesOf({ setStart, sets }: Trees, node: number): number[] {
  const categories: number[] = [];
  for (let word = setStart[node]; word < setStart[node + 1]; word++) {
    for (let bit = 0; bit < 32; bit++) {
      if ((sets[word] >>> bit) & 1) categories.push(32 * (word - setStart[node]) + bit);
    }
  }
  return categories;
}
