import type { TreeModel } from './model.ts';
import { expectedMargin, foldColumns, outputTrees, type ShapExplainer, widened } from './shap-model.ts';
import { gaussLegendre } from './shap-quadrature.ts';
import { type Leaf, prepareBatches } from './shap-batches.ts';
import { treeWalk } from './shap-walk.ts';

// A leaf of M columns takes M · 2^M numbers. Beyond twelve (393 KB) the walk is faster to prepare and no slower to run.
const mostColumns = 12;

/**
 * The Shapley values of `treeShap` for many rows of one model: for every leaf and every set of path columns that a row may
 * pass, the values are computed once, so a row costs the walk and a few additions. Leaves whose paths test too many columns
 * for a table are left to the walk of `treeShap`. Prepare once a model, not once a row.
 *
 * @param output which margin: the class of softmax or of a forest; 0 otherwise
 * @see Yang, "Fast TreeSHAP" (2021), version 2, for the tables
 */
export function prepareShap(model: TreeModel, output = 0): ShapExplainer {
  const part = outputTrees(model, output);
  const base = expectedMargin(part);
  const addAll = prepareBatches(part, {
    mostColumns,
    tablesOf: () => fillPathDependent,
    walkLarge: (tree, isWanted) => treeWalk(part, tree, isWanted),
  });
  return (x) => {
    const wide = widened(model, x);
    const contributions = addAll(wide);
    return { base, contributions: foldColumns(model, contributions, x.rows) };
  };
}

/**
 * φ_e = v · (o_e − z_e) · ∫ Π_{j ≠ e} (o_j·u + z_j·(1−u)) du for every set of columns passed (o = 1). The integral does not
 * depend on o_e, so it is taken where e is passed: there no factor is 0, and dividing the whole product by it is safe.
 */
function fillPathDependent(table: Float64Array, { value, shares }: Leaf): void {
  const count = shares.length;
  const sets = 1 << count;
  const { points, weights } = gaussLegendre(Math.max(1, Math.ceil(count / 2)));
  const products = new Float64Array(sets);
  for (let k = 0; k < points.length; k++) {
    fillProducts(products, points[k], weights[k] * value, shares);
    for (let e = 0; e < count; e++) {
      const inverse = 1 / (points[k] + shares[e] * (1 - points[k]));
      for (let mask = 0; mask < sets; mask++) {
        if ((mask >> e) & 1) table[e * sets + mask] += products[mask] * inverse;
      }
    }
  }
  for (let e = 0; e < count; e++) {
    for (let mask = 0; mask < sets; mask++) {
      if (((mask >> e) & 1) === 0) continue;
      const integral = table[e * sets + mask];
      table[e * sets + mask] = integral * (1 - shares[e]);
      table[e * sets + (mask ^ (1 << e))] = -integral * shares[e];
    }
  }
}

/** scale · Π_j (o_j·u + z_j·(1−u)) for every set of columns passed, by doubling. */
function fillProducts(products: Float64Array, u: number, scale: number, shares: ArrayLike<number>): void {
  products[0] = scale;
  for (let e = 0; e < shares.length; e++) {
    const missed = shares[e] * (1 - u);
    const half = 1 << e;
    for (let mask = 0; mask < half; mask++) {
      products[mask | half] = products[mask] * (u + missed);
      products[mask] *= missed;
    }
  }
}
