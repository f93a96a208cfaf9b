import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { matrix, type Matrix } from '#lib/ml/core/matrix.ts';
import type { BoostingModel, BoostingOptions } from '#lib/ml/trees/index.ts';

/** One tree as XGBoost writes it; a leaf's value stands in its split condition. */
interface XgboostTree {
  readonly left_children: readonly number[];
  readonly right_children: readonly number[];
  readonly split_indices: readonly number[];
  readonly split_conditions: readonly number[];
  readonly default_left: readonly number[];
  readonly sum_hessian: readonly number[];
}

export interface GoldenBoosting {
  readonly options: Readonly<Record<string, number | string>>;
  readonly rounds: number;
  readonly rows: number;
  readonly columns: number;
  readonly x: readonly (number | null)[];
  readonly labels: readonly number[];
  readonly weights: readonly number[] | null;
  readonly margins: readonly number[];
  readonly trees: readonly XgboostTree[];
  readonly shapRows: number;
  readonly contributions: readonly number[];
}

export function readGolden<T>(name: string): T {
  return JSON.parse(readFileSync(join(import.meta.dirname, `${name}.json`), 'utf8')) as T;
}

export function matrixOf(rows: number, columns: number, values: readonly (number | null)[]): Matrix {
  return matrix(
    rows,
    columns,
    Float64Array.from(values, (value) => value ?? NaN),
  );
}

const losses = {
  'binary:logistic': 'logistic',
  'reg:squarederror': 'squared',
  'multi:softprob': 'softmax',
} as const;

function lossOf(golden: GoldenBoosting) {
  return losses[golden.options.objective as keyof typeof losses];
}

/** The margins XGBoost 1.7 starts from at its base_score of 0.5. */
function startOf(golden: GoldenBoosting): number[] {
  const loss = lossOf(golden);
  if (loss === 'softmax') return new Array<number>(Number(golden.options.num_class)).fill(0.5);
  return [loss === 'logistic' ? 0 : 0.5];
}

/** XGBoost's options in our words. */
export function optionsOf(golden: GoldenBoosting): BoostingOptions {
  const { options } = golden;
  const number = (name: string, otherwise: number) => Number(options[name] ?? otherwise);
  return {
    seed: 1,
    loss: lossOf(golden),
    classes: number('num_class', 2),
    rounds: golden.rounds,
    rate: number('eta', 0.3),
    growth: options.grow_policy === 'lossguide' ? 'leaf' : 'depth',
    depth: number('max_depth', 6),
    leaves: number('max_leaves', 0),
    lambda: number('lambda', 1),
    alpha: number('alpha', 0),
    gamma: number('gamma', 0),
    minChildWeight: number('min_child_weight', 1),
    start: startOf(golden),
  };
}

/** XGBoost's own trees as a model of ours. */
export function importModel(golden: GoldenBoosting): BoostingModel {
  const { trees } = golden;
  const start = [0];
  for (const tree of trees) start.push(start[start.length - 1] + tree.left_children.length);
  const all = <T>(pick: (tree: XgboostTree, node: number, first: number) => T): T[] =>
    trees.flatMap((tree, t) => tree.left_children.map((_, node) => pick(tree, node, start[t])));
  const isLeaf = (tree: XgboostTree, node: number) => tree.left_children[node] < 0;
  return {
    kind: 'boosting',
    version: 2,
    family: 'xgboost',
    loss: lossOf(golden),
    columns: golden.columns,
    outputs: startOf(golden).length,
    start: Float64Array.from(startOf(golden)),
    sums: 'double',
    statistics: null,
    trees: {
      start: Uint32Array.from(start),
      width: 1,
      feature: Int32Array.from(all((t, i) => (isLeaf(t, i) ? -1 : t.split_indices[i]))),
      threshold: Float64Array.from(all((t, i) => (isLeaf(t, i) ? 0 : t.split_conditions[i]))),
      defaultLeft: Uint8Array.from(all((t, i) => t.default_left[i])),
      rule: new Uint8Array(start[start.length - 1]),
      setStart: new Uint32Array(start[start.length - 1] + 1),
      sets: new Uint32Array(0),
      left: Uint32Array.from(all((t, i, first) => (isLeaf(t, i) ? 0 : first + t.left_children[i]))),
      right: Uint32Array.from(all((t, i, first) => (isLeaf(t, i) ? 0 : first + t.right_children[i]))),
      value: Float64Array.from(all((t, i) => (isLeaf(t, i) ? t.split_conditions[i] : 0))),
      cover: Float64Array.from(all((t, i) => t.sum_hessian[i])),
      gain: Float64Array.from(all((t, i) => (isLeaf(t, i) ? 0 : 1))),
    },
  };
}
