import type { Matrix } from '../core/matrix.ts';
import { checkInteger, checkMatrix } from './checks.ts';
import type { TreeModel } from './model.ts';
import { isSentLeft, type Trees, treeCount } from './trees.ts';

export interface TreeShap {
  /** The model's margin when nothing is known of a row: the cover-weighted mean. */
  readonly base: number;
  /** Rows × columns: how far each value moved the row's margin. base + the row's sum = its margin. */
  readonly contributions: Float64Array;
}

/**
 * Exact path-dependent Shapley values of one output.
 *
 * The Shapley weight k!(M−1−k)!/M! is ∫ u^k (1−u)^(M−1−k) du, so a leaf of value v gives column e
 *   φ_e = v · (o_e − z_e) · ∫ Π_{j ≠ e} (o_j·u + z_j·(1−u)) du,
 * where z_j is the share of training rows that column j's tests let through on the leaf's path and o_j is 1 when this row
 * passes them, else 0. The integrand is a polynomial, so a few Gauss-Legendre points give the integral exactly, and its
 * values at those points are products that one walk down the tree carries along: nodes × points steps for a row.
 *
 * @param output which margin: the class of softmax or of a forest; 0 otherwise
 * @see Lundberg et al., "From local explanations to global understanding" (2020), algorithm 2, for the definition;
 *   Yu et al., "Linear TreeSHAP" (2022), for evaluating the polynomial at points
 */
export function treeShap(model: TreeModel, x: Matrix, output = 0): TreeShap {
  return prepareWalks(model, output)(x);
}

/** Explains rows by one output of one model, prepared once. */
export type ShapExplainer = (x: Matrix) => TreeShap;

/** treeShap for a model that explains often: what depends on the trees alone is computed once. */
export function prepareWalks(model: TreeModel, output = 0): ShapExplainer {
  checkInteger('output', output, 0, model.outputs - 1);
  const { trees, columns } = model;
  const isForest = model.kind === 'forest';
  const position = isForest ? output : 0;
  const walks: TreeWalk[] = [];
  let expected = 0;
  for (let tree = isForest ? 0 : output; tree < treeCount(trees); tree += isForest ? 1 : model.outputs) {
    expected += expectedBelow(trees, trees.start[tree], position);
    walks.push(treeWalk(trees, tree, position, columns));
  }
  const base = isForest ? expected / walks.length : expected + model.start[output];
  return (x) => {
    checkMatrix('x', x, columns);
    const contributions = new Float64Array(x.rows * columns);
    for (const walk of walks) {
      for (let row = 0; row < x.rows; row++) walk(contributions, x.values, row * columns);
    }
    if (isForest) contributions.forEach((value, i) => (contributions[i] = value / walks.length));
    return { base, contributions };
  };
}

/** Adds one row's Shapley values of one tree; `offset` is where the row begins, in values and contributions alike. */
type TreeWalk = (contributions: Float64Array, values: Float32Array | Float64Array, offset: number) => void;

function treeWalk(trees: Trees, tree: number, position: number, columns: number): TreeWalk {
  const { feature, left, right, cover, value, width } = trees;
  const { points, weights, products, factors, sums, share, passes, timesTested } = walkPlace(
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
      const leaf = value[node * width + position];
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
    const newShare = (oldShare * cover[child]) / cover[node];
    const newPasses = isTaken ? oldPasses : 0;
    const below = at + q;
    for (let k = 0; k < q; k++) {
      const u = points[k];
      const factor = newPasses * u + newShare * (1 - u);
      factors[below + k] = factor;
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
    let moved = 0;
    for (let k = 0; k < q; k++) {
      const sum = sums[below + k];
      sums[at + k] += sum;
      moved += sum / factors[below + k];
    }
    moved *= newPasses - newShare;
    // A test of the same column higher up counted these leaves with its wider share: take that back.
    if (!isFirst) moved -= (oldPasses - oldShare) * sumOver(sums, below, points, oldPasses, oldShare);
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
    // By level, one number a point: the product of the factors o·u + z·(1−u) along the path; the newest of these
    // factors; the sum over the leaves below of weight × value × product, filled on the way back.
    products: new Float64Array(size).fill(1),
    factors: new Float64Array(size),
    sums: new Float64Array(size),
    // Of each column on the path: the share of training rows its tests let through, and whether this row passes them.
    share: new Float64Array(columns).fill(1),
    passes: new Uint8Array(columns).fill(1),
    timesTested: new Uint8Array(columns),
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

/** The cover-weighted mean of the leaves below a node. */
export function expectedBelow(trees: Trees, node: number, position: number): number {
  const { feature, left, right, cover, value, width } = trees;
  if (feature[node] < 0) return value[node * width + position];
  const [a, b] = [left[node], right[node]];
  const onLeft = cover[a] * expectedBelow(trees, a, position);
  return (onLeft + cover[b] * expectedBelow(trees, b, position)) / cover[node];
}

export interface Quadrature {
  readonly points: Float64Array;
  readonly weights: Float64Array;
}

const quadratures = new Map<number, Quadrature>();

/** Gauss-Legendre on [0, 1]: exact for polynomials up to degree 2·count − 1. */
export function gaussLegendre(count: number): Quadrature {
  const known = quadratures.get(count);
  if (known) return known;
  const points = new Float64Array(count);
  const weights = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const { root, slope } = legendreRoot(count, Math.cos((Math.PI * (i + 0.75)) / (count + 0.5)));
    points[i] = (1 + root) / 2;
    weights[i] = 1 / ((1 - root * root) * slope * slope);
  }
  const made = { points, weights };
  quadratures.set(count, made);
  return made;
}

/** Newton's method on the Legendre polynomial of degree `count`, by its three-term recurrence. */
function legendreRoot(count: number, guess: number): { root: number; slope: number } {
  let root = guess;
  let slope = 1;
  for (let step = 0; step < 100; step++) {
    let [before, value] = [1, root];
    for (let n = 2; n <= count; n++)
      [before, value] = [value, ((2 * n - 1) * root * value - (n - 1) * before) / n];
    slope = (count * (root * value - before)) / (root * root - 1);
    const move = value / slope;
    root -= move;
    if (Math.abs(move) < 1e-16) break;
  }
  return { root, slope };
}
