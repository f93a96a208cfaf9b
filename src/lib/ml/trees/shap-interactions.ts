import type { Matrix } from '../core/matrix.ts';
import type { TreeModel } from './model.ts';
import { type Leaf, leavesOf } from './shap-batches.ts';
import { expectedMargin, outputTrees, sourcesOf, widened } from './shap-model.ts';
import { gaussLegendre } from './shap-quadrature.ts';
import { isSentLeft, type Trees } from './trees.ts';

export interface TreeInteractions {
  /** The model's margin when nothing is known of a row. */
  readonly base: number;
  /**
   * Rows × columns × columns, symmetric. Off the diagonal half of what two columns do together, on it what one does alone:
   * a line sums to the column's Shapley value.
   */
  readonly interactions: Float64Array;
}

/**
 * Exact path-dependent Shapley interaction values of one output, prepared once a model. A leaf of value v adds to columns i and j
 *   ½ · v · (o_i − z_i) · (o_j − z_j) · ∫ Π_{k ≠ i, j} (o_k·u + z_k·(1−u)) du
 * in the words of `treeWalk`; the diagonal takes what is left of the column's own Shapley value.
 *
 * @param output which margin: the class of softmax or of a forest; 0 otherwise
 * @see Lundberg et al., "From local explanations to global understanding" (2020), equations 3 to 5
 */
export function prepareInteractions(model: TreeModel, output = 0): (x: Matrix) => TreeInteractions {
  const part = outputTrees(model, output);
  const base = expectedMargin(part);
  const leaves = part.own.map((tree) => leavesOf(part, tree));
  const fold = foldPairs(model);
  return (x) => {
    const wide = widened(model, x);
    const size = model.columns * model.columns;
    const interactions = new Float64Array(x.rows * size);
    for (let row = 0; row < x.rows; row++) {
      const place = new Float64Array(wide.columns * wide.columns);
      const values = wide.values.subarray(row * wide.columns, (row + 1) * wide.columns);
      part.own.forEach((tree, k) => addTree(place, wide.columns, part.trees, tree, leaves[k], values));
      interactions.set(fold(place), row * size);
    }
    return { base, interactions };
  };
}

/** Visits leaves in the order of `leavesOf`, with the columns that the row passes on the way. */
function addTree(
  into: Float64Array,
  columns: number,
  trees: Trees,
  tree: number,
  leaves: readonly Leaf[],
  values: Float32Array | Float64Array,
): void {
  const { feature, left, right } = trees;
  const fails = new Uint16Array(columns);
  const place = { passes: new Uint8Array(columns), ratios: new Float64Array(columns) };
  let seen = 0;
  const descend = (node: number): void => {
    const column = feature[node];
    if (column < 0) {
      addLeaf(into, columns, leaves[seen++], fails, place);
      return;
    }
    const goesLeft = Number(isSentLeft(trees, node, values[column]));
    fails[column] += 1 - goesLeft;
    descend(left[node]);
    fails[column] += 2 * goesLeft - 1;
    descend(right[node]);
    fails[column] -= goesLeft;
  };
  descend(trees.start[tree]);
}

/** Numbers of one leaf's columns, in places made once: leaves are many and short. */
interface LeafPlace {
  readonly passes: Uint8Array;
  /** (o − z) ÷ (o·u + z·(1−u)) at the current point u. */
  readonly ratios: Float64Array;
}

function addLeaf(
  into: Float64Array,
  columns: number,
  leaf: Leaf,
  fails: Uint16Array,
  place: LeafPlace,
): void {
  const { passes, ratios } = place;
  const { columns: own, shares, value } = leaf;
  const { points, weights } = gaussLegendre(Math.max(1, Math.ceil(own.length / 2)));
  for (let e = 0; e < own.length; e++) passes[e] = Number(fails[own[e]] === 0);
  for (let k = 0; k < points.length; k++) {
    let product = weights[k] * value;
    for (let e = 0; e < own.length; e++) {
      const factor = passes[e] * points[k] + shares[e] * (1 - points[k]);
      product *= factor;
      ratios[e] = (passes[e] - shares[e]) / factor;
    }
    // Neither the row nor any of training comes to this leaf: it says nothing of any column.
    if (product === 0) return;
    for (let i = 0; i < own.length; i++) {
      const one = product * ratios[i];
      into[own[i] * (columns + 1)] += one;
      for (let j = 0; j < i; j++) addPair(into, columns, own[i], own[j], one * ratios[j]);
    }
  }
}

/** Half to either side of the diagonal, taken from the two columns' own. */
function addPair(into: Float64Array, columns: number, i: number, j: number, joint: number): void {
  into[i * columns + j] += joint / 2;
  into[j * columns + i] += joint / 2;
  into[i * (columns + 1)] -= joint / 2;
  into[j * (columns + 1)] -= joint / 2;
}

/** Pairs of widened columns as pairs of the input's: derived columns share in equal parts, as in `foldColumns`. */
function foldPairs(model: TreeModel): (wide: Float64Array) => Float64Array {
  const sources = sourcesOf(model);
  if (sources.length === model.columns) return (wide) => wide;
  return (wide) => {
    const folded = new Float64Array(model.columns * model.columns);
    sources.forEach((ofI, i) => {
      sources.forEach((ofJ, j) => {
        const part = wide[i * sources.length + j] / (ofI.length * ofJ.length);
        for (const a of ofI) for (const b of ofJ) folded[a * model.columns + b] += part;
      });
    });
    return folded;
  };
}
