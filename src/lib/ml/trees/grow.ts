import { type ColumnDraws, columnDraws } from './engine/column-draws.ts';
import { agreedSplit, offerSplit } from './engine/find-split.ts';
import type { Sums } from './engine/gain.ts';
import {
  countHistogram,
  histogramPool,
  type HistogramPool,
  maySplit,
  visitChildren,
} from './engine/histograms.ts';
import { chunkRows } from './engine/layout.ts';
import { type GrowingNode, weightIn } from './engine/node.ts';
import { partRows } from './engine/part-rows.ts';
import { thresholdAt } from './engine/prepare.ts';
import { growSymmetric } from './engine/symmetric.ts';
import { ownChunks, type Thread } from './engine/thread.ts';
import { categoryWords, rules, type TreeWriter } from './trees.ts';

/** A tree that all threads know; nodes by number, the root first. */
export interface GrownTree {
  readonly nodes: readonly GrowingNode[];
  /** By node; 0 in inner ones. */
  readonly values: Float64Array;
}

/**
 * Grows one tree on the first `sampled` of the listed rows and adds its leaves to the margins of all rows. Every thread calls
 * it with the same arguments and gets the same tree.
 */
export function growTree(thread: Thread, output: number, sampled: number, seed: number): GrownTree {
  const { plan } = thread;
  const nodes = [rootOf(thread, sampled, sumGradients(thread, sampled))];
  const draws = columnDraws(plan, seed);
  const pool = histogramPool(plan.layout);
  if (plan.growth === 'symmetric') growSymmetric(thread, draws, pool, nodes);
  else growGreedily(thread, draws, pool, nodes);
  return { nodes, values: applyLeaves(thread, nodes, output) };
}

/** Sums by fixed chunks of rows, added up in order, so that the total does not depend on the number of threads. */
function sumGradients(thread: Thread, sampled: number): Sums {
  const { kernel, plan, views, barrier } = thread;
  const { layout, rows } = plan;
  const [from, to] = ownChunks(thread, sampled);
  if (sampled === rows) for (let row = from; row < to; row++) views.rows[row] = row;
  for (let row = from; row < to; row += chunkRows) {
    const count = Math.min(chunkRows, to - row);
    kernel.sumRows(layout.gradients, layout.rows + 4 * row, count, layout.sums + (16 * row) / chunkRows);
  }
  barrier.meet();
  let [gradient, hessian] = [0, 0];
  for (let chunk = 0; chunk * chunkRows < sampled; chunk++) {
    gradient += views.sums[2 * chunk];
    hessian += views.sums[2 * chunk + 1];
  }
  return { gradient, hessian };
}

function rootOf({ plan }: Thread, sampled: number, total: Sums): GrowingNode {
  return {
    ...total,
    ...{ id: 0, depth: 0, start: 0, count: sampled, restStart: sampled, restCount: plan.rows - sampled },
    ...{ lambda: plan.lambda, low: -Infinity, high: Infinity, path: plan.interactions ? [] : null },
    closed: plan.closesColumns ? new Uint8Array(plan.columns) : null,
    ...{ histogram: -1, split: null, left: 0, right: 0 },
  };
}

/** Nodes whose children are made between two meetings of the threads. */
export const mostAtOnce = 1024;

/** Level by level, or the most gainful leaf first. */
function growGreedily(thread: Thread, draws: ColumnDraws, pool: HistogramPool, nodes: GrowingNode[]): void {
  const { growth, leaves } = thread.plan;
  let open = openRoot(thread, draws, pool, nodes[0]);
  let room = leaves > 0 ? leaves - 1 : Infinity;
  while (open.length > 0 && room > 0) {
    const chosen = growth === 'leaf' ? [mostGainful(open)] : open.slice(0, Math.min(room, mostAtOnce));
    room -= chosen.length;
    open = open.filter((node) => !chosen.includes(node));
    const pairs = partRows(thread, nodes, chosen, false);
    if (room > 0) chosen.forEach((parent, k) => offerChildren(thread, draws, pool, parent, pairs[k], 2 * k));
    if (room > 0) open.push(...splittable(thread, pool, pairs.flat()));
  }
  for (const node of open) node.split = null;
}

