import { matrix, type Matrix } from '../core/matrix.ts';
import { integerBelow, type Random, seededRandom } from '../core/random.ts';
import { checkInteger, checkMatrix } from '../trees/checks.ts';
import { choleskySolver, type Solver } from './cholesky.ts';
import { answerOf, answersOf, meanOf, type Predict } from './predict.ts';

export interface KernelShap {
  /** The mean answer over the background. */
  readonly base: number;
  /** One a column; base + their sum = the row's answer. */
  readonly contributions: Float64Array;
  /** Standard errors from sampling, one a column; 0 where the value is exact. */
  readonly errors: Float64Array;
  readonly isExact: boolean;
}

export interface KernelShapOptions {
  readonly seed: number;
  /** Pairs of a set of columns and its complement to draw where there are too many to try all; 1,024 unless told. */
  readonly pairs?: number;
}

// 2,048 sets of columns; every one is tried, which is also what the default number of pairs costs.
const mostEnumerated = 11;
// Sets answered in one call: with a background of a hundred rows and fifty columns 2.5 MB.
const setsACall = 64;

/**
 * Interventional Shapley values of any model: unknown columns take their values from the background rows. Up to 11 columns that
 * differ from the background are taken apart by the definition; more by constrained least squares over sets of columns, drawn
 * together with their complements.
 *
 * @param row the row to explain, one number a column
 * @see Lundberg and Lee, "A unified approach to interpreting model predictions" (2017), theorem 2;
 *   Covert and Lee, "Improving KernelSHAP" (2021), for pairs and for the error
 */
export function kernelShap(
  predict: Predict,
  row: ArrayLike<number>,
  background: Matrix,
  options: KernelShapOptions,
): KernelShap {
  checkMatrix('background', background, row.length);
  const { seed, pairs = 1024 } = options;
  checkInteger('pairs', pairs, 16, 1_000_000);
  const players = columnsThatDiffer(row, background);
  const worths = (sets: readonly Uint8Array[]) => worthsOf(predict, row, background, players, sets);
  const base = meanOf(answersOf(predict, background));
  const gap = answerOf(predict, row) - base;
  const isExact = players.length <= mostEnumerated;
  const found = isExact
    ? { values: enumerated(players.length, worths), errors: new Float64Array(players.length) }
    : sampled(players.length, pairs, seededRandom(seed), base, gap, worths);
  const contributions = new Float64Array(row.length);
  const errors = new Float64Array(row.length);
  players.forEach((column, e) => {
    contributions[column] = found.values[e];
    errors[column] = found.errors[e];
  });
  return { base, contributions, errors, isExact };
}

/** A column with the row's own value in all of the background moves nothing. */
function columnsThatDiffer(row: ArrayLike<number>, { rows, columns, values }: Matrix): number[] {
  return Array.from({ length: columns }, (_, column) => column).filter((column) => {
    for (let i = 0; i < rows; i++) if (!Object.is(values[i * columns + column], row[column])) return true;
    return false;
  });
}

type Worths = (sets: readonly Uint8Array[]) => Float64Array;

/** The mean answer over the background with the columns of a set taken from the row: one a set, which marks its players with 1. */
function worthsOf(
  predict: Predict,
  row: ArrayLike<number>,
  background: Matrix,
  players: readonly number[],
  sets: readonly Uint8Array[],
): Float64Array {
  const { rows, columns } = background;
  const worths = new Float64Array(sets.length);
  for (let first = 0; first < sets.length; first += setsACall) {
    const few = sets.slice(first, first + setsACall);
    const values = new Float64Array(few.length * rows * columns);
    few.forEach((set, k) => {
      values.set(background.values, k * rows * columns);
      players.forEach((column, e) => {
        if (set[e] === 0) return;
        for (let i = 0; i < rows; i++) values[(k * rows + i) * columns + column] = row[column];
      });
    });
    const answers = answersOf(predict, matrix(few.length * rows, columns, values));
    few.forEach((_, k) => (worths[first + k] = meanOf(answers.subarray(k * rows, (k + 1) * rows))));
  }
  return worths;
}

