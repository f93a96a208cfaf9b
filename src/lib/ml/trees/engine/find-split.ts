import { scanCategories } from './categories.ts';
import { bestFields, histogramStride, nodeFields, roundedScore } from './kernel.ts';
import { candidateBytes, ownParts } from './layout.ts';
import { scanLimited } from './limited.ts';
import { type GrowingNode, gainOf, isLimited, type Split } from './node.ts';
import type { Plan } from './plan.ts';
import type { Thread } from './thread.ts';

// A candidate as float64: what bestFields says, then the column, the L2 of its sides and what kind it is.
const candidateFields = { column: 5, lambda: 6, kind: 7 } as const;
const kinds = { none: 0, cut: 1, set: 2 } as const;
const marksOffset = 64;

/**
 * Writes the best split of a node over this thread's columns for all to see.
 * @param mask 1 for each column that may be tested; null for all
 */
export function offerSplit(thread: Thread, node: GrowingNode, place: number, mask: Uint8Array | null): void {
  const { plan, views, first, end } = thread;
  describeNode(thread, node);
  const at = candidateAt(plan, place, thread.index);
  const candidate = new Float64Array(views.buffer, at, 8);
  candidate[candidateFields.kind] = kinds.none;
  const base = plan.layout.histograms + node.histogram * plan.layout.histogramBytes;
  const least = roundedScore(gainOf(plan, node));
  const closed = node.closed?.slice() ?? null;
  let key = least;
  for (let column = first; column < end; column++) {
    if (mask?.[column] === 0 || closed?.[column] === 1) continue;
    const histogram = base + column * histogramStride;
    const found = scanColumn(thread, node, column, histogram, closed ? least : key);
    if (closed) closed[column] = Number(!(found > least));
    if (!(found > key)) continue;
    key = found;
    const isSet = plan.isCategory[column] === 1;
    candidate.set(views.best.subarray(0, 5));
    candidate[candidateFields.column] = column;
    candidate[candidateFields.lambda] = isSet ? views.best[5] : plan.lambda;
    candidate[candidateFields.kind] = isSet ? kinds.set : kinds.cut;
    if (isSet)
      views.bytes.copyWithin(at + marksOffset, thread.own + ownParts.goesLeft, thread.own + ownParts.list);
  }
  node.closed = closed;
}

/** The numbers that the kernel's scans read of a node. */
export function describeNode({ plan, views }: Thread, node: GrowingNode): void {
  views.node[nodeFields.gradient] = node.gradient;
  views.node[nodeFields.hessian] = node.hessian;
  views.node[nodeFields.rows] = node.count;
  views.node[nodeFields.lambda] = plan.lambda;
}

function scanColumn(
  thread: Thread,
  node: GrowingNode,
  column: number,
  histogram: number,
  least: number,
): number {
  const { plan, views, kernel, own } = thread;
  if (plan.isCategory[column] === 1) return scanCategories(thread, node, column, histogram, least);
  if (isLimited(plan)) return scanLimited(thread, node, column, histogram, least);
  return kernel.scan(histogram, views.bins[column], own + ownParts.node, least, own + ownParts.best);
}

function candidateAt({ layout, threads }: Plan, place: number, thread: number): number {
  return layout.candidates + candidateBytes * (place * threads + thread);
}

/** The best of what all threads offered, or null when none gains enough. */
export function agreedSplit({ plan, views }: Thread, node: GrowingNode, place: number): Split | null {
  let best: Float64Array | null = null;
  let bestThread = 0;
  for (let thread = 0; thread < plan.threads; thread++) {
    const candidate = new Float64Array(views.buffer, candidateAt(plan, place, thread), 8);
    if (candidate[candidateFields.kind] === kinds.none) continue;
    if (best && !(roundedScore(candidate[0]) > roundedScore(best[0]))) continue;
    [best, bestThread] = [candidate, thread];
  }
  if (!best) return null;
  const gain = best[bestFields.score] - gainOf(plan, node);
  if (!(gain > plan.leastGain)) return null;
  const marksAt = candidateAt(plan, place, bestThread) + marksOffset;
  return {
    column: best[candidateFields.column],
    bin: best[bestFields.bin],
    marks: best[candidateFields.kind] === kinds.set ? views.bytes.slice(marksAt, marksAt + 256) : null,
    defaultLeft: best[bestFields.defaultLeft] === 1,
    gain,
    left: { gradient: best[bestFields.gradient], hessian: best[bestFields.hessian] },
    lambda: best[candidateFields.lambda],
  };
}
