import { type BinnedMatrix, missingBin } from './bins.ts';

/** First and second derivatives of the loss, summed over some rows. */
export interface Sums {
  readonly gradient: number;
  readonly hessian: number;
}

export interface SplitLimits {
  /** L2 on leaf values. */
  readonly lambda: number;
  /** L1 on leaf values. */
  readonly alpha: number;
  /** A split must gain more than this. */
  readonly gamma: number;
  /** Each side needs at least this sum of second derivatives. */
  readonly minChildWeight: number;
}

export interface Split {
  readonly column: number;
  /** Bins up to this one go left. */
  readonly bin: number;
  readonly defaultLeft: boolean;
  readonly gain: number;
  readonly left: Sums;
}

/** The four inner loops of growing a tree. A faster engine replaces this record and nothing else. */
export interface TreeKernel {
  /** Writes the gradient sums of `rows[from..to)` by column and bin: [gradient, hessian] pairs at binStart. */
  buildHistogram(
    data: BinnedMatrix,
    columns: Uint32Array,
    gradients: Float64Array,
    rows: Uint32Array,
    from: number,
    to: number,
    histogram: Float64Array,
  ): void;
  /** Turns a parent's histogram into that of the larger child, in place. */
  subtractHistogram(parent: Float64Array, smallerChild: Float64Array): void;
  findSplit(
    data: BinnedMatrix,
    columns: Uint32Array,
    histogram: Float64Array,
    total: Sums,
    limits: SplitLimits,
  ): Split | null;
  /** Moves rows that go left to the front of `rows[from..to)`, keeping their order; returns where the right ones begin. */
  partition(
    data: BinnedMatrix,
    rows: Uint32Array,
    from: number,
    to: number,
    split: Split,
    scratch: Uint32Array,
  ): number;
}

// Sums after subtraction carry rounding of about this size relative to 1: an emptier side has no rows.
const emptySide = 1e-10;
// XGBoost's kRtEps: smaller gains are noise.
const leastGain = 1e-6;

/** T(G) = sign(G) · max(|G| − α, 0). @see Chen and Guestrin 2016; XGBoost's `ThresholdL1` */
export function thresholdL1(gradient: number, alpha: number): number {
  if (gradient > alpha) return gradient - alpha;
  return gradient < -alpha ? gradient + alpha : 0;
}

/** T(G)² / (H + λ): how much a leaf with these sums lowers the loss, times two. */
export function leafGain({ gradient, hessian }: Sums, { lambda, alpha }: SplitLimits): number {
  return thresholdL1(gradient, alpha) ** 2 / (hessian + lambda);
}

/** −T(G) / (H + λ) */
export function leafWeight({ gradient, hessian }: Sums, { lambda, alpha }: SplitLimits): number {
  return -thresholdL1(gradient, alpha) / (hessian + lambda);
}

function buildHistogram(
  data: BinnedMatrix,
  columns: Uint32Array,
  gradients: Float64Array,
  rows: Uint32Array,
  from: number,
  to: number,
  histogram: Float64Array,
): void {
  const { bins, binStart, columns: width } = data;
  histogram.fill(0);
  const count = columns.length;
  for (let k = from; k < to; k++) {
    const row = rows[k];
    const gradient = gradients[2 * row];
    const hessian = gradients[2 * row + 1];
    const offset = row * width;
    for (let j = 0; j < count; j++) {
      const column = columns[j];
      const slot = 2 * (binStart[column] + bins[offset + column]);
      histogram[slot] += gradient;
      histogram[slot + 1] += hessian;
    }
  }
}

function subtractHistogram(parent: Float64Array, smallerChild: Float64Array): void {
  for (let i = 0; i < parent.length; i++) parent[i] -= smallerChild[i];
}

interface Best {
  score: number;
  column: number;
  bin: number;
  defaultLeft: boolean;
  gradient: number;
  hessian: number;
}

function findSplit(
  data: BinnedMatrix,
  columns: Uint32Array,
  histogram: Float64Array,
  total: Sums,
  limits: SplitLimits,
): Split | null {
  const best: Best = { score: -1, column: -1, bin: 0, defaultLeft: false, gradient: 0, hessian: 0 };
  for (const column of columns) scanColumn(data, column, histogram, total, limits, best);
  const gain = best.score - leafGain(total, limits);
  if (best.column < 0 || !(gain > Math.max(limits.gamma, leastGain))) return null;
  return {
    column: best.column,
    bin: best.bin,
    defaultLeft: best.defaultLeft,
    gain,
    left: { gradient: best.gradient, hessian: best.hessian },
  };
}

/**
 * Sparsity-aware split finding: every cut with the missing rows right, from the lowest, then left, from the highest.
 * The order decides between equal gains, as in XGBoost.
 */
function scanColumn(
  data: BinnedMatrix,
  column: number,
  histogram: Float64Array,
  total: Sums,
  limits: SplitLimits,
  best: Best,
): void {
  const first = 2 * data.binStart[column];
  const missing = missingBin(data, column);
  const hasMissing = histogram[first + 2 * missing + 1] > emptySide;
  // The last turn of the first pass sends all present values left and the missing ones right.
  const turns = hasMissing ? missing : missing - 1;
  let gradient = 0;
  let hessian = 0;
  for (let bin = 0; bin < turns; bin++) {
    gradient += histogram[first + 2 * bin];
    hessian += histogram[first + 2 * bin + 1];
    consider(gradient, hessian, false, column, bin, total, limits, best);
  }
  if (!hasMissing) return;
  gradient = total.gradient;
  hessian = total.hessian;
  for (let bin = missing - 2; bin >= 0; bin--) {
    gradient -= histogram[first + 2 * bin + 2];
    hessian -= histogram[first + 2 * bin + 3];
    consider(gradient, hessian, true, column, bin, total, limits, best);
  }
}

// Sums of the same rows taken in another order differ in their last bits; such a tie must not be decided by rounding.
const tie = 1e-10;

function consider(
  gradient: number,
  hessian: number,
  defaultLeft: boolean,
  column: number,
  bin: number,
  total: Sums,
  limits: SplitLimits,
  best: Best,
): void {
  const least = Math.max(limits.minChildWeight, emptySide);
  const rightHessian = total.hessian - hessian;
  if (hessian < least || rightHessian < least) return;
  const left = thresholdL1(gradient, limits.alpha);
  const right = thresholdL1(total.gradient - gradient, limits.alpha);
  const score = (left * left) / (hessian + limits.lambda) + (right * right) / (rightHessian + limits.lambda);
  if (!(score > best.score + tie * Math.abs(best.score))) return;
  best.score = score;
  best.column = column;
  best.bin = bin;
  best.defaultLeft = defaultLeft;
  best.gradient = gradient;
  best.hessian = hessian;
}

function partition(
  data: BinnedMatrix,
  rows: Uint32Array,
  from: number,
  to: number,
  split: Split,
  scratch: Uint32Array,
): number {
  const { bins, columns } = data;
  const missing = missingBin(data, split.column);
  let left = from;
  let right = 0;
  for (let k = from; k < to; k++) {
    const row = rows[k];
    const bin = bins[row * columns + split.column];
    const goesLeft = bin === missing ? split.defaultLeft : bin <= split.bin;
    if (goesLeft) rows[left++] = row;
    else scratch[right++] = row;
  }
  rows.set(scratch.subarray(0, right), left);
  return left;
}

export const plainKernel: TreeKernel = { buildHistogram, subtractHistogram, findSplit, partition };
