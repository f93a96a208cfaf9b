import type { Matrix } from '../core/matrix.ts';
import type { TreeModel } from './model.ts';
import {
  expectedMargin,
  foldColumns,
  outputTrees,
  type ShapExplainer,
  type TreeShap,
  widened,
} from './shap-model.ts';
import { treeWalk } from './shap-walk.ts';

export type { ShapExplainer, TreeShap } from './shap-model.ts';

/**
 * Exact path-dependent Shapley values of one output: a column that is not known is followed both ways, by the shares of the
 * training rows. For many rows of one model `prepareShap` is faster.
 *
 * @param output which margin: the class of softmax or of a forest; 0 otherwise
 * @see Lundberg et al., "From local explanations to global understanding" (2020), algorithm 2, for the definition
 */
export function treeShap(model: TreeModel, x: Matrix, output = 0): TreeShap {
  return prepareWalks(model, output)(x);
}

/** treeShap for a model that explains often: what depends on the trees alone is computed once. */
export function prepareWalks(model: TreeModel, output = 0): ShapExplainer {
  const part = outputTrees(model, output);
  const walks = part.own.map((tree) => treeWalk(part, tree));
  const base = expectedMargin(part);
  return (x) => {
    const wide = widened(model, x);
    const contributions = new Float64Array(wide.rows * wide.columns);
    for (const walk of walks) {
      for (let row = 0; row < x.rows; row++) walk(contributions, wide.values, row * wide.columns);
    }
    return { base, contributions: foldColumns(model, contributions, x.rows) };
  };
}
