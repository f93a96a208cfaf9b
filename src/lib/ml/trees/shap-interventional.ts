import type { Matrix } from '../core/matrix.ts';
import type { TreeModel } from './model.ts';
import { type Leaf, prepareBatches } from './shap-batches.ts';
import { foldColumns, type OutputTrees, outputTrees, type ShapExplainer, widened } from './shap-model.ts';
import type { TreeWalk } from './shap-walk.ts';
import { isSentLeft, leafOf, type Trees } from './trees.ts';

// A leaf of M columns takes up to 2^M · M steps for each set of columns that background rows pass; most pass few.
const mostColumns = 12;

/**
 * Exact interventional Shapley values of one output: a column that is not known takes its values from the background rows,
 * whatever the other columns say, so a column that the model does not use gets nothing even where columns move together.
 * The base is the background's mean margin.
 *
 * A leaf counts for a row x and a background row b when on its path every column is passed by one of them. With U the columns
 * that x alone passes and V those that b alone passes it gives a column of U v·(|U|−1)!·|V|!/(|U|+|V|)! and takes from one of V
 * v·|U|!·(|V|−1)!/(|U|+|V|)!. Both depend on x only through the columns it passes, so tables serve as in `prepareShap`.
 * Columns that CatBoost derives from others are taken as columns of their own and handed to their sources in equal parts.
 *
 * @param background rows to take the values of unknown columns from; a hundred typical ones are common
 * @param output which margin: the class of softmax or of a forest; 0 otherwise
 * @see Lundberg et al., "From local explanations to global understanding" (2020), algorithm 3
 */
export function prepareInterventional(model: TreeModel, background: Matrix, output = 0): ShapExplainer {
  const part = outputTrees(model, output);
  const behind = widened(model, background, 'background');
  const base = meanMargin(part, behind);
  const addAll = prepareBatches(part, {
    mostColumns,
    tablesOf: (tree) => {
      const masks = masksByLeaf(part.trees, tree, behind);
      return (table, leaf) => fillInterventional(table, leaf, masks.get(leaf.node) ?? new Uint32Array());
    },
    walkLarge: (tree, isWanted) => pairWalk(part, tree, behind, isWanted),
  });
  return (x) => ({ base, contributions: foldColumns(model, addAll(widened(model, x)), x.rows) });
}

function meanMargin({ trees, own, position, start, scale }: OutputTrees, x: Matrix): number {
  let sum = 0;
  for (const tree of own) {
    for (let row = 0; row < x.rows; row++)
      sum += scale * trees.value[leafOf(trees, tree, x.values, row * x.columns) * trees.width + position];
  }
  return start + sum / x.rows;
}

/** By leaf, one mask a row: the columns of the leaf's path that the row passes, as bits in the order of their first test. */
function masksByLeaf(trees: Trees, tree: number, x: Matrix): ReadonlyMap<number, Uint32Array> {
  const { feature, left, right } = trees;
  const found = new Map<number, Uint32Array>();
  const descend = (node: number, columns: readonly number[], masks: Uint32Array): void => {
    const column = feature[node];
    if (column < 0) {
      found.set(node, masks);
      return;
    }
    const known = columns.indexOf(column);
    const bit = 1 << (known < 0 ? columns.length : known);
    const longer = known < 0 ? [...columns, column] : columns;
    const goesLeft = masks.map((_, row) =>
      Number(isSentLeft(trees, node, x.values[row * x.columns + column])),
    );
    descend(
      left[node],
      longer,
      masks.map((mask, row) => (goesLeft[row] === 1 ? mask : mask & ~bit)),
    );
    descend(
      right[node],
      longer,
      masks.map((mask, row) => (goesLeft[row] === 0 ? mask : mask & ~bit)),
    );
  };
  descend(trees.start[tree], [], new Uint32Array(x.rows).fill(0xffffffff));
  return found;
}

/** Sums what the leaf gives against each background row. A row x counts against b only where it passes what b fails. */
function fillInterventional(table: Float64Array, { value, columns }: Leaf, masks: Uint32Array): void {
  const all = (1 << columns.length) - 1;
  const times = new Map<number, number>();
  for (const mask of masks) times.set(mask & all, (times.get(mask & all) ?? 0) + 1);
  for (const [behind, count] of times) {
    const weight = (value * count) / masks.length;
    // What x alone passes is all that b fails; what b alone passes runs through the subsets of what b passes.
    for (let alone = behind; ; alone = (alone - 1) & behind) {
      addAgainst(table, columns.length, all & ~behind, alone, weight);
      if (alone === 0) break;
    }
  }
}

function addAgainst(
  table: Float64Array,
  count: number,
  ofRow: number,
  ofBackground: number,
  weight: number,
): void {
  const [u, v] = [bitsIn(ofRow), bitsIn(ofBackground)];
  const gained = u > 0 ? weight * orderings(u - 1, v) : 0;
  const lost = v > 0 ? weight * orderings(u, v - 1) : 0;
  const mask = ((1 << count) - 1) & ~ofBackground;
  for (let e = 0; e < count; e++) {
    if ((ofRow >> e) & 1) table[(e << count) | mask] += gained;
    else if ((ofBackground >> e) & 1) table[(e << count) | mask] -= lost;
  }
}

function bitsIn(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** u! · v! / (u + v + 1)!, without the factorials, which would overflow. */
function orderings(u: number, v: number): number {
  let share = 1 / (u + v + 1);
  for (let k = 1; k <= v; k++) share *= k / (u + k);
  return share;
}

/** The row against each background row: at a test where they part, both ways are followed, each with its column decided. */
function pairWalk(part: OutputTrees, tree: number, behind: Matrix, isWanted: Uint8Array): TreeWalk {
  const { trees, position, scale, columns } = part;
  const { feature, left, right, value, width } = trees;
  const decided = new Int8Array(columns);
  return (contributions, values, offset) => {
    const descend = (node: number, from: number, u: number, v: number): void => {
      if (isWanted[node] === 0) return;
      const column = feature[node];
      if (column < 0) {
        const weight = (scale * value[node * width + position]) / behind.rows;
        const gained = u > 0 ? weight * orderings(u - 1, v) : 0;
        const lost = v > 0 ? weight * orderings(u, v - 1) : 0;
        decided.forEach((who, c) => (contributions[offset + c] += who > 0 ? gained : who * lost));
        return;
      }
      const rowChild = isSentLeft(trees, node, values[offset + column]) ? left[node] : right[node];
      const otherChild = isSentLeft(trees, node, behind.values[from + column]) ? left[node] : right[node];
      if (decided[column] === 1 || rowChild === otherChild) return descend(rowChild, from, u, v);
      if (decided[column] === -1) return descend(otherChild, from, u, v);
      decided[column] = 1;
      descend(rowChild, from, u + 1, v);
      decided[column] = -1;
      descend(otherChild, from, u, v + 1);
      decided[column] = 0;
    };
    for (let row = 0; row < behind.rows; row++) descend(trees.start[tree], row * behind.columns, 0, 0);
  };
}
