import { integerBelow, type Random } from '../core/random.ts';

/** The rows of each group, groups in order of first appearance; every row its own group unless told. */
export function groupRows(rows: number, groups: ArrayLike<number> | undefined): number[][] {
  if (!groups) return Array.from({ length: rows }, (_, i) => [i]);
  if (groups.length !== rows) throw new RangeError(`groups: expected ${rows} values, got ${groups.length}`);
  const found = new Map<number, number[]>();
  for (let i = 0; i < rows; i++) {
    const members = found.get(groups[i]);
    if (members) members.push(i);
    else found.set(groups[i], [i]);
  }
  return [...found.values()];
}

/** As many groups as there are, drawn with repeats: their rows. */
export function redraw(groups: readonly (readonly number[])[], random: Random): Uint32Array {
  const drawn: number[] = [];
  for (let k = 0; k < groups.length; k++)
    for (const row of groups[integerBelow(random, groups.length)]) drawn.push(row);
  return Uint32Array.from(drawn);
}
