import { groupRows } from './groups.ts';

export interface FoldOptions {
  /** 5 unless told; fewer where there are fewer groups. */
  readonly folds?: number;
  /** One number a row, such as its learner: rows of one group stay in one fold. Every row its own group unless told. */
  readonly groups?: ArrayLike<number>;
}

/** Rows to fit on and, never among them, rows to judge. */
export interface Fold {
  readonly fit: Uint32Array;
  readonly judge: Uint32Array;
}

/** Deals groups to folds in turn, in order of first appearance: no chance in it. None below two groups. */
export function foldsOf(rows: number, { folds = 5, groups }: FoldOptions): Fold[] {
  if (!(Number.isInteger(folds) && folds >= 2))
    throw new RangeError(`folds: expected an integer of 2 or more, got ${folds}`);
  const members = groupRows(rows, groups);
  const count = Math.min(folds, members.length);
  if (count < 2) return [];
  const foldOfRow = new Uint32Array(rows);
  members.forEach((group, g) => group.forEach((row) => (foldOfRow[row] = g % count)));
  const all = Uint32Array.from({ length: rows }, (_, row) => row);
  return Array.from({ length: count }, (_, fold) => ({
    fit: all.filter((row) => foldOfRow[row] !== fold),
    judge: all.filter((row) => foldOfRow[row] === fold),
  }));
}
