import { leafGain, leafWeight, type Sums } from './gain.ts';
import { bestFields, roundedScore } from './kernel.ts';
import { isAllowedSide, limitedScore } from './limited.ts';
import { type GrowingNode, isLimited } from './node.ts';
import type { CategoryRules } from './plan.ts';
import type { Thread } from './thread.ts';

/**
 * The best split of a column of categories; `views.goesLeft` then marks the bins that go left, and the number after the
 * best fields is the L2 of its sides.
 */
export function scanCategories(
  thread: Thread,
  node: GrowingNode,
  column: number,
  histogram: number,
  least: number,
): number {
  const { plan, views } = thread;
  if (!plan.categories) throw new Error('categories: expected rules for a column of categories');
  const bins = views.bins[column];
  const scan: CategoryScan = {
    thread,
    node,
    column,
    rules: plan.categories,
    bins,
    sums: (bin) => sumsAt(views.doubles, histogram, bin),
    best: { key: least, found: null },
  };
  if (plan.categories.order === 'weight') scanByWeight(scan);
  else scanSmoothed(scan);
  if (scan.best.found) writeFound(thread, bins, scan.best.found);
  return scan.best.key;
}

interface FoundSet {
  readonly score: number;
  readonly left: Sums;
  readonly goesLeft: readonly number[];
  readonly defaultLeft: boolean;
  readonly lambda: number;
}

interface CategoryScan {
  readonly thread: Thread;
  readonly node: GrowingNode;
  readonly column: number;
  readonly rules: CategoryRules;
  readonly bins: number;
  sums(bin: number): Sums;
  readonly best: { key: number; found: FoundSet | null };
}

function sumsAt(doubles: Float64Array, histogram: number, bin: number): Sums {
  const slot = (histogram >>> 3) + 2 * bin;
  return { gradient: doubles[slot], hessian: doubles[slot + 1] };
}

const nothing: Sums = { gradient: 0, hessian: 0 };

function plus(a: Sums, b: Sums): Sums {
  return { gradient: a.gradient + b.gradient, hessian: a.hessian + b.hessian };
}

function minus(a: Sums, b: Sums): Sums {
  return { gradient: a.gradient - b.gradient, hessian: a.hessian - b.hessian };
}

/** Scores the split with these sums on the left and keeps it when it is the best so far. */
function consider(
  scan: CategoryScan,
  left: Sums,
  lambda: number,
  set: Omit<FoundSet, 'score' | 'left' | 'lambda'>,
) {
  const score = scoreOf(scan, left, lambda);
  if (!(roundedScore(score) > scan.best.key)) return;
  scan.best.key = roundedScore(score);
  scan.best.found = { ...set, score, left, lambda };
}

function scoreOf({ thread, node, column }: CategoryScan, left: Sums, lambda: number): number {
  const { plan } = thread;
  if (isLimited(plan)) return limitedScore(thread, node, column, left, lambda);
  const right = minus(node, left);
  if (!isAllowedSide(plan, node, left) || !isAllowedSide(plan, node, right)) return -Infinity;
  const penalty = { lambda, alpha: plan.alpha, maxDeltaStep: 0 };
  return leafGain(left, penalty) + leafGain(right, penalty);
}

/** @see XGBoost 1.7, src/tree/hist/evaluate_splits.h, EnumerateOneHot and EnumeratePart */
function scanByWeight(scan: CategoryScan): void {
  const { bins, rules, node, thread } = scan;
  const { lambda } = thread.plan;
  const missing = scan.sums(bins);
  const all = Array.from({ length: bins }, (_, bin) => bin);
  if (bins < rules.maxOneHot) {
    for (const bin of all) {
      const others = all.filter((other) => other !== bin);
      const right = scan.sums(bin);
      const set = { goesLeft: others };
      consider(scan, minus(node, right), lambda, { ...set, defaultLeft: true });
      consider(scan, minus(node, plus(right, missing)), lambda, { ...set, defaultLeft: false });
    }
    return;
  }
  // XGBoost's weight of a category that could not be a leaf by itself is 0.
  const weightOf = (sums: Sums) =>
    sums.hessian < thread.plan.minChildWeight ? 0 : leafWeight(sums, thread.plan);
  const order = sortedBy(all, (bin) => weightOf(scan.sums(bin)));
  const most = Math.min(rules.maxSet, bins) - 1;
  let right = nothing;
  for (let k = 0; k < most; k++) {
    right = plus(right, scan.sums(order[k]));
    consider(scan, minus(node, right), lambda, {
      goesLeft: order.slice(k + 1),
      defaultLeft: true,
    });
  }
  let left = nothing;
  for (let k = bins - 1; k > bins - 1 - most; k--) {
    left = plus(left, scan.sums(order[k]));
    consider(scan, left, lambda, { goesLeft: order.slice(k), defaultLeft: false });
  }
}

/** @see LightGBM 4, src/treelearner/feature_histogram.cpp, FindBestThresholdCategoricalInner */
function scanSmoothed(scan: CategoryScan): void {
  const { bins, rules, node, thread } = scan;
  const { lambda, minLeafRows } = thread.plan;
  const rowsPerHessian = node.count / node.hessian;
  const rowsOf = (bin: number) => Math.floor(scan.sums(bin).hessian * rowsPerHessian + 0.5);
  const all = Array.from({ length: bins }, (_, bin) => bin);
  const way = { defaultLeft: false };
  // LightGBM counts the bin of missing and rare values too.
  if (bins + 1 <= rules.maxOneHot) {
    for (const bin of all) consider(scan, scan.sums(bin), lambda, { ...way, goesLeft: [bin] });
    return;
  }
  const frequent = all.filter((bin) => rowsOf(bin) >= rules.smooth);
  const ratio = (bin: number) => scan.sums(bin).gradient / (scan.sums(bin).hessian + rules.smooth);
  const ascending = sortedBy(frequent, ratio);
  const most = Math.min(rules.maxSet, (ascending.length + 1) >> 1);
  for (const order of [ascending, [...ascending].reverse()]) {
    let [left, leftRows, newRows] = [nothing, 0, 0];
    for (let k = 0; k < most; k++) {
      const rows = rowsOf(order[k]);
      left = plus(left, scan.sums(order[k]));
      leftRows += rows;
      newRows += rows;
      if (leftRows < minLeafRows || left.hessian < thread.plan.minChildWeight) continue;
      if (node.count - leftRows < Math.max(minLeafRows, rules.minGroupRows)) break;
      if (newRows < rules.minGroupRows) continue;
      newRows = 0;
      consider(scan, left, lambda + rules.l2, { ...way, goesLeft: order.slice(0, k + 1) });
    }
  }
}

/** Ascending; equal ones keep their order. */
function sortedBy(bins: readonly number[], valueOf: (bin: number) => number): number[] {
  const values = new Map(bins.map((bin) => [bin, valueOf(bin)]));
  return [...bins].sort((a, b) => (values.get(a) ?? 0) - (values.get(b) ?? 0));
}

function writeFound({ views }: Thread, bins: number, found: FoundSet): void {
  const { best, goesLeft } = views;
  best[bestFields.score] = found.score;
  best[bestFields.gradient] = found.left.gradient;
  best[bestFields.hessian] = found.left.hessian;
  best[bestFields.bin] = 0;
  best[bestFields.defaultLeft] = Number(found.defaultLeft);
  best[5] = found.lambda;
  goesLeft.fill(0);
  for (const bin of found.goesLeft) goesLeft[bin] = 1;
  goesLeft[bins] = Number(found.defaultLeft);
}
