import type { Matrix } from '../core/matrix.ts';
import { checkInteger, checkMatrix } from './checks.ts';
import type { TreeModel } from './model.ts';
import { widen } from './target-statistics.ts';
import { type Trees, treeCount } from './trees.ts';

// What every exact explanation of a tree model shares.

export interface TreeShap {
  /** The model's margin when nothing is known of a row. */
  readonly base: number;
  /** Rows × columns: how far each value moved the row's margin. base + the row's sum = its margin. */
  readonly contributions: Float64Array;
}

/** Explains rows by one output of one model, prepared once. */
export type ShapExplainer = (x: Matrix) => TreeShap;

/** The part of a model that answers for one output. */
export interface OutputTrees {
  readonly trees: Trees;
  /** The trees that move this output. */
  readonly own: readonly number[];
  /** Which of a leaf's numbers counts. */
  readonly position: number;
  /** The margin before the first tree. */
  readonly start: number;
  /** What a leaf's number is multiplied with: 1 over the number of trees in a forest. */
  readonly scale: number;
  /** Columns the trees may test: the input's own and the derived ones. */
  readonly columns: number;
}

/** @throws RangeError when the model has no such output */
export function outputTrees(model: TreeModel, output: number): OutputTrees {
  checkInteger('output', output, 0, model.outputs - 1);
  const { trees } = model;
  const all = Array.from({ length: treeCount(trees) }, (_, tree) => tree);
  if (model.kind === 'forest') {
    const scale = 1 / all.length;
    return { trees, own: all, position: output, start: 0, scale, columns: model.columns };
  }
  const own = all.filter((tree) => tree % model.outputs === output);
  const columns = model.columns + (model.statistics?.derived.length ?? 0);
  return { trees, own, position: 0, start: model.start[output], scale: 1, columns };
}

/** Which part of a node's training weight went to a child; half when none came by. */
export function coverShare({ cover }: Trees, node: number, child: number): number {
  return cover[node] > 0 ? cover[child] / cover[node] : 0.5;
}

/** The margin when no column is known: leaves weighted by the training rows that reached them. */
export function expectedMargin({ trees, own, position, start, scale }: OutputTrees): number {
  return own.reduce((sum, tree) => sum + scale * expectedBelow(trees, trees.start[tree], position), start);
}

function expectedBelow(trees: Trees, node: number, position: number): number {
  const { feature, value, width } = trees;
  if (feature[node] < 0) return value[node * width + position];
  return [trees.left[node], trees.right[node]].reduce(
    (sum, child) => sum + coverShare(trees, node, child) * expectedBelow(trees, child, position),
    0,
  );
}

/** The rows as the trees see them, derived columns included. @throws RangeError when they do not fit the model */
export function widened(model: TreeModel, x: Matrix, name = 'x'): Matrix {
  checkMatrix(name, x, model.columns);
  return model.kind === 'boosting' ? widen(x, model.statistics) : x;
}

/**
 * For each column of the widened rows the input columns it was made of: itself, or the different sources of a derived
 * column, which share its contribution in equal parts.
 */
export function sourcesOf(model: TreeModel): readonly (readonly number[])[] {
  const own = Array.from({ length: model.columns }, (_, column) => [column]);
  if (model.kind === 'forest' || !model.statistics) return own;
  return [...own, ...model.statistics.derived.map(({ sources }) => [...new Set(sources)])];
}

/** Contributions of widened columns as contributions of the input's. @param wide rows × widened columns */
export function foldColumns(model: TreeModel, wide: Float64Array, rows: number): Float64Array {
  const sources = sourcesOf(model);
  if (sources.length === model.columns) return wide;
  const folded = new Float64Array(rows * model.columns);
  for (let row = 0; row < rows; row++) {
    sources.forEach((from, column) => {
      const part = wide[row * sources.length + column] / from.length;
      for (const source of from) folded[row * model.columns + source] += part;
    });
  }
  return folded;
}
