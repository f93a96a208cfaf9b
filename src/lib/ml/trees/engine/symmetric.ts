import type { ColumnDraws } from './column-draws.ts';
import { describeNode } from './find-split.ts';
import type { Sums } from './gain.ts';
import { countHistogram, type HistogramPool, maySplit, visitChildren } from './histograms.ts';
import { histogramStride, roundedScore } from './kernel.ts';
import { ownParts } from './layout.ts';
import { type GrowingNode, gainOf, type Split } from './node.ts';
import { partRows } from './part-rows.ts';
import type { Thread } from './thread.ts';

/**
 * Grows a symmetric tree: all nodes of a level are split by the cut whose scores sum up highest over the level, those
 * without rows too.
 * @see Prokhorenkova et al., "CatBoost: unbiased boosting with categorical features" (2018), oblivious trees
 */
export function growSymmetric(
  thread: Thread,
  draws: ColumnDraws,
  pool: HistogramPool,
  nodes: GrowingNode[],
): void {
  clearLevel(thread);
  let level = nodes.slice(0, 1);
  if (maySplit(thread.plan, level[0])) {
    countHistogram(thread, draws, pool, level[0]);
    addNode(thread, level[0]);
  }
  for (let depth = 0; depth < thread.plan.depth; depth++) {
    const mask = draws.maskFor(level[0]);
    const split = agreedCut(thread, level, mask);
    if (!split) break;
    for (const node of level) node.split = split;
    const children = partRows(thread, nodes, level, true);
    clearLevel(thread);
    level.forEach((parent, k) =>
      visitChildren(thread, draws, pool, parent, children[k], (node) => addNode(thread, node)),
    );
    level = children.flat();
  }
  for (const node of level) pool.giveBack(node);
}

function clearLevel({ kernel, plan, first, end }: Thread): void {
  const { layout } = plan;
  kernel.clear(layout.level + first * histogramStride, layout.slots + 4 * first, end - first);
}

function addNode(thread: Thread, node: GrowingNode): void {
  const { kernel, plan, views, first, end, own } = thread;
  describeNode(thread, node);
  const { layout } = plan;
  const base = layout.histograms + node.histogram * layout.histogramBytes;
  for (let column = first; column < end; column++) {
    const offset = column * histogramStride;
    kernel.addScores(base + offset, views.bins[column], own + ownParts.node, layout.level + offset);
  }
}

const nothing: Sums = { gradient: 0, hessian: 0 };
// A cut as float64 in a thread's own memory.
const cutFields = { score: 0, column: 1, bin: 2, defaultLeft: 3 } as const;

/** The best cut over all threads' columns; null when it gains too little. */
function agreedCut(thread: Thread, level: readonly GrowingNode[], mask: Uint8Array | null): Split | null {
  const { plan, views, barrier, index } = thread;
  const offer = (of: number) => new Float64Array(views.buffer, plan.layout.own[of] + ownParts.best, 8);
  writeBestCut(thread, offer(index), mask);
  barrier.meet();
  let best = offer(0);
  for (let other = 1; other < plan.threads; other++) {
    if (roundedScore(offer(other)[0]) > roundedScore(best[0])) best = offer(other);
  }
  const [score, column, bin, defaultLeft] = best;
  const before = level.reduce((sum, node) => sum + gainOf(plan, node), 0);
  barrier.meet();
  const gain = score - before;
  if (!(gain > plan.leastGain)) return null;
  return {
    column,
    bin,
    defaultLeft: defaultLeft === 1,
    marks: null,
    gain: gain / level.length,
    left: nothing,
    lambda: plan.lambda,
  };
}

function writeBestCut({ plan, views, first, end }: Thread, cut: Float64Array, mask: Uint8Array | null): void {
  let key = -Infinity;
  cut[cutFields.score] = -Infinity;
  for (let column = first; column < end; column++) {
    if (mask && mask[column] === 0) continue;
    const scores = (plan.layout.level + column * histogramStride) >>> 3;
    for (let at = 0; at < 2 * views.bins[column]; at++) {
      const score = views.doubles[scores + at];
      if (!(roundedScore(score) > key)) continue;
      key = roundedScore(score);
      cut.set([score, column, at >> 1, at & 1]);
    }
  }
}
