import { describe, expect, it } from 'vitest';
import { type BoostingOptions, fitBoosting, fitLightgbm, predictMargins } from '#lib/ml/trees/index.ts';
import { matrix } from '#lib/ml/core/matrix.ts';
import { readGolden } from './golden.ts';
import { hashedTable } from './hashed-table.ts';
import { oneHot, type SpreadColumn } from './one-hot.ts';

interface GoldenGrown {
  readonly options: Readonly<Record<string, number | string>>;
  readonly rows: number;
  readonly columns: number;
  readonly rounds: number;
  readonly categories: readonly number[];
  readonly spread?: readonly SpreadColumn[];
  readonly margins: readonly number[];
  readonly trees: {
    readonly start: readonly number[];
    readonly feature: readonly number[];
    readonly threshold: readonly number[];
    readonly value: readonly number[];
    readonly defaultLeft: readonly number[];
    /** Node to categories, of the nodes that have them. */
    readonly sets: Readonly<Record<string, readonly number[]>>;
  };
}

function optionsOf({ options, rounds }: GoldenGrown): BoostingOptions {
  const number = (name: string, otherwise: number) => Number(options[name] ?? otherwise);
  return {
    seed: 1,
    loss: 'logistic',
    start: [0],
    rounds,
    rate: number('eta', 0.3),
    growth: options.grow_policy === 'lossguide' ? 'leaf' : 'depth',
    depth: number('max_depth', 6),
    leaves: number('max_leaves', 0),
    lambda: number('lambda', 1),
    alpha: number('alpha', 0),
    gamma: number('gamma', 0),
    minChildWeight: number('min_child_weight', 1),
    maxDeltaStep: number('max_delta_step', 0),
    categoryRules: { maxOneHot: number('max_cat_to_onehot', 4) },
    ...(options.monotone_constraints && {
      monotone: JSON.parse(String(options.monotone_constraints).replace('(', '[').replace(')', ']')),
    }),
    ...(options.interaction_constraints && {
      interactions: JSON.parse(String(options.interaction_constraints)),
    }),
  };
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < b.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return largest;
}

// Where all present values go left, XGBoost writes a number above the highest of them and we write infinity.
const highest = 12.5;
// XGBoost sums gradients in float32.
const floatNoise = 5e-6;

const grown = ['depth', 'leaf', 'monotone', 'step', 'interactions', 'one-hot', 'partition'];

describe.each(grown)('trees of XGBoost 1.7.4: %s', (name) => {
  const golden = readGolden<GoldenGrown>(`grown-${name}`);
  const { x, labels } = hashedTable(golden.rows, golden.columns);
  const { categories } = golden;
  const model = fitBoosting({ x, labels, categories }, optionsOf(golden));

  it('grows the same trees, node for node', () => {
    const { trees } = model;
    expect([...trees.start]).toEqual(golden.trees.start);
    expect([...trees.feature]).toEqual(golden.trees.feature);
    expect(Array.from(trees.threshold, (cut) => Math.fround(cut) + 0)).toEqual(
      golden.trees.threshold.map((cut) => (cut > highest ? Infinity : cut)),
    );
    expect(largestDifference(trees.value, golden.trees.value)).toBeLessThan(floatNoise);
    const sets = Object.fromEntries(
      [...trees.feature.keys()]
        .filter((node) => trees.setStart[node + 1] > trees.setStart[node])
        .map((node) => [node, listed(trees.sets.subarray(trees.setStart[node], trees.setStart[node + 1]))]),
    );
    expect(sets).toEqual(golden.trees.sets);
  });

  it('answers with the same margins', () => {
    const first = matrix(500, x.columns, x.values.subarray(0, 500 * x.columns));
    expect(largestDifference(predictMargins(model, first), golden.margins)).toBeLessThan(floatNoise);
  });
});

function listed(words: Uint32Array): number[] {
  return Array.from({ length: 32 * words.length }, (_, code) => code).filter(
    (code) => (words[code >> 5] >>> (code & 31)) & 1,
  );
}

describe.each(['leaf', 'categories', 'classes', 'bundles'])('margins of LightGBM 4.7: %s', (name) => {
  const golden = readGolden<Omit<GoldenGrown, 'trees'>>(`lightgbm-${name}`);

  it('agrees to a millionth', () => {
    const { x: hashed, labels: pairs } = hashedTable(golden.rows, golden.columns);
    const x = golden.spread ? oneHot(hashed, golden.spread) : hashed;
    const classes = Number(golden.options.num_class ?? 2);
    const labels = classes === 3 ? pairs.map((label, row) => label + Number(x.values[row * x.columns + 3] > 5)) : pairs;
    const model = fitLightgbm(
      { x, labels, categories: golden.categories },
      {
        seed: 1,
        loss: classes === 3 ? 'softmax' : 'logistic',
        classes,
        rounds: golden.rounds,
        leaves: Number(golden.options.num_leaves),
        rate: Number(golden.options.learning_rate),
        minLeafRows: Number(golden.options.min_data_in_leaf),
        lambda: Number(golden.options.lambda_l2 ?? 0),
        onBundles: (bundles) => expect(bundles).toBe(golden.spread?.length ?? 0),
      },
    );
    const rows = golden.margins.length / model.outputs;
    const first = matrix(rows, x.columns, x.values.subarray(0, rows * x.columns));
    expect(largestDifference(predictMargins(model, first), golden.margins)).toBeLessThan(1e-6);
  });
});
