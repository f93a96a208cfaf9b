import { gainOfWeight, leafGain, leafWeight, type Sums } from './gain.ts';
import type { Plan } from './plan.ts';

export interface Split {
  readonly column: number;
  /** Bins up to this one go left, unless the split is by a set. */
  readonly bin: number;
  /** Of a split by categories: 1 for each bin that goes left. */
  readonly marks: Uint8Array | null;
  readonly defaultLeft: boolean;
  readonly gain: number;
  readonly left: Sums;
  /** The L2 that the sides' weights are computed with. */
  readonly lambda: number;
}

/** A node while its tree grows. Rows of the sample and the rest each lie in a stretch of their own. */
export interface GrowingNode extends Sums {
  readonly id: number;
  readonly depth: number;
  readonly start: number;
  readonly count: number;
  readonly restStart: number;
  readonly restCount: number;
  readonly lambda: number;
  /** Bounds that monotone constraints above set to the weight. */
  readonly low: number;
  readonly high: number;
  /** Columns that led here; null without interaction constraints. */
  readonly path: readonly number[] | null;
  /** 1 for each of this thread's columns that no longer gains on the path here; null where that closes no column. */
  closed: Uint8Array | null;
  /** Its place among the histograms; −1 without one. */
  histogram: number;
  split: Split | null;
  left: number;
  right: number;
}

/** The weight of a leaf with these sums in this node's place, or in that of a child. */
export function weightIn(plan: Plan, node: GrowingNode, sums: Sums, lambda: number): number {
  const { alpha, maxDeltaStep } = plan;
  const weight = leafWeight(sums, { lambda, alpha, maxDeltaStep });
  return Math.max(node.low, Math.min(node.high, weight));
}

/** Whether gains must be computed from limited weights. */
export function isLimited({ monotone, maxDeltaStep }: Plan): boolean {
  return monotone !== null || maxDeltaStep > 0;
}

/** How much the node as a leaf lowers the loss, times two. */
export function gainOf(plan: Plan, node: GrowingNode): number {
  const { lambda, alpha, maxDeltaStep } = plan;
  if (!isLimited(plan)) return leafGain(node, { lambda, alpha, maxDeltaStep });
  return gainOfWeight(node, weightIn(plan, node, node, lambda), lambda);
}