function openRoot(thread: Thread, draws: ColumnDraws, pool: HistogramPool, root: GrowingNode): GrowingNode[] {
  if (maySplit(thread.plan, root)) {
    countHistogram(thread, draws, pool, root);
    offerSplit(thread, root, 0, draws.maskFor(root));
  }
  return splittable(thread, pool, [root]);
}

/** Ties go to the older node. */
function mostGainful(open: readonly GrowingNode[]): GrowingNode {
  return open.reduce((best, node) => ((node.split?.gain ?? 0) > (best.split?.gain ?? 0) ? node : best));
}

function offerChildren(
  thread: Thread,
  draws: ColumnDraws,
  pool: HistogramPool,
  parent: GrowingNode,
  pair: readonly [GrowingNode, GrowingNode],
  place: number,
): void {
  visitChildren(thread, draws, pool, parent, pair, (node) =>
    offerSplit(thread, node, place + pair.indexOf(node), draws.maskFor(node)),
  );
}

/** Those of the offered nodes that gain by a split, which all threads now know. */
function splittable(thread: Thread, pool: HistogramPool, nodes: readonly GrowingNode[]): GrowingNode[] {
  thread.barrier.meet();
  nodes.forEach((node, place) => {
    if (maySplit(thread.plan, node)) node.split = agreedSplit(thread, node, place);
    if (!node.split) pool.giveBack(node);
  });
  return nodes.filter((node) => node.split);
}

/** Adds each leaf's value to the margins of its rows; leaves are shared out among the threads. */
function applyLeaves(thread: Thread, nodes: readonly GrowingNode[], output: number): Float64Array {
  const { plan, kernel, views, barrier, index } = thread;
  const { layout, threads, outputs, isSingle } = plan;
  const leaves = nodes.filter((node) => !node.split);
  leaves.forEach((node, k) => {
    if (k % threads !== index) return;
    const value = leafValue(thread, node);
    views.leaves[k] = value;
    const margins = layout.margins + 8 * output;
    const add = (start: number, count: number) =>
      kernel.addLeaf(margins, 8 * outputs, layout.rows + 4 * start, count, value, Number(isSingle));
    add(node.start, node.count);
    if (node.restCount > 0) add(node.restStart, node.restCount);
  });
  barrier.meet();
  const values = new Float64Array(nodes.length);
  leaves.forEach((node, k) => (values[node.id] = views.leaves[k]));
  return values;
}

function leafValue({ plan, loss, views }: Thread, node: GrowingNode): number {
  const { before, labels, weights, rows } = views;
  const weight =
    loss.renewLeaf && node.count > 0
      ? loss.renewLeaf(before, labels, weights, rows, node.start, node.start + node.count)
      : weightIn(plan, node, node, node.lambda);
  // XGBoost rounds the weight, then the product.
  return plan.isSingle ? Math.fround(Math.fround(weight) * Math.fround(plan.rate)) : weight * plan.rate;
}

/** Appends the tree. */
export function writeTree(thread: Thread, writer: TreeWriter, { nodes, values }: GrownTree): void {
  writer.openTree();
  const numbers = nodes.map((node) => writer.addNode(node.hessian));
  nodes.forEach((node, i) => {
    if (!node.split) return writer.setValue(numbers[i], 0, values[i]);
    const { column: feature, gain, defaultLeft, marks, bin } = node.split;
    const shared = { feature, gain, defaultLeft, left: numbers[node.left], right: numbers[node.right] };
    if (!marks) return writer.split(numbers[i], { ...shared, threshold: thresholdAt(thread, feature, bin) });
    const isLeftListed = thread.plan.categories?.order === 'smooth';
    writer.split(numbers[i], {
      ...shared,
      threshold: 0,
      rule: isLeftListed ? rules.setLeft : rules.setRight,
      set: categoryWords(listedCodes(thread, feature, marks, Number(isLeftListed))),
    });
  });
}

function listedCodes({ plan }: Thread, column: number, marks: Uint8Array, listed: number): number[] {
  return (plan.codes[column] ?? []).filter((_, bin) => marks[bin] === listed).flat();
}
