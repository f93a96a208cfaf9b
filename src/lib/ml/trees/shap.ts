import type { Matrix } from '../core/matrix.ts';
import { checkInteger, checkMatrix } from './checks.ts';
import type { TreeModel } from './predict.ts';
import { type Trees, treeCount } from './trees.ts';

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
  checkMatrix('x', x, model.columns);
  checkInteger('output', output, 0, model.outputs - 1);
  const { trees, columns } = model;
  const isForest = model.kind === 'forest';
  const count = treeCount(trees);
  const scale = isForest ? 1 / count : 1;
  const position = isForest ? output : 0;
  const contributions = new Float64Array(x.rows * columns);
  let base = isForest ? 0 : model.start[output];
  for (let tree = isForest ? 0 : output; tree < count; tree += isForest ? 1 : model.outputs) {
    const walk = treeWalk(trees, tree, position, scale, columns);
    base += walk.expected;
    for (let row = 0; row < x.rows; row++) walk.addInto(contributions, x.values, row * columns);
  }
  return { base, contributions };
}

interface TreeWalk {
  /** Cover-weighted mean of the leaves. */
  readonly expected: number;
  addInto(contributions: Float64Array, values: Float32Array | Float64Array, offset: number): void;
}

function treeWalk(trees: Trees, tree: number, position: number, scale: number, columns: number): TreeWalk {
  const { feature, threshold, defaultLeft, left, right, cover, value, width } = trees;
  const root = trees.start[tree];
  const depth = depthBelow(trees, root);
  const { points, weights } = gaussLegendre(Math.max(1, Math.ceil(depth / 2)));
  const q = points.length;
  // Path products at each level, and the sums that come back up, q numbers a level.
  const products = new Float64Array((depth + 2) * q);
  const sums = new Float64Array((depth + 2) * q);
  // Of each column on the current path: the share let through, and whether this row passes. 1 and 1 when absent.
  const share = new Float64Array(columns).fill(1);
  const passes = new Uint8Array(columns).fill(1);
  const onPath = new Uint8Array(columns);

  /** Leaves Σ over leaves below `node` of weight × value × product, one number a point, at sums[level]. */
  const descend = (node: number, level: number, row: Row): void => {
    const at = level * q;
    if (feature[node] < 0) {
      const leaf = value[node * width + position] * scale;
      for (let k = 0; k < q; k++) sums[at + k] = weights[k] * leaf * products[at + k];
      return;
    }
    const tested = row.values[row.offset + feature[node]];
    const goesLeft = tested < threshold[node] || (tested !== tested && defaultLeft[node] === 1);
    sums.fill(0, at, at + q);
    descendEdge(node, left[node], goesLeft, level, row);
    descendEdge(node, right[node], !goesLeft, level, row);
  };

  const descendEdge = (node: number, child: number, isTaken: boolean, level: number, row: Row): void => {
    const column = feature[node];
    const [oldShare, oldPasses, wasOnPath] = [share[column], passes[column], onPath[column]];
    const newShare = (oldShare * cover[child]) / cover[node];
    const newPasses = oldPasses & Number(isTaken);
    const [from, to] = [level * q, (level + 1) * q];
    for (let k = 0; k < q; k++) {
      const old = oldPasses * points[k] + oldShare * (1 - points[k]);
      products[to + k] = (products[from + k] / old) * (newPasses * points[k] + newShare * (1 - points[k]));
    }
    share[column] = newShare;
    passes[column] = newPasses;
    onPath[column] = 1;
    descend(child, level + 1, row);
    let moved = 0;
    for (let k = 0; k < q; k++) {
      const sum = sums[to + k];
      sums[from + k] += sum;
      moved += ((newPasses - newShare) * sum) / (newPasses * points[k] + newShare * (1 - points[k]));
      // A test of the same column higher up counted these leaves with its wider share: take that back.
      if (wasOnPath)
        moved -= ((oldPasses - oldShare) * sum) / (oldPasses * points[k] + oldShare * (1 - points[k]));
    }
    row.contributions[row.offset + column] += moved;
    share[column] = oldShare;
    passes[column] = oldPasses;
    onPath[column] = wasOnPath;
  };

  return {
    expected: expectedBelow(trees, root, position) * scale,
    addInto: (contributions, values, offset) => {
      products.fill(1, 0, q);
      descend(root, 0, { contributions, values, offset });
    },
  };
}

interface Row {
  readonly contributions: Float64Array;
  readonly values: Float32Array | Float64Array;
  readonly offset: number;
}

function depthBelow(trees: Trees, node: number): number {
  if (trees.feature[node] < 0) return 0;
  return 1 + Math.max(depthBelow(trees, trees.left[node]), depthBelow(trees, trees.right[node]));
}

function expectedBelow(trees: Trees, node: number, position: number): number {
  const { feature, left, right, cover, value, width } = trees;
  if (feature[node] < 0) return value[node * width + position];
  const share = cover[left[node]] / cover[node];
  return (
    share * expectedBelow(trees, left[node], position) +
    (cover[right[node]] / cover[node]) * expectedBelow(trees, right[node], position)
  );
}

interface Quadrature {
  readonly points: Float64Array;
  readonly weights: Float64Array;
}

const quadratures = new Map<number, Quadrature>();

/** Gauss-Legendre on [0, 1]: exact for polynomials up to degree 2·count − 1. */
function gaussLegendre(count: number): Quadrature {
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
