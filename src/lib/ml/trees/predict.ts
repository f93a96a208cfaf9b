import type { Matrix } from '../core/matrix.ts';
import { checkMatrix } from './checks.ts';
import { sigmoid, softmaxInto } from './losses.ts';
import type { TreeModel } from './model.ts';
import { widen } from './target-statistics.ts';
import { leafOf, treeCount } from './trees.ts';

/**
 * What the trees sum up to, rows × outputs, row-major: log-odds for logistic, class scores for softmax, the answer itself
 * for squared, class shares for a forest. These are the numbers that treeShap takes apart.
 */
export function predictMargins(model: TreeModel, x: Matrix): Float64Array {
  checkMatrix('x', x, model.columns);
  const { trees, outputs } = model;
  const wide = model.kind === 'boosting' ? widen(x, model.statistics) : x;
  const count = treeCount(trees);
  const isSingle = model.kind === 'boosting' && model.sums === 'single';
  const margins = isSingle ? new Float32Array(x.rows * outputs) : new Float64Array(x.rows * outputs);
  if (model.kind === 'boosting') margins.forEach((_, i) => (margins[i] = model.start[i % outputs]));
  for (let tree = 0; tree < count; tree++) {
    for (let row = 0; row < x.rows; row++) {
      const leaf = leafOf(trees, tree, wide.values, row * wide.columns);
      if (model.kind === 'boosting') margins[row * outputs + (tree % outputs)] += trees.value[leaf];
      else
        for (let c = 0; c < outputs; c++)
          margins[row * outputs + c] += trees.value[leaf * outputs + c] / count;
    }
  }
  return isSingle ? Float64Array.from(margins) : (margins as Float64Array);
}

/** Probabilities: one a row (of label 1) for logistic, rows × classes for softmax and forests. @throws for squared */
export function predictProbability(model: TreeModel, x: Matrix): Float64Array {
  const margins = predictMargins(model, x);
  if (model.kind === 'forest') return margins;
  if (model.loss === 'logistic') return margins.map(sigmoid);
  if (model.loss === 'squared')
    throw new TypeError('predictProbability: expected a classifier, got a model of loss squared');
  const probabilities = new Float64Array(model.outputs);
  for (let offset = 0; offset < margins.length; offset += model.outputs) {
    softmaxInto(probabilities, margins, offset);
    margins.set(probabilities, offset);
  }
  return margins;
}

/** The share of all split gain that each column brought; sums to 1, or all 0 when no tree split. */
export function gainImportance(model: TreeModel): Float64Array {
  const { feature, gain } = model.trees;
  const sums = new Float64Array(model.columns);
  let total = 0;
  for (let node = 0; node < feature.length; node++) {
    if (feature[node] < 0) continue;
    sums[feature[node]] += gain[node];
    total += gain[node];
  }
  return total === 0 ? sums : sums.map((sum) => sum / total);
}
