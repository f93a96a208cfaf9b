import { matrix, type Matrix } from '../core/matrix.ts';
import { integerBelow, normal, type Random, seededRandom } from '../core/random.ts';
import type { BoostingModel, TreeModel } from './model.ts';
import { categoryWords, isSentLeft, rules, type Trees, type TreeWriter, treeWriter } from './trees.ts';

// Models and slow definitions for the tests of exact explanations.

/** What a model answers when only the columns in `known` (a bit mask) are known. */
export type Worth = (known: number) => number;

/** Shapley values by their definition: every subset of the columns. */
export function shapleyOf(columns: number, worth: Worth): number[] {
  return Array.from({ length: columns }, (_, column) =>
    subsetsWithout(columns, 1 << column).reduce(
      (sum, known) =>
        sum + shapleyWeight(sizeOf(known), columns) * (worth(known | (1 << column)) - worth(known)),
      0,
    ),
  );
}

/** Shapley interaction values by their definition; half of each pair's on either side, the rest on the diagonal. */
export function interactionsOf(columns: number, worth: Worth): number[][] {
  const single = shapleyOf(columns, worth);
  const pairs = single.map((_, i) =>
    single.map((__, j) => {
      if (i === j) return 0;
      const [a, b] = [1 << i, 1 << j];
      return subsetsWithout(columns, a | b).reduce((sum, known) => {
        const joint = worth(known | a | b) - worth(known | a) - worth(known | b) + worth(known);
        return sum + (shapleyWeight(sizeOf(known), columns - 1) * joint) / 2;
      }, 0);
    }),
  );
  pairs.forEach((row, i) => (row[i] = single[i] - row.reduce((a, b) => a + b, 0)));
  return pairs;
}

function subsetsWithout(columns: number, left: number): number[] {
  return Array.from({ length: 2 ** columns }, (_, known) => known).filter((known) => (known & left) === 0);
}

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
const sizeOf = (mask: number) => [...mask.toString(2)].filter((bit) => bit === '1').length;
const shapleyWeight = (known: number, columns: number) =>
  (factorial(known) * factorial(columns - known - 1)) / factorial(columns);

/** The worth of path-dependent Shapley values: unknown columns are followed both ways, by cover. */
export function pathWorth(model: TreeModel, row: Float64Array, output: number): Worth {
  const { trees } = model;
  const { feature, left, right, cover, value, width, start } = trees;
  const all = [...Array(start.length - 1).keys()];
  const own = model.kind === 'forest' ? all : all.filter((tree) => tree % model.outputs === output);
  const scale = model.kind === 'forest' ? 1 / all.length : 1;
  return (known) => {
    const below = (node: number): number => {
      const column = feature[node];
      if (column < 0) return scale * value[node * width + (width > 1 ? output : 0)];
      if ((known >> column) & 1) return below((isSentLeft(trees, node, row[column]) ? left : right)[node]);
      const [a, b] = cover[node] > 0 ? [cover[left[node]], cover[right[node]]] : [1, 1];
      return (a * below(left[node]) + b * below(right[node])) / (a + b);
    };
    return own.reduce((sum, tree) => sum + below(start[tree]), 0);
  };
}

export function bruteForce(model: TreeModel, row: Float64Array, output: number): number[] {
  return shapleyOf(model.columns, pathWorth(model, row, output));
}

export function rowOf(x: Matrix, row: number): Float64Array {
  return Float64Array.from(x.values.subarray(row * x.columns, (row + 1) * x.columns));
}

const columns = 4;

export function normalRows(rows: number, width: number, seed: number): Matrix {
  const random = seededRandom(seed);
  return matrix(
    rows,
    width,
    Float64Array.from({ length: rows * width }, () => normal(random)),
  );
}

/** Rows of two columns of categories and two of numbers; one value in six is missing. */
export function randomRows(seed: number, rows = 12): Matrix {
  const random = seededRandom(seed + 100);
  const values = Float64Array.from({ length: rows * columns }, (_, i) => {
    if (random() < 1 / 6) return NaN;
    return i % columns < 2 ? integerBelow(random, 5) : normal(random);
  });
  return matrix(rows, columns, values);
}

/** Eight trees of up to five tests with every rule, columns tested twice, and leaves no training row reached. */
export function randomModel(seed: number): BoostingModel {
  const random = seededRandom(seed);
  const writer = treeWriter(1);
  for (let tree = 0; tree < 8; tree++) {
    writer.openTree();
    growAtRandom(writer, 1 + integerBelow(random, 50), tree === 0 ? 0 : 5, random);
  }
  return squaredModel(columns, writer.finish(8));
}

/** Two trees that test one column after another, each test with a leaf on one side: paths of up to `tests` columns. */
export function chainModel(tests: number, seed: number): BoostingModel {
  const random = seededRandom(seed);
  const writer = treeWriter(1);
  for (let tree = 0; tree < 2; tree++) {
    writer.openTree();
    chainFrom(writer, tree === 0 ? 0 : tests - 1, tree === 0 ? 1 : -1, tests, random);
  }
  return squaredModel(tests, writer.finish(2));
}

function chainFrom(
  writer: TreeWriter,
  feature: number,
  direction: 1 | -1,
  left: number,
  random: Random,
): number {
  const node = writer.addNode(left + 1);
  if (left === 0) {
    writer.setValue(node, 0, normal(random));
    return node;
  }
  const leaf = writer.addNode(1);
  writer.setValue(leaf, 0, normal(random));
  const next = chainFrom(writer, feature + direction, direction, left - 1, random);
  const sides = random() < 0.5 ? { left: leaf, right: next } : { left: next, right: leaf };
  writer.split(node, {
    feature,
    threshold: normal(random) / 2,
    defaultLeft: random() < 0.5,
    gain: 1,
    ...sides,
  });
  return node;
}

function squaredModel(width: number, trees: Trees): BoostingModel {
  return {
    kind: 'boosting',
    version: 2,
    family: 'xgboost',
    loss: 'squared',
    columns: width,
    outputs: 1,
    start: Float64Array.of(0.25),
    sums: 'double',
    trees,
    statistics: null,
  };
}

function growAtRandom(writer: TreeWriter, cover: number, depth: number, random: Random): number {
  const node = writer.addNode(cover);
  if (depth === 0 || random() < 0.15) {
    writer.setValue(node, 0, normal(random));
    return node;
  }
  const feature = integerBelow(random, columns);
  const onLeft = integerBelow(random, cover + 1);
  const set = categoryWords([0, 1, 2, 3, 4].filter(() => random() < 0.5));
  const listed = { rule: random() < 0.5 ? rules.setLeft : rules.setRight, set };
  const left = growAtRandom(writer, onLeft, depth - 1, random);
  const right = growAtRandom(writer, cover - onLeft, depth - 1, random);
  const test = { feature, threshold: normal(random), defaultLeft: random() < 0.5, left, right, gain: 1 };
  writer.split(node, feature < 2 ? { ...test, ...listed } : test);
  return node;
}