/** Σ over sets without e of |S|!·(p−|S|−1)!/p! · (worth with e − worth without). */
function enumerated(count: number, worths: Worths): Float64Array {
  const sets = Array.from({ length: 2 ** count }, (_, mask) =>
    Uint8Array.from({ length: count }, (__, e) => (mask >> e) & 1),
  );
  const worth = worths(sets);
  const weights = weightsBySize(count);
  const sizes = sets.map((set) => set.reduce((sum, one) => sum + one, 0));
  return Float64Array.from({ length: count }, (_, e) =>
    sets.reduce(
      (sum, set, mask) =>
        set[e] === 1 ? sum : sum + weights[sizes[mask]] * (worth[mask | (1 << e)] - worth[mask]),
      0,
    ),
  );
}

/** k!·(p−1−k)!/p! for k = 0 to p − 1. */
function weightsBySize(count: number): number[] {
  const weights = [1 / count];
  for (let size = 1; size < count; size++) weights.push((weights[size - 1] * size) / (count - size));
  return weights;
}

function sampled(
  count: number,
  pairs: number,
  random: Random,
  base: number,
  gap: number,
  worths: Worths,
): { values: Float64Array; errors: Float64Array } {
  const draw = setDrawer(count, random);
  const sets = Array.from({ length: pairs }, draw).flatMap((set) => [set, set.map((one) => 1 - one)]);
  const worth = worths(sets).map((value) => value - base);
  const solve = choleskySolver(count, secondMoments(count, sets));
  const ones = solve(new Float64Array(count).fill(1));
  const onesSum = ones.reduce((a, b) => a + b, 0);
  const free = solve(meanTimes(count, sets, worth));
  const excess = (free.reduce((a, b) => a + b, 0) - gap) / onesSum;
  const values = free.map((value, e) => value - excess * ones[e]);
  const residuals = worth.map(
    (value, k) => value - sets[k].reduce((sum, one, e) => sum + one * values[e], 0),
  );
  return { values, errors: standardErrors(count, sets, residuals, solve, ones, onesSum) };
}

/** Sets of 1 to p − 1 players, a size k with a chance in proportion to 1/(k·(p−k)), as the Shapley kernel weighs them. */
function setDrawer(count: number, random: Random): () => Uint8Array {
  const weights = Array.from({ length: count - 1 }, (_, k) => 1 / ((k + 1) * (count - k - 1)));
  const total = weights.reduce((a, b) => a + b, 0);
  const order = Array.from({ length: count }, (_, e) => e);
  return () => {
    let size = 1;
    for (let left = random() * total - weights[0]; left > 0 && size < count - 1; size++)
      left -= weights[size];
    const set = new Uint8Array(count);
    for (let k = 0; k < size; k++) {
      const other = k + integerBelow(random, count - k);
      [order[k], order[other]] = [order[other], order[k]];
      set[order[k]] = 1;
    }
    return set;
  };
}

/** The mean of z·zᵀ. */
function secondMoments(count: number, sets: readonly Uint8Array[]): Float64Array {
  const moments = new Float64Array(count * count);
  for (const set of sets) {
    for (let i = 0; i < count; i++) {
      if (set[i] === 0) continue;
      for (let j = 0; j < count; j++) moments[i * count + j] += set[j] / sets.length;
    }
  }
  return moments;
}

/** The mean of z · value. */
function meanTimes(count: number, sets: readonly Uint8Array[], values: Float64Array): Float64Array {
  const mean = new Float64Array(count);
  sets.forEach((set, k) => {
    for (let e = 0; e < count; e++) mean[e] += (set[e] * values[k]) / sets.length;
  });
  return mean;
}

/** The sandwich of least squares under Σφ = gap; a pair is one draw, since its halves lean on each other. */
function standardErrors(
  count: number,
  sets: readonly Uint8Array[],
  residuals: Float64Array,
  solve: Solver,
  ones: Float64Array,
  onesSum: number,
): Float64Array {
  const squares = new Float64Array(count);
  const pairs = sets.length / 2;
  for (let pair = 0; pair < pairs; pair++) {
    const pull = solve(
      meanTimes(count, sets.slice(2 * pair, 2 * pair + 2), residuals.subarray(2 * pair, 2 * pair + 2)),
    );
    const along = pull.reduce((a, b) => a + b, 0) / onesSum;
    for (let e = 0; e < count; e++) squares[e] += (pull[e] - along * ones[e]) ** 2;
  }
  return squares.map((sum) => Math.sqrt(sum) / pairs);
}
