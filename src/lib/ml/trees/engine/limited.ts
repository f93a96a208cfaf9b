import { gainOfWeight, type Sums } from './gain.ts';
import { bestFields, emptyHessian, roundedScore } from './kernel.ts';
import { type GrowingNode, weightIn } from './node.ts';
import type { Thread } from './thread.ts';

/**
 * `Kernel.scan` where weights are limited, by monotone constraints or a largest step: gains come from the limited weights,
 * and a cut whose sides stand in the wrong order does not count.
 * @see XGBoost, src/tree/split_evaluator.h
 */
export function scanLimited(
  thread: Thread,
  node: GrowingNode,
  column: number,
  histogram: number,
  least: number,
): number {
  const { views } = thread;
  const { doubles, best } = views;
  const first = histogram >>> 3;
  const bins = views.bins[column];
  const hasMissing = doubles[first + 2 * bins + 1] > emptyHessian;
  let key = least;
  for (const defaultLeft of hasMissing ? [false, true] : [false]) {
    // As in the kernel: the side that grows is the left from the lowest bin, or the right from the highest.
    let [gradient, hessian] = [0, 0];
    const turns = hasMissing && !defaultLeft ? bins : bins - 1;
    for (let turn = 0; turn < turns; turn++) {
      const bin = defaultLeft ? bins - 1 - turn : turn;
      gradient += doubles[first + 2 * bin];
      hessian += doubles[first + 2 * bin + 1];
      const left = defaultLeft
        ? { gradient: node.gradient - gradient, hessian: node.hessian - hessian }
        : { gradient, hessian };
      const score = limitedScore(thread, node, column, left, thread.plan.lambda);
      if (!(roundedScore(score) > key)) continue;
      key = roundedScore(score);
      best[bestFields.score] = score;
      best[bestFields.gradient] = left.gradient;
      best[bestFields.hessian] = left.hessian;
      best[bestFields.bin] = defaultLeft ? bin - 1 : bin;
      best[bestFields.defaultLeft] = Number(defaultLeft);
    }
  }
  return key;
}

/** The score of a split with these sums on the left; −∞ when a limit forbids it. */
export function limitedScore(
  { plan }: Thread,
  node: GrowingNode,
  column: number,
  left: Sums,
  lambda: number,
): number {
  const right = { gradient: node.gradient - left.gradient, hessian: node.hessian - left.hessian };
  if (!isAllowedSide(plan, node, left) || !isAllowedSide(plan, node, right)) return -Infinity;
  const [a, b] = [weightIn(plan, node, left, lambda), weightIn(plan, node, right, lambda)];
  const direction = plan.monotone?.[column] ?? 0;
  if (direction * (b - a) < 0) return -Infinity;
  return gainOfWeight(left, a, lambda) + gainOfWeight(right, b, lambda);
}

/** Whether a side holds enough. Its rows are taken to be proportional to its hessian, as LightGBM does. */
export function isAllowedSide(plan: Thread['plan'], node: GrowingNode, side: Sums): boolean {
  if (!(side.hessian >= Math.max(plan.minChildWeight, emptyHessian))) return false;
  return plan.minLeafRows === 0 || (side.hessian * node.count) / node.hessian + 0.5 >= plan.minLeafRows;
}
