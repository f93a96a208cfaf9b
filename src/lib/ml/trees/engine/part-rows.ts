import type { Sums } from './gain.ts';
import { candidateBytes, ownParts } from './layout.ts';
import { type GrowingNode, type Split, weightIn } from './node.ts';
import type { Plan } from './plan.ts';
import type { Thread } from './thread.ts';

export type Children = readonly [GrowingNode, GrowingNode];

/**
 * Parts the rows of nodes by their splits, each node by one thread, and appends the children to `nodes`.
 * @param isSummed whether the sums of the left sides come from their rows instead of from the splits
 */
export function partRows(
  thread: Thread,
  nodes: GrowingNode[],
  parents: readonly GrowingNode[],
  isSummed: boolean,
): Children[] {
  const { plan, views, barrier, index } = thread;
  parents.forEach((parent, k) => {
    if (k % plan.threads === index) partNode(thread, parent, k, isSummed);
  });
  barrier.meet();
  return parents.map((parent, k) => {
    const split = splitOf(parent);
    const left = isSummed ? summedLeft(thread, k) : split.left;
    const children = childrenOf(
      plan,
      parent,
      split,
      left,
      views.counts[2 * k],
      views.counts[2 * k + 1],
      nodes,
    );
    nodes.push(...children);
    return children;
  });
}

function splitOf(node: GrowingNode): Split {
  if (!node.split) throw new Error(`node ${node.id}: expected a split`);
  return node.split;
}

function partNode(thread: Thread, node: GrowingNode, place: number, isSummed: boolean): void {
  const { plan, kernel, views, own } = thread;
  const { layout, threads } = plan;
  const { column, ...split } = splitOf(node);
  markLeft(views.goesLeft, split, views.bins[column]);
  const part = (start: number, count: number) =>
    kernel.partition(
      layout.columnBins + column * plan.rows,
      layout.rows + 4 * start,
      count,
      own + ownParts.goesLeft,
      layout.scratch + 4 * start,
    );
  views.counts[2 * place] = part(node.start, node.count);
  views.counts[2 * place + 1] = node.restCount > 0 ? part(node.restStart, node.restCount) : 0;
  if (!isSummed) return;
  const sum = layout.candidates + candidateBytes * threads * place;
  kernel.sumRows(layout.gradients, layout.rows + 4 * node.start, views.counts[2 * place], sum);
}

function markLeft(goesLeft: Uint8Array, split: Omit<Split, 'column'>, missing: number): void {
  if (split.marks) {
    goesLeft.set(split.marks);
    return;
  }
  goesLeft.fill(1, 0, split.bin + 1);
  goesLeft.fill(0, split.bin + 1);
  goesLeft[missing] = Number(split.defaultLeft);
}

function summedLeft({ plan, views }: Thread, place: number): Sums {
  const at = (plan.layout.candidates + candidateBytes * plan.threads * place) >>> 3;
  return { gradient: views.doubles[at], hessian: views.doubles[at + 1] };
}

function childrenOf(
  plan: Plan,
  parent: GrowingNode,
  split: Split,
  left: Sums,
  count: number,
  restCount: number,
  nodes: readonly GrowingNode[],
): Children {
  const right = { gradient: parent.gradient - left.gradient, hessian: parent.hessian - left.hessian };
  const shared = {
    depth: parent.depth + 1,
    lambda: split.lambda,
    path: parent.path && [...new Set([...parent.path, split.column])],
    ...{ closed: parent.closed, histogram: -1, split: null, left: 0, right: 0 },
  };
  const [leftBounds, rightBounds] = boundsBelow(plan, parent, split, left, right);
  parent.left = nodes.length;
  parent.right = nodes.length + 1;
  const { start, restStart } = parent;
  const leftRows = { start, count, restStart, restCount };
  const rightRows = {
    start: start + count,
    count: parent.count - count,
    restStart: restStart + restCount,
    restCount: parent.restCount - restCount,
  };
  return [
    { ...shared, ...left, ...leftRows, ...leftBounds, id: parent.left },
    { ...shared, ...right, ...rightRows, ...rightBounds, id: parent.right },
  ];
}

interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** Between the two sides of a monotone split lies the middle of their weights, for all that grows below. */
function boundsBelow(
  plan: Plan,
  parent: GrowingNode,
  { column, lambda }: Split,
  left: Sums,
  right: Sums,
): readonly [Bounds, Bounds] {
  const { low, high } = parent;
  const direction = plan.monotone?.[column] ?? 0;
  if (direction === 0)
    return [
      { low, high },
      { low, high },
    ];
  const middle = (weightIn(plan, parent, left, lambda) + weightIn(plan, parent, right, lambda)) / 2;
  const [below, above] = [
    { low, high: middle },
    { low: middle, high },
  ];
  return direction > 0 ? [below, above] : [above, below];
}
