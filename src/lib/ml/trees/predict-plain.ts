import type { Matrix } from '../core/matrix.ts';
import type { TreeModel } from './model.ts';
import { leafOf, treeCount } from './trees.ts';

/** Sums in the precision in which the model adds them up. */
export type Sums = Float32Array | Float64Array;

/** The margins of the first `x.rows` rows before the first tree. */
export function emptySums(model: TreeModel, rows: number): Sums {
  if (model.kind === 'forest') return new Float64Array(rows * model.outputs);
  const { outputs, start } = model;
  const sums = model.sums === 'single' ? new Float32Array(rows * outputs) : new Float64Array(rows * outputs);
  if (outputs === 1) return sums.fill(start[0]);
  for (let i = 0; i < sums.length; i++) sums[i] = start[i % outputs];
  return sums;
}

// Trees pass by while the values of this many rows stay near.
const rowsTogether = 64;

/** Walks any model's trees, node by node: what predict-packed.ts must agree with to the bit. */
export function addPlain(sums: Sums, model: TreeModel, x: Matrix): void {
  const add = model.kind === 'forest' ? addShares : addLeaves;
  for (let from = 0; from < x.rows; from += rowsTogether)
    add(sums, model, x, from, Math.min(from + rowsTogether, x.rows));
}

function addLeaves(sums: Sums, { trees, outputs }: TreeModel, x: Matrix, from: number, to: number): void {
  const count = treeCount(trees);
  const { value } = trees;
  for (let tree = 0; tree < count; tree++) {
    const output = tree % outputs;
    for (let row = from; row < to; row++)
      sums[row * outputs + output] += value[leafOf(trees, tree, x.values, row * x.columns)];
  }
}

/**
 * Makes sums of 0 the mean over the trees. Divided once, at the end: n shares of at most 1 round to n at most, whereas n
 * numbers that were divided first can sum to more than 1.
 */
function addShares(sums: Sums, { trees, outputs }: TreeModel, x: Matrix, from: number, to: number): void {
  const count = treeCount(trees);
  if (count === 0) return;
  const { value } = trees;
  for (let tree = 0; tree < count; tree++) {
    for (let row = from; row < to; row++) {
      const leaf = leafOf(trees, tree, x.values, row * x.columns) * outputs;
      for (let c = 0; c < outputs; c++) sums[row * outputs + c] += value[leaf + c];
    }
  }
  for (let i = from * outputs; i < to * outputs; i++) sums[i] /= count;
}
