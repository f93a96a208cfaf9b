import { describe, expect, it } from 'vitest';
import { matrix } from '../core/matrix.ts';
import { fitForest } from './forest.ts';
import type { BoostingModel, TreeModel } from './model.ts';
import { prepareInteractions } from './shap-interactions.ts';
import { treeShap } from './shap.ts';
import { interactionsOf, pathWorth, randomModel, randomRows, rowOf } from './shap-toys.ts';
import { threeBands } from './toy-worlds.ts';

const forest = fitForest(threeBands(200, 1), { seed: 1, classes: 3, trees: 4 }).model;

const models: readonly (readonly [string, TreeModel, ReturnType<typeof randomRows>])[] = [
  ['categories and empty leaves', randomModel(1), randomRows(1)],
  ['other trees', randomModel(2), randomRows(2)],
  ['a forest of three classes', forest, threeBands(6, 2).x],
];

describe.each(models)('prepareInteractions: %s', (_, model, x) => {
  const size = model.columns ** 2;

  it('agrees with the definition over all subsets', () => {
    for (let output = 0; output < model.outputs; output++) {
      const { interactions } = prepareInteractions(model, output)(x);
      for (let row = 0; row < x.rows; row++) {
        const expected = interactionsOf(model.columns, pathWorth(model, rowOf(x, row), output)).flat();
        expected.forEach((value, i) => expect(interactions[row * size + i]).toBeCloseTo(value, 10));
      }
    }
  });

  it('is symmetric and sums to the Shapley values', () => {
    const { base, interactions } = prepareInteractions(model)(x);
    const { base: ownBase, contributions } = treeShap(model, x);
    expect(base).toBe(ownBase);
    for (let line = 0; line < x.rows * model.columns; line++) {
      const parts = interactions.subarray(line * model.columns, (line + 1) * model.columns);
      expect(parts.reduce((a, b) => a + b, 0)).toBeCloseTo(contributions[line], 10);
    }
    const at = (row: number, i: number, j: number) => interactions[row * size + i * model.columns + j];
    for (let row = 0; row < x.rows; row++)
      for (let i = 0; i < model.columns; i++)
        for (let j = 0; j < i; j++) expect(at(row, i, j)).toBeCloseTo(at(row, j, i), 12);
  });
});

it('hands pairs of derived columns to their sources', () => {
  const derived = [
    {
      sources: [0, 1],
      prior: 0.5,
      shift: 0,
      scale: 2,
      keys: [],
      good: new Float64Array(),
      seen: new Float64Array(),
    },
  ];
  const model: BoostingModel = { ...randomModel(3), columns: 3, statistics: { derived } };
  const x = matrix(2, 3, Float64Array.of(1, 2, 0.5, 3, NaN, -1));
  const { interactions } = prepareInteractions(model)(x);
  const { contributions } = treeShap(model, x);
  contributions.forEach((value, line) =>
    expect(interactions.subarray(3 * line, 3 * line + 3).reduce((a, b) => a + b, 0)).toBeCloseTo(value, 12),
  );
});
