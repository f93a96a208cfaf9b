import { type BinnedMatrix, thresholdOf } from './bins.ts';
import { leafWeight, type Split, type SplitLimits, type Sums, type TreeKernel } from './histogram.ts';
import type { TreeWriter } from './trees.ts';

export interface GrowOptions extends SplitLimits {
  /** `depth` splits level by level (XGBoost's default), `leaf` always the leaf that gains most (LightGBM's). */
  readonly growth: 'depth' | 'leaf';
  /** Splits on the longest path; 0 for no limit. */
  readonly depth: number;
  /** Leaves at most; 0 for no limit. */
  readonly leaves: number;
  /** Leaf values are multiplied by this. */
  readonly rate: number;
}

/** What growers share over the trees of one model. */
export interface GrowPlace {
  readonly kernel: TreeKernel;
  readonly data: BinnedMatrix;
  readonly writer: TreeWriter;
  /** The rows of the tree, reordered in place so that every leaf owns a contiguous stretch. */
  readonly rows: Uint32Array;
  readonly scratch: Uint32Array;
  readonly pool: HistogramPool;
}

export interface Leaf {
  readonly node: number;
  readonly from: number;
  readonly to: number;
  readonly value: number;
}

interface OpenNode {
  readonly node: number;
  readonly depth: number;
  readonly from: number;
  readonly to: number;
  readonly total: Sums;
  readonly histogram: Float64Array | null;
  readonly split: Split | null;
}

export interface HistogramPool {
  take(): Float64Array;
  giveBack(histogram: Float64Array): void;
}

export function histogramPool(length: number): HistogramPool {
  const free: Float64Array[] = [];
  return {
    take: () => free.pop() ?? new Float64Array(length),
    giveBack: (histogram) => void free.push(histogram),
  };
}

/** Grows one tree into the writer and returns its leaves with the rows they own. @param gradients [g, h] a row */
export function growTree(
  place: GrowPlace,
  rowCount: number,
  columns: Uint32Array,
  gradients: Float64Array,
  options: GrowOptions,
): Leaf[] {
  place.writer.openTree();
  const total = sumGradients(gradients, place.rows, rowCount);
  const node = place.writer.addNode(total.hessian);
  const histogram = place.pool.take();
  place.kernel.buildHistogram(place.data, columns, gradients, place.rows, 0, rowCount, histogram);
  const root = opened(place, columns, options, { node, depth: 0, from: 0, to: rowCount, total, histogram });
  const open: OpenNode[] = [root];
  const closed: OpenNode[] = [];
  let leaves = 1;
  while (open.length > 0) {
    const next = takeNext(open, options.growth);
    const isFull = options.leaves > 0 && leaves >= options.leaves;
    if (next.split === null || isFull) {
      closed.push(close(place, next));
      continue;
    }
    open.push(...splitNode(place, columns, gradients, options, next, next.split));
    leaves++;
  }
  return closed.map(({ node, from, to, total }) => {
    const value = options.rate * leafWeight(total, options);
    place.writer.setValue(node, 0, value);
    return { node, from, to, value };
  });
}

function sumGradients(gradients: Float64Array, rows: Uint32Array, count: number): Sums {
  let gradient = 0;
  let hessian = 0;
  for (let k = 0; k < count; k++) {
    gradient += gradients[2 * rows[k]];
    hessian += gradients[2 * rows[k] + 1];
  }
  return { gradient, hessian };
}

/** First come, first served makes levels; the greatest gain makes leaf-wise trees. Ties go to the older node. */
function takeNext(open: OpenNode[], growth: 'depth' | 'leaf'): OpenNode {
  let chosen = 0;
  if (growth === 'leaf') {
    for (let k = 1; k < open.length; k++) if (gainOf(open[k]) > gainOf(open[chosen])) chosen = k;
  }
  return open.splice(chosen, 1)[0];
}

function gainOf(node: OpenNode): number {
  return node.split?.gain ?? -Infinity;
}

function opened(
  place: GrowPlace,
  columns: Uint32Array,
  options: GrowOptions,
  node: Omit<OpenNode, 'split'>,
): OpenNode {
  const { kernel, data } = place;
  const split = node.histogram && kernel.findSplit(data, columns, node.histogram, node.total, options);
  if (split) return { ...node, split };
  return close(place, { ...node, split: null });
}

function close(place: GrowPlace, node: OpenNode): OpenNode {
  if (node.histogram) place.pool.giveBack(node.histogram);
  return { ...node, histogram: null, split: null };
}

function splitNode(
  place: GrowPlace,
  columns: Uint32Array,
  gradients: Float64Array,
  options: GrowOptions,
  parent: OpenNode,
  split: Split,
): readonly OpenNode[] {
  const { kernel, data, rows, scratch, writer } = place;
  const middle = kernel.partition(data, rows, parent.from, parent.to, split, scratch);
  const right = {
    gradient: parent.total.gradient - split.left.gradient,
    hessian: parent.total.hessian - split.left.hessian,
  };
  const depth = parent.depth + 1;
  const ends = [
    { depth, node: writer.addNode(split.left.hessian), from: parent.from, to: middle, total: split.left },
    { depth, node: writer.addNode(right.hessian), from: middle, to: parent.to, total: right },
  ];
  const threshold = thresholdOf(data, split.column, split.bin);
  const { column: feature, defaultLeft, gain } = split;
  writer.split(parent.node, {
    feature,
    threshold,
    defaultLeft,
    gain,
    left: ends[0].node,
    right: ends[1].node,
  });
  if (options.depth > 0 && depth >= options.depth) {
    close(place, parent);
    return ends.map((end) => ({ ...end, histogram: null, split: null }));
  }
  const histograms = childHistograms(place, columns, gradients, parent, middle);
  return ends.map((end, side) => opened(place, columns, options, { ...end, histogram: histograms[side] }));
}

/** Builds the smaller side and gets the larger by subtraction, in the parent's own buffer. */
function childHistograms(
  place: GrowPlace,
  columns: Uint32Array,
  gradients: Float64Array,
  parent: OpenNode,
  middle: number,
): readonly [Float64Array, Float64Array] {
  const { kernel, data, rows, pool } = place;
  if (!parent.histogram) throw new Error('grow: expected a histogram on the node to split');
  const isLeftSmaller = middle - parent.from <= parent.to - middle;
  const [from, to] = isLeftSmaller ? [parent.from, middle] : [middle, parent.to];
  const smaller = pool.take();
  kernel.buildHistogram(data, columns, gradients, rows, from, to, smaller);
  kernel.subtractHistogram(parent.histogram, smaller);
  return isLeftSmaller ? [smaller, parent.histogram] : [parent.histogram, smaller];
}
