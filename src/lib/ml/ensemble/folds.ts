import { seededRandom, shuffle } from '../core/random.ts';
import { checkInteger } from '../trees/checks.ts';

/**
 * The fold of each row, 0 to folds − 1. Rows of one group never part, and groups are dealt out in order of their mean label,
 * so that folds are alike in size and in labels.
 * @param groups one number a row: the learner
 */
export function foldsByGroup(
  groups: ArrayLike<number>,
  labels: ArrayLike<number>,
  folds: number,
  seed: number,
): Uint8Array {
  checkInteger('labels: length', labels.length, groups.length, groups.length);
  const members = new Map<number, number[]>();
  for (let row = 0; row < groups.length; row++) {
    const known = members.get(groups[row]);
    if (known) known.push(row);
    else members.set(groups[row], [row]);
  }
  checkInteger('folds', folds, 2, Math.min(255, members.size));
  const foldOf = new Uint8Array(groups.length);
  const sizes = new Float64Array(folds);
  for (const rows of inOrder([...members.values()], labels, seed)) {
    const fold = sizes.indexOf(Math.min(...sizes));
    sizes[fold] += rows.length;
    for (const row of rows) foldOf[row] = fold;
  }
  return foldOf;
}

/** Shuffled, then by mean label: ties stay in chance order. */
function inOrder(groups: number[][], labels: ArrayLike<number>, seed: number): number[][] {
  shuffle(groups, seededRandom(seed));
  const mean = (rows: readonly number[]) => rows.reduce((sum, row) => sum + labels[row], 0) / rows.length;
  return groups
    .map((rows) => ({ rows, mean: mean(rows) }))
    .sort((a, b) => a.mean - b.mean)
    .map(({ rows }) => rows);
}
