import { integerBelow, seededRandom } from '../core/random.ts';

export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface BootstrapOptions {
  readonly seed: number;
  /** Redraws; 400 unless told. */
  readonly draws?: number;
  /** 0.95 unless told. */
  readonly coverage?: number;
  /**
   * Rows of one group are drawn together: several snapshots of one learner are no independent evidence.
   * One number a row; every row its own group unless told.
   */
  readonly groups?: ArrayLike<number>;
}

/**
 * The percentile bootstrap interval of a measure over rows. Draws where the measure is NaN (one class alone) are left out.
 *
 * @param measure gets row indices, with repeats
 * @see Efron and Tibshirani, "An Introduction to the Bootstrap", 13.3
 */
export function bootstrapInterval(
  rows: number,
  measure: (rows: Uint32Array) => number,
  options: BootstrapOptions,
): Interval {
  if (!(rows >= 1)) throw new RangeError(`bootstrapInterval: expected at least 1 row, got ${rows}`);
  const { seed, draws = 400, coverage = 0.95 } = options;
  const groups = groupRows(rows, options.groups);
  const random = seededRandom(seed);
  const values = Array.from({ length: draws }, () => measure(redraw(groups, random)))
    .filter((value) => !Number.isNaN(value))
    .sort((a, b) => a - b);
  const value = measure(Uint32Array.from({ length: rows }, (_, i) => i));
  if (values.length === 0) return { value, low: NaN, high: NaN };
  const tail = (1 - coverage) / 2;
  return { value, low: quantileOfSorted(values, tail), high: quantileOfSorted(values, 1 - tail) };
}

function groupRows(rows: number, groups: ArrayLike<number> | undefined): number[][] {
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

function redraw(groups: readonly number[][], random: () => number): Uint32Array {
  const drawn: number[] = [];
  for (let k = 0; k < groups.length; k++)
    for (const row of groups[integerBelow(random, groups.length)]) drawn.push(row);
  return Uint32Array.from(drawn);
}

/** Linear between the two nearest values. @param sorted ascending, not empty */
export function quantileOfSorted(sorted: ArrayLike<number>, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}
