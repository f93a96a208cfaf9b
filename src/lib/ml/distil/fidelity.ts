import type { Matrix } from '../core/matrix.ts';
import { bootstrapInterval, type Interval, quantileOfSorted } from '../evaluate/index.ts';
import { binnedErrorOnRows, spearman, spearmanOnRows, topOverlap } from './agreement.ts';

/** Rows of learners that the student never learnt from, with both answers. */
export interface JudgedRows {
  readonly x: Matrix;
  /** So many of the first columns are the learner's. */
  readonly shared: number;
  /** Whose row it is. */
  readonly learners: Int32Array;
  readonly teacher: Float64Array;
  readonly student: Float64Array;
}

/** How well a student answers as its teacher does. */
export interface Fidelity {
  readonly rows: number;
  readonly learners: number;
  /** Over all rows; 95 % interval, learners drawn whole. */
  readonly spearman: Interval;
  /** Mean |mean student − mean teacher| in ten bins of equal count. */
  readonly calibrationError: Interval;
  /** One learner on one day is a look: what a page ranks. Null when too few rows of one look were at hand. */
  readonly looks: LookFidelity | null;
}

export interface LookFidelity {
  readonly looks: number;
  /** The median over looks of the rank correlation within one. */
  readonly spearman: number;
  /** Of the three badges the teacher puts first, the mean share that the student does as well. */
  readonly topThree: number;
}

/** A student below this order, or above this error, is not shown. */
export const fidelityBounds = { spearman: 0.95, calibrationError: 0.02 } as const;

const draws = 100;
const leastRowsOfLook = 6;
const leastLooks = 10;
const top = 3;

/** @param seed of the redraws behind the intervals */
export function judgeFidelity(rows: JudgedRows, seed: number): Fidelity {
  const { x, learners: groups, teacher, student } = rows;
  const options = { seed, draws, groups };
  return {
    rows: x.rows,
    learners: new Set(groups).size,
    spearman: bootstrapInterval(x.rows, spearmanOnRows(student, teacher), options),
    calibrationError: bootstrapInterval(x.rows, binnedErrorOnRows(student, teacher), options),
    looks: judgeLooks(rows),
  };
}

function judgeLooks({ teacher, student, ...rows }: JudgedRows): LookFidelity | null {
  const looks = looksOf(rows).filter(({ from, to }) => to - from >= leastRowsOfLook);
  const pairs = looks.map(
    ({ from, to }) => [student.subarray(from, to), teacher.subarray(from, to)] as const,
  );
  const orders = pairs.map(([a, b]) => spearman(a, b)).filter((rho) => !Number.isNaN(rho));
  if (orders.length < leastLooks) return null;
  const overlaps = pairs.map(([a, b]) => topOverlap(b, a, top));
  return {
    looks: looks.length,
    spearman: quantileOfSorted(
      orders.toSorted((a, b) => a - b),
      0.5,
    ),
    topThree: overlaps.reduce((sum, overlap) => sum + overlap, 0) / overlaps.length,
  };
}

/** Rows of one learner on one day stand together and share the learner's columns. */
function looksOf({ x, shared, learners }: Pick<JudgedRows, 'x' | 'shared' | 'learners'>) {
  const looks: { readonly from: number; readonly to: number }[] = [];
  const isSame = (a: number, b: number) =>
    learners[a] === learners[b] && sharesColumns(x, shared, a * x.columns, b * x.columns);
  for (let from = 0; from < x.rows;) {
    let to = from + 1;
    while (to < x.rows && isSame(from, to)) to++;
    looks.push({ from, to });
    from = to;
  }
  return looks;
}

function sharesColumns({ values }: Matrix, shared: number, a: number, b: number): boolean {
  for (let i = 0; i < shared; i++) if (!Object.is(values[a + i], values[b + i])) return false;
  return true;
}

/** Why a student may not be shown, each reason with both sides; empty when it may. */
export function fidelityDoubts({ spearman: order, calibrationError }: Fidelity): string[] {
  const { spearman: least, calibrationError: most } = fidelityBounds;
  return [
    // Written so that a number that is none counts as a doubt.
    ...(order.value >= least
      ? []
      : [`rank correlation: expected at least ${least}, got ${order.value.toFixed(3)}`]),
    ...(calibrationError.value <= most
      ? []
      : [`calibration error: expected at most ${most}, got ${calibrationError.value.toFixed(3)}`]),
  ];
}
