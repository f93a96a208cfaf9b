import { coverShare, type OutputTrees } from './shap-model.ts';
import { gaussLegendre } from './shap-quadrature.ts';
import { isSentLeft, type Trees } from './trees.ts';

/** Adds one row's Shapley values of one tree; `offset` is where the row begins, in values and contributions alike. */
export type TreeWalk = (
  contributions: Float64Array,
  values: Float32Array | Float64Array,
  offset: number,
) => void;

/**
 * The Shapley weight k!(M−1−k)!/M! is ∫ u^k (1−u)^(M−1−k) du, so a leaf of value v gives column e
 *   φ_e = v · (o_e − z_e) · ∫ Π_{j ≠ e} (o_j·u + z_j·(1−u)) du,
 * where z_j is the share of training rows that column j's tests let through on the leaf's path and o_j is 1 when this row
 * passes them, else 0. The integrand is a polynomial, so a few Gauss-Legendre points give the integral exactly, and its
 * values at those points are products that one walk down the tree carries along: nodes × points steps for a row.
 *
 * @param isWanted by node: leaves below the others are left out; all are in unless told
 * @see Yu et al., "Linear TreeSHAP" (2022), for evaluating the polynomial at points
 */
export function treeWalk(part: OutputTrees, tree: number, isWanted?: Uint8Array): TreeWalk {
  const { trees, position, scale, columns } = part;
  const { feature, left, right, value, width } = trees;
  const { points, weights, products, sums, share, passes, timesTested } = walkPlace(
    depthOf(trees, tree),
    columns,
  );
  const q = points.length;
  let contributions: Float64Array = new Float64Array();
  let values: Float32Array | Float64Array = contributions;
  let offset = 0;

  const descend = (node: number, at: number): void => {
    const column = feature[node];
    if (column < 0) {
      const leaf = scale * value[node * width + position];
      for (let k = 0; k < q; k++) sums[at + k] = weights[k] * leaf * products[at + k];
      return;
    }
    const goesLeft = isSentLeft(trees, node, values[offset + column]);
    sums.fill(0, at, at + q);
    follow(node, left[node], goesLeft, column, at);
    follow(node, right[node], !goesLeft, column, at);
  };

  const follow = (node: number, child: number, isTaken: boolean, column: number, at: number): void => {
    const oldShare = share[column];
    const oldPasses = passes[column];
    const isFirst = timesTested[column] === 0;
    const newShare = oldShare * coverShare(trees, node, child);
    const newPasses = isTaken ? oldPasses : 0;
    // Neither this row nor any of training comes through here: all products below are 0.
    if (newPasses === 0 && newShare === 0) return;
    if (isWanted?.[child] === 0) return;
    const below = at + q;
    for (let k = 0; k < q; k++) {
      const u = points[k];
      const factor = newPasses * u + newShare * (1 - u);
      const old = isFirst ? 1 : oldPasses * u + oldShare * (1 - u);
      products[below + k] = (products[at + k] * factor) / old;
    }
    share[column] = newShare;
    passes[column] = newPasses;
    timesTested[column]++;
    descend(child, below);
    share[column] = oldShare;
    passes[column] = oldPasses;
    timesTested[column]--;
    let moved = (newPasses - newShare) * sumOver(sums, below, points, newPasses, newShare);
    // A test of the same column higher up counted these leaves with its wider share: take that back.
    if (!isFirst) moved -= (oldPasses - oldShare) * sumOver(sums, below, points, oldPasses, oldShare);
    for (let k = 0; k < q; k++) sums[at + k] += sums[below + k];
    contributions[offset + column] += moved;
  };

  return (into, rowValues, start) => {
    contributions = into;
    values = rowValues;
    offset = start;
    descend(trees.start[tree], 0);
  };
}

function walkPlace(depth: number, columns: number) {
  const { points, weights } = gaussLegendre(Math.max(1, Math.ceil(depth / 2)));
  const size = (depth + 1) * points.length;
  return {
    points,
    weights,
    // By level, one number a point: the product of the factors o·u + z·(1−u) along the path; the sum over
    // the leaves below of weight × value × product, filled on the way back.
    products: new Float64Array(size).fill(1),
    sums: new Float64Array(size),
    // Of each column on the path: the share of training rows its tests let through, and whether this row passes them.
    share: new Float64Array(columns).fill(1),
    passes: new Uint8Array(columns).fill(1),
    timesTested: new Uint16Array(columns),
  };
}

/** Σ sums ÷ (o·u + z·(1−u)) over the points. */
function sumOver(
  sums: Float64Array,
  at: number,
  points: Float64Array,
  passes: number,
  share: number,
): number {
  let total = 0;
  for (let k = 0; k < points.length; k++)
    total += sums[at + k] / (passes * points[k] + share * (1 - points[k]));
  return total;
}

/** Tests on the longest path; children stand after their parent, so one pass from the end will do. */
function depthOf({ start, feature, left, right }: Trees, tree: number): number {
  const first = start[tree];
  const below = new Uint16Array(start[tree + 1] - first);
  for (let node = start[tree + 1] - 1; node >= first; node--) {
    if (feature[node] >= 0)
      below[node - first] = 1 + Math.max(below[left[node] - first], below[right[node] - first]);
  }
  return below[0];
}
