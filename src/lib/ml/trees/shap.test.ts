import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matrix, type Matrix } from '../core/matrix.ts';
import { fitBoosting } from './boosting.ts';
import { fitForest } from './forest.ts';
import type { BoostingModel, TreeModel } from './model.ts';
import { predictMargins } from './predict.ts';
import { prepareShap } from './shap-tables.ts';
import { type TreeShap, treeShap } from './shap.ts';
import {
  bruteForce,
  chainModel,
  normalRows,
  pathWorth,
  randomModel,
  randomRows,
  rowOf,
  shapleyOf,
} from './shap-toys.ts';
import { widen } from './target-statistics.ts';
import { exclusiveOr, threeBands } from './toy-worlds.ts';

const models: readonly (readonly [string, TreeModel, Matrix])[] = [
  [
    'deep boosting with missing values',
    fitBoosting(exclusiveOr(400, 1), { seed: 1, loss: 'logistic', rounds: 5, depth: 7 }),
    exclusiveOr(20, 2).x,
  ],
  [
    'softmax',
    fitBoosting(threeBands(300, 1), { seed: 1, loss: 'softmax', classes: 3, rounds: 4, depth: 4 }),
    threeBands(20, 2).x,
  ],
  ['forest', fitForest(threeBands(300, 1), { seed: 1, classes: 3, trees: 8 }).model, threeBands(20, 2).x],
];

/** Margins added up in float32 would hide whether contributions add up to nine digits. */
function inDoubles(model: TreeModel): TreeModel {
  return model.kind === 'boosting' ? { ...model, sums: 'double' } : model;
}

function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(found.length).toBe(expected.length);
  for (let i = 0; i < found.length; i++) expect(found[i]).toBeCloseTo(expected[i], 11);
}

function expectSame(found: TreeShap, expected: TreeShap): void {
  expect(found.base).toBeCloseTo(expected.base, 12);
  expectClose(found.contributions, expected.contributions);
}

describe.each(models)('treeShap of %s', (_, model, x) => {
  it('agrees with the definition over all subsets', () => {
    for (let output = 0; output < model.outputs; output++) {
      const { contributions } = treeShap(model, x, output);
      for (let row = 0; row < x.rows; row++) {
        const expected = bruteForce(model, rowOf(x, row), output);
        expected.forEach((value, column) =>
          expect(contributions[row * model.columns + column]).toBeCloseTo(value, 10),
        );
      }
    }
  });

  it('adds up to the margin', () => {
    const margins = predictMargins(inDoubles(model), x);
    for (let output = 0; output < model.outputs; output++) {
      const { base, contributions } = treeShap(model, x, output);
      for (let row = 0; row < x.rows; row++) {
        const own = contributions.subarray(row * model.columns, (row + 1) * model.columns);
        const sum = own.reduce((total, value) => total + value, base);
        expect(Math.abs(sum - margins[row * model.outputs + output])).toBeLessThan(1e-9);
      }
    }
  });
});

describe('treeShap', () => {
  it('adds up on any data, however deep the trees', () => {
    const cell = fc.option(fc.integer({ min: -4, max: 4 }), { nil: NaN });
    const table = fc.array(fc.tuple(cell, cell, cell, fc.boolean()), { minLength: 12, maxLength: 60 });
    const law = fc.property(table, (rows) => {
      const x = matrix(rows.length, 3, Float64Array.from(rows.flatMap(([a, b, c]) => [a, b, c])));
      const labels = rows.map(([, , , isPositive]) => Number(isPositive));
      const options = {
        seed: 1,
        loss: 'logistic',
        rounds: 3,
        depth: 20,
        minChildWeight: 0,
        lambda: 0.1,
      } as const;
      const model = fitBoosting({ x, labels }, options);
      const { base, contributions } = treeShap(model, x);
      predictMargins(inDoubles(model), x).forEach((margin, row) => {
        const own = contributions.subarray(3 * row, 3 * row + 3);
        expect(Math.abs(base + own[0] + own[1] + own[2] - margin)).toBeLessThan(1e-9);
      });
    });
    fc.assert(law, { numRuns: 60 });
  });

  it('refuses an output the model has not', () => {
    const [, model, x] = models[0];
    expect(() => treeShap(model, x, 1)).toThrow('output: expected a whole number from 0 to 0, got 1');
  });
});

describe('prepareShap', () => {
  it('gives what treeShap gives', () => {
    const model = fitBoosting(exclusiveOr(500, 3, 12), { seed: 1, loss: 'logistic', rounds: 20 });
    const { x } = exclusiveOr(600, 4, 12);
    expectSame(prepareShap(model)(x), treeShap(model, x));
  });

  it.each([13, 40])('leaves leaves below %d columns to the walk', (tests) => {
    const model = chainModel(tests, 1);
    const x = normalRows(30, tests, 2);
    const { base, contributions } = prepareShap(model)(x);
    expectSame({ base, contributions }, treeShap(model, x));
    predictMargins(model, x).forEach((margin, row) =>
      expect(rowOf(matrix(x.rows, tests, contributions), row).reduce((a, b) => a + b, base)).toBeCloseTo(
        margin,
        10,
      ),
    );
  });

  it('agrees with the definition where tables end', () => {
    const model = chainModel(13, 1);
    const x = normalRows(1, 13, 2);
    const worth = pathWorth(model, rowOf(x, 0), 0);
    const worths = Array.from({ length: 2 ** 13 }, (_, known) => worth(known));
    expectClose(
      prepareShap(model)(x).contributions,
      shapleyOf(13, (known) => worths[known]),
    );
  });

  it.each(models)('explains every output of %s', (_, model, x) => {
    for (let output = 0; output < model.outputs; output++)
      expectSame(prepareShap(model, output)(x), treeShap(model, x, output));
  });

  it('explains categories, leaves without training rows and trees that are one leaf', () => {
    for (const seed of [1, 2, 3, 4]) {
      const model = randomModel(seed);
      const x = randomRows(seed);
      const { base, contributions } = prepareShap(model)(x);
      const expected = Array.from({ length: x.rows }, (_, row) => bruteForce(model, rowOf(x, row), 0));
      expectClose(contributions, expected.flat());
      predictMargins(model, x).forEach((margin, row) =>
        expect(rowOf(matrix(x.rows, 4, contributions), row).reduce((a, b) => a + b, base)).toBeCloseTo(
          margin,
          10,
        ),
      );
      expectSame(treeShap(model, x), { base, contributions });
    }
  });

  it('gives a derived column to its sources in equal parts', () => {
    const plain = randomModel(5);
    const derived = [
      {
        sources: [0, 1],
        prior: 0.5,
        shift: 0,
        scale: 2,
        keys: ['1 1', '2 0'],
        good: Float64Array.of(3, 1),
        seen: Float64Array.of(4, 4),
      },
    ];
    const model: BoostingModel = { ...plain, columns: 3, statistics: { derived } };
    const x = matrix(3, 3, Float64Array.of(1, 1, 0.5, 2, 0, NaN, 1, 2, -1));
    const wide = treeShap(plain, widen(x, model.statistics)).contributions;
    const { contributions } = prepareShap(model)(x);
    for (let row = 0; row < 3; row++) {
      const [a, b, c, both] = wide.subarray(row * 4, row * 4 + 4);
      expectClose(contributions.subarray(row * 3, row * 3 + 3), [a + both / 2, b + both / 2, c]);
    }
    expectSame(treeShap(model, x), prepareShap(model)(x));
  });
});
