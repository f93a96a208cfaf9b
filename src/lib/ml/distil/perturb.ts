import { matrix, type Matrix } from '../core/matrix.ts';
import { integerBelow, type Random, seededRandom } from '../core/random.ts';

/** A column that a learner's own doing moves, and where it tends to. */
export interface Move {
  readonly column: number;
  readonly toward: number;
}

export interface PerturbOptions {
  readonly seed: number;
  /** How many rows to make. */
  readonly rows: number;
  /** So many of the first columns are the learner's. */
  readonly shared: number;
  /** Where a busier month would take the columns of a learner. */
  readonly learnerMoves: readonly Move[];
  /** Where it would take those of a badge. */
  readonly badgeMoves: readonly Move[];
}

export interface PerturbedRows {
  /** In float32, for there are many. */
  readonly x: Matrix;
  /** Which row each was made from. */
  readonly from: Uint32Array;
}

/**
 * Rows that no log holds but a what-if may ask about: real ones whose learner has become half another, or busier, and whose
 * badge may be nearer. Every other row takes columns from the learner of another row, whole or part of the way, each with the
 * same chance; the others move a random set of the learner's columns. Of both, half have their badge moved. What is missing
 * stays missing, or becomes so.
 *
 * @param x rows with the learner's columns first
 */
export function perturbRows(x: Matrix, options: PerturbOptions): PerturbedRows {
  const { seed, rows, shared, learnerMoves, badgeMoves } = options;
  if (!(x.rows >= 1)) throw new RangeError(`rows: expected at least 1 to start from, got ${x.rows}`);
  const random = seededRandom(seed);
  const values = new Float32Array(rows * x.columns);
  const from = new Uint32Array(rows);
  for (let i = 0; i < rows; i++) {
    from[i] = integerBelow(random, x.rows);
    const row = values.subarray(i * x.columns, (i + 1) * x.columns);
    row.set(rowOf(x, from[i]));
    if (i % 2 === 0) mixInto(row, rowOf(x, integerBelow(random, x.rows)), shared, random);
    else moveInto(row, learnerMoves, random);
    if (random() < 0.5) moveInto(row, badgeMoves, random, random());
  }
  return { x: matrix(rows, x.columns, values), from };
}

function rowOf({ values, columns }: Matrix, row: number): Float64Array | Float32Array {
  return values.subarray(row * columns, (row + 1) * columns);
}

function mixInto(row: Float32Array, other: ArrayLike<number>, shared: number, random: Random): void {
  const share = random();
  const isBlend = random() < 0.5;
  for (let column = 0; column < shared; column++) {
    if (random() >= share) continue;
    row[column] = isBlend ? row[column] + random() * (other[column] - row[column]) : other[column];
  }
}

/** Moves all columns by the same share of their way when it is told, else a random set of them, each by its own. */
function moveInto(row: Float32Array, moves: readonly Move[], random: Random, together?: number): void {
  const often = random();
  for (const { column, toward } of moves) {
    const share = together ?? (random() < often ? random() : 0);
    row[column] += share * (toward - row[column]);
  }
}
