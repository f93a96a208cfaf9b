import type { ColumnDraws } from './column-draws.ts';
import { histogramStride } from './kernel.ts';
import { type Layout, ownParts } from './layout.ts';
import type { GrowingNode } from './node.ts';
import type { Plan } from './plan.ts';
import { takeApart } from './row-bytes.ts';
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
  const { plan, first, rowBytes } = thread;
  node.histogram = pool.take();
  const histogram = ownHistogram(thread, node.histogram);
  if (!rowBytes) {
    countBytes(thread, draws, node, histogram);
    return;
  }
  const counted = plan.layout.bundled + first * histogramStride;
  countBytes(thread, draws, node, counted);
  takeApart(rowBytes, thread.views.doubles, node, counted, histogram);
}

/** Counts a histogram for each byte of this thread's rows: one column each, or several that share it. */
function countBytes(thread: Thread, draws: ColumnDraws, node: GrowingNode, histogram: number): void {
  const { kernel, plan, views, index, first, end, own, rowBytes } = thread;
  const { layout } = plan;
  const { gradients } = layout;
  const bins = layout.rowBins[index];
  const rows = layout.rows + 4 * node.start;
  const count = rowBytes?.count ?? end - first;
  kernel.clear(histogram, rowBytes ? layout.placeSlots[index] : layout.slots + 4 * first, count);
  if (!draws.tree) {
    const buffer = layout.gathered[index];
    kernel.build(bins, count, count, rows, node.count, gradients, histogram, buffer);
    return;
  }
  const places = drawnPlaces(thread, draws.tree);
  views.list.set(places);
  const list = own + ownParts.list;
  kernel.buildListed(bins, count, list, places.length, rows, node.count, gradients, histogram);
}

/** The bytes of this thread's rows that hold drawn columns. */
function drawnPlaces({ first, end, rowBytes }: Thread, drawn: Uint32Array): number[] {
  const own = [...drawn].filter((column) => column >= first && column < end).map((column) => column - first);
  return rowBytes ? [...new Set(own.map((k) => rowBytes.columns[k].place))] : own;
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
