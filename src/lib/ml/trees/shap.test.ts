import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matrix, type Matrix } from '../core/matrix.ts';
import { fitBoosting } from './boosting.ts';
import { fitForest } from './forest.ts';
import type { TreeModel } from './model.ts';
import { predictMargins } from './predict.ts';
import { prepareShap } from './shap-tables.ts';
import { treeShap } from './shap.ts';
import { exclusiveOr, threeBands } from './toy-worlds.ts';

/** The mean answer of one tree when only the columns in `known` (a bit mask) are known. */
function expectedAnswer(
  model: TreeModel,
  tree: number,
  output: number,
  row: Float64Array,
  known: number,
): number {
  const { feature, threshold, defaultLeft, left, right, cover, value, width, start } = model.trees;
  const below = (node: number): number => {
    const column = feature[node];
    if (column < 0) return value[node * width + (width > 1 ? output : 0)];
    if ((known >> column) & 1) {
      const goesLeft = Number.isNaN(row[column]) ? defaultLeft[node] === 1 : row[column] < threshold[node];
      return below(goesLeft ? left[node] : right[node]);
    }
    return (cover[left[node]] * below(left[node]) + cover[right[node]] * below(right[node])) / cover[node];
  };
  return below(start[tree]);
}

/** Shapley values by their definition: every subset of the columns, every tree. */
function bruteForce(model: TreeModel, row: Float64Array, output: number): number[] {
  const columns = model.columns;
  const trees = [...Array(model.trees.start.length - 1).keys()];
  const own = model.kind === 'forest' ? trees : trees.filter((tree) => tree % model.outputs === output);
  const scale = model.kind === 'forest' ? 1 / trees.length : 1;
  const worth = Array.from({ length: 2 ** columns }, (_, known) =>
    own.reduce((sum, tree) => sum + scale * expectedAnswer(model, tree, output, row, known), 0),
  );
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  const size = (mask: number) => [...mask.toString(2)].filter((bit) => bit === '1').length;
  return Array.from({ length: columns }, (_, column) =>
    worth.reduce((sum, value, known) => {
      if ((known >> column) & 1) return sum;
      const weight = (factorial(size(known)) * factorial(columns - size(known) - 1)) / factorial(columns);
      return sum + weight * (worth[known | (1 << column)] - value);
    }, 0),
  );
}

function rowOf(x: Matrix, row: number): Float64Array {
  return Float64Array.from(x.values.subarray(row * x.columns, (row + 1) * x.columns));
}

const models: [string, TreeModel, Matrix][] = [
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
    const margins = predictMargins(model, x);
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
      predictMargins(model, x).forEach((margin, row) => {
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
  it.each([
    ['short paths, from tables', { depth: 6, rounds: 20 }],
    ['paths too long for tables', { depth: 14, rounds: 3, minChildWeight: 0 }],
  ])('gives what treeShap gives: %s', (_, options) => {
    const model = fitBoosting(exclusiveOr(500, 3, 12), { seed: 1, loss: 'logistic', ...options });
    const { x } = exclusiveOr(60, 4, 12);
    const [fast, plain] = [prepareShap(model)(x), treeShap(model, x)];
    expect(fast.base).toBeCloseTo(plain.base, 12);
    fast.contributions.forEach((value, i) => expect(value).toBeCloseTo(plain.contributions[i], 11));
  });

  it('refuses a model of several outputs', () => {
    const model = fitBoosting(threeBands(100, 1), { seed: 1, loss: 'softmax', classes: 3, rounds: 2 });
    expect(() => prepareShap(model)).toThrow('expected a model of one output, got 3');
  });
});
