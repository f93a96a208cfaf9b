import { integerBelow, type Random } from '../../core/random.ts';
import { classCounts, type ForestData, type ForestOptions, type ForestSettings } from './options.ts';

/** Rows that are drawn among themselves, and how many of them a tree draws. */
export interface DrawPool {
  readonly rows: Uint32Array;
  readonly wanted: number;
  /** Running total of the rows' weights; null where all are equally likely. */
  readonly reach: Float64Array | null;
}

/**
 * One pool of all rows, or one a class, all wanting as many rows as the rarest class has.
 * @param weights how likely each row is to be drawn with replacement; null where all are alike
 */
export function drawPools(
  { x, labels }: ForestData,
  options: ForestOptions,
  { rowShare, classes }: ForestSettings,
  weights: Float64Array | null,
): readonly DrawPool[] {
  const all = Uint32Array.from({ length: x.rows }, (_, row) => row);
  const wantedOf = (rows: number) => Math.max(1, Math.round(rowShare * rows));
  if (options.classWeights !== 'balanced by draw') return [poolOf(all, wantedOf(x.rows), weights)];
  const present = classCounts(labels, classes).filter((count) => count > 0);
  const wanted = wantedOf(Math.min(...present));
  return Array.from({ length: classes }, (_, c) => all.filter((row) => labels[row] === c))
    .filter((rows) => rows.length > 0)
    .map((rows) => poolOf(rows, wanted, weights));
}

function poolOf(rows: Uint32Array, wanted: number, weights: Float64Array | null): DrawPool {
  let total = 0;
  return { rows, wanted, reach: weights && Float64Array.from(rows, (row) => (total += weights[row])) };
}

/** Writes into `drawn` how often each row was drawn. */
export function drawInto(
  drawn: Uint16Array,
  pools: readonly DrawPool[],
  bootstrap: boolean,
  random: Random,
): void {
  drawn.fill(0);
  for (const pool of pools) {
    if (bootstrap) drawWithRepeats(drawn, pool, random);
    else drawWithoutRepeats(drawn, pool, random);
  }
}

function drawWithRepeats(drawn: Uint16Array, { rows, wanted, reach }: DrawPool, random: Random): void {
  for (let k = 0; k < wanted; k++) {
    const at = reach ? placeOf(reach, random() * reach[reach.length - 1]) : integerBelow(random, rows.length);
    drawn[rows[at]]++;
  }
}

/** The first place whose running total is above `target`. */
function placeOf(reach: Float64Array, target: number): number {
  let low = 0;
  let high = reach.length - 1;
  while (low < high) {
    const half = (low + high) >> 1;
    if (reach[half] > target) high = half;
    else low = half + 1;
  }
  return low;
}

/** Row k is taken with chance (still wanted) ÷ (still to come). Knuth, volume 2, 3.4.2, algorithm S. */
function drawWithoutRepeats(drawn: Uint16Array, { rows, wanted }: DrawPool, random: Random): void {
  let missing = wanted;
  for (let k = 0; k < rows.length && missing > 0; k++) {
    if (missing < rows.length - k && (rows.length - k) * random() >= missing) continue;
    drawn[rows[k]] = 1;
    missing--;
  }
}

/** A seed for each tree, distinct within a forest, so that any thread can grow any tree. */
export function treeSeed(seed: number, tree: number): number {
  return scramble(scramble(seed) + Math.imul(tree, 0x9e3779b9));
}

/** A bijection of 32-bit integers (splitmix32's finisher). */
function scramble(value: number): number {
  let z = value | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) | 0;
}
