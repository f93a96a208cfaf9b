import type { ColumnDraws } from './column-draws.ts';
import { histogramStride } from './kernel.ts';
import { type Layout, ownParts } from './layout.ts';
import type { GrowingNode } from './node.ts';
import type { Plan } from './plan.ts';
import type { Thread } from './thread.ts';

/** The places for histograms that nodes hold while a tree grows. */
export interface HistogramPool {
  /** A free place, or the one that is only good until the next call. */
  take(): number;
  giveBack(node: GrowingNode): void;
}

/** The place that no node keeps: it serves when all others are taken. */
const scratchPlace = 0;

export function histogramPool({ histogramCount }: Layout): HistogramPool {
  const free = Array.from({ length: histogramCount - 1 }, (_, i) => histogramCount - 1 - i);
  return {
    take: () => free.pop() ?? scratchPlace,
    giveBack: (node) => {
      if (node.histogram > scratchPlace) free.push(node.histogram);
      node.histogram = -1;
    },
  };
}

/** Counts a node's histograms of this thread's columns anew, into a place from the pool. */
export function countHistogram(
  thread: Thread,
  draws: ColumnDraws,
  pool: HistogramPool,
  node: GrowingNode,
): void {
  const { kernel, plan, views, index, first, end, own } = thread;
  const { layout } = plan;
  node.histogram = pool.take();
  const histogram = ownHistogram(thread, node.histogram);
  const bins = layout.rowBins[index];
  const rows = layout.rows + 4 * node.start;
  const { gradients } = layout;
  kernel.clear(histogram, layout.slots + 4 * first, end - first);
  if (!draws.tree) {
    const buffer = layout.gathered[index];
    kernel.build(bins, end - first, end - first, rows, node.count, gradients, histogram, buffer);
    return;
  }
  const places = draws.tree
    .filter((column) => column >= first && column < end)
    .map((column) => column - first);
  views.list.set(places);
  const list = own + ownParts.list;
  kernel.buildListed(bins, end - first, list, places.length, rows, node.count, gradients, histogram);
}

function ownHistogram({ plan, first }: Thread, place: number): number {
  const { layout } = plan;
  return layout.histograms + place * layout.histogramBytes + first * histogramStride;
}

/**
 * Makes the histograms of two children that may split on and shows each while it stands: the smaller one is counted, the
 * larger one is what remains of the parent's, in the parent's own place.
 */
export function visitChildren(
  thread: Thread,
  draws: ColumnDraws,
  pool: HistogramPool,
  parent: GrowingNode,
  children: readonly [GrowingNode, GrowingNode],
  visit: (node: GrowingNode) => void,
): void {
  const { plan, kernel, first, end } = thread;
  const [small, large] = children[0].count <= children[1].count ? children : [children[1], children[0]];
  if (parent.histogram >= 0 && maySplit(plan, large)) {
    countHistogram(thread, draws, pool, small);
    const slots = plan.layout.slots + 4 * first;
    kernel.subtract(
      ownHistogram(thread, parent.histogram),
      ownHistogram(thread, small.histogram),
      slots,
      end - first,
    );
    [large.histogram, parent.histogram] = [parent.histogram, -1];
  } else pool.giveBack(parent);
  for (const node of [small, large]) {
    if (maySplit(plan, node)) {
      if (node.histogram < 0) countHistogram(thread, draws, pool, node);
      visit(node);
    }
    if (node.histogram === scratchPlace || !maySplit(plan, node)) pool.giveBack(node);
  }
}

/** Whether a node is shallow and full enough to be split; symmetric trees split all nodes of a level. */
export function maySplit(plan: Plan, node: GrowingNode): boolean {
  if (plan.depth > 0 && node.depth >= plan.depth) return false;
  if (plan.growth === 'symmetric') return node.count > 0;
  const leastRows = Math.max(1, plan.minLeafRows);
  // Sums of the sides may fall short of the node's by rounding.
  return node.count >= 2 * leastRows && node.hessian >= 2 * plan.minChildWeight * (1 - 1e-9);
}
