import { matrix, type Matrix } from '../core/matrix.ts';
import { type Random, seededRandom, shuffle } from '../core/random.ts';
import {
  bootstrapInterval,
  type BootstrapOptions,
  type Interval,
  quantileOfSorted,
} from '../evaluate/index.ts';
import { checkInteger, checkMatrix } from '../trees/checks.ts';
import { answersOf, meanOf, type Predict } from './predict.ts';

export interface PermutationOptions {
  readonly seed: number;
  /** Shuffles of each; 20 unless told. */
  readonly repeats?: number;
  /** Columns that are shuffled together, as one-hot columns should be; each column by itself unless told. */
  readonly units?: readonly (readonly number[])[];
  /** One number a row: rows of one learner trade places with those of another; each row by itself unless told. */
  readonly groups?: ArrayLike<number>;
  /** 0.95 unless told. */
  readonly coverage?: number;
}

/**
 * How much worse the answers get when columns are shuffled among the rows: the mean loss over the repeats less the loss as it is,
 * one interval a unit, from the spread of the repeats.
 *
 * @param loss of one answer a row, less is better; it knows the labels
 * @see Breiman, "Random forests" (2001), section 10; Fisher, Rudin and Dominici (2019)
 */
export function permutationImportance(
  predict: Predict,
  x: Matrix,
  loss: (answers: Float64Array) => number,
  options: PermutationOptions,
): Interval[] {
  checkMatrix('x', x);
  const { seed, repeats = 20, coverage = 0.95, groups } = options;
  checkInteger('repeats', repeats, 2, 10_000);
  const units = options.units ?? Array.from({ length: x.columns }, (_, column) => [column]);
  units.flat().forEach((column) => checkInteger('units', column, 0, x.columns - 1));
  const blocks = blocksOf(x.rows, groups);
  const before = loss(answersOf(predict, x));
  const random = seededRandom(seed);
  const orders = Array.from({ length: repeats }, () => shuffledRows(x.rows, blocks, random));
  const tail = (1 - coverage) / 2;
  return units.map((columns) => {
    const losses = orders.map((order) => loss(answersOf(predict, shuffled(x, columns, order))) - before);
    const sorted = Float64Array.from(losses).sort();
    return {
      value: meanOf(losses),
      low: quantileOfSorted(sorted, tail),
      high: quantileOfSorted(sorted, 1 - tail),
    };
  });
}

function blocksOf(rows: number, groups: ArrayLike<number> | undefined): number[][] {
  if (groups && groups.length !== rows)
    throw new RangeError(`groups: expected ${rows}, one a row, got ${groups.length}`);
  const all = Array.from({ length: rows }, (_, row) => row);
  return [...Map.groupBy(all, (row) => (groups ? groups[row] : row)).values()];
}

/** By row, whose values it gets: block for block, a longer block going through a shorter one again. */
function shuffledRows(rows: number, blocks: readonly number[][], random: Random): Uint32Array {
  const order = Uint32Array.from(blocks, (_, k) => k);
  shuffle(order, random);
  const from = new Uint32Array(rows);
  blocks.forEach((block, k) => {
    const giving = blocks[order[k]];
    block.forEach((row, i) => (from[row] = giving[i % giving.length]));
  });
  return from;
}

function shuffled(x: Matrix, columns: readonly number[], from: Uint32Array): Matrix {
  const values = Float64Array.from(x.values);
  for (const column of columns) {
    for (let row = 0; row < x.rows; row++)
      values[row * x.columns + column] = x.values[from[row] * x.columns + column];
  }
  return matrix(x.rows, x.columns, values);
}

/**
 * How far each column moves the answers on average, up or down: the mean of |φ| over the rows, with bootstrap intervals.
 *
 * @param contributions rows × columns, row-major, as an explainer gives them
 * @param options `groups` draws the rows of one learner together
 */
export function shapImportance(
  contributions: Float64Array,
  columns: number,
  options: BootstrapOptions,
): Interval[] {
  checkInteger('columns', columns, 1, contributions.length);
  const rows = contributions.length / columns;
  if (!Number.isInteger(rows))
    throw new RangeError(`contributions: expected a multiple of ${columns}, got ${contributions.length}`);
  return Array.from({ length: columns }, (_, column) => {
    const sizes = Float64Array.from({ length: rows }, (__, row) =>
      Math.abs(contributions[row * columns + column]),
    );
    const mean = (drawn: Uint32Array) => {
      let sum = 0;
      for (const row of drawn) sum += sizes[row];
      return sum / drawn.length;
    };
    return bootstrapInterval(rows, mean, options);
  });
}
