import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matrix, type Matrix } from '../core/matrix.ts';
import type { TreeModel } from './model.ts';
import { predictMargins } from './predict.ts';
import { prepareInterventional } from './shap-interventional.ts';
import {
  chainModel,
  normalRows,
  randomModel,
  randomRows,
  rowOf,
  shapleyOf,
  type Worth,
} from './shap-toys.ts';

/** The mean margin over the background rows, with the known columns set to the row's values. */
function interventionalWorth(model: TreeModel, row: Float64Array, background: Matrix): Worth {
  const { columns, rows, values } = background;
  return (known) => {
    const mixed = Float64Array.from(values, (value, i) =>
      (known >> (i % columns)) & 1 ? row[i % columns] : value,
    );
    return predictMargins(model, matrix(rows, columns, mixed)).reduce((a, b) => a + b, 0) / rows;
  };
}

const models: readonly (readonly [string, TreeModel, Matrix, Matrix])[] = [
  ['categories and missing values', randomModel(1), randomRows(1), randomRows(9, 15)],
  ['other trees', randomModel(2), randomRows(2), randomRows(8, 3)],
];

describe.each(models)('prepareInterventional: %s', (_, model, x, background) => {
  it('agrees with the definition over all subsets', () => {
    const { base, contributions } = prepareInterventional(model, background)(x);
    for (let row = 0; row < x.rows; row++) {
      const worth = interventionalWorth(model, rowOf(x, row), background);
      expect(base).toBeCloseTo(worth(0), 10);
      shapleyOf(model.columns, worth).forEach((value, column) =>
        expect(contributions[row * model.columns + column]).toBeCloseTo(value, 10),
      );
    }
  });
});

describe('prepareInterventional', () => {
  it('walks the leaves whose paths are too long for tables', () => {
    const model = chainModel(13, 1);
    const [x, background] = [normalRows(1, 13, 1), normalRows(3, 13, 2)];
    const { contributions } = prepareInterventional(model, background)(x);
    for (let row = 0; row < x.rows; row++) {
      const worth = interventionalWorth(model, rowOf(x, row), background);
      const worths = Array.from({ length: 2 ** 13 }, (_, known) => worth(known));
      shapleyOf(13, (known) => worths[known]).forEach((value, column) =>
        expect(contributions[13 * row + column]).toBeCloseTo(value, 10),
      );
    }
  });

  it('adds up, and gives nothing to a column no tree tests', () => {
    const law = fc.property(fc.integer({ min: 1, max: 10_000 }), (seed) => {
      const model = { ...randomModel(seed), columns: 5 };
      const widen = ({ rows, values }: Matrix) =>
        matrix(
          rows,
          5,
          Float64Array.from({ length: rows * 5 }, (_, i) =>
            i % 5 < 4 ? values[Math.floor(i / 5) * 4 + (i % 5)] : i,
          ),
        );
      const x = widen(randomRows(seed, 4));
      const { base, contributions } = prepareInterventional(model, widen(randomRows(seed + 1, 5)))(x);
      predictMargins(model, x).forEach((margin, row) => {
        const own = contributions.subarray(5 * row, 5 * row + 5);
        expect(Math.abs(own.reduce((a, b) => a + b, base) - margin)).toBeLessThan(1e-9);
        expect(own[4]).toBe(0);
      });
    });
    fc.assert(law, { numRuns: 40 });
  });

  it('refuses a background of other columns', () => {
    expect(() => prepareInterventional(randomModel(1), matrix(1, 3, new Float64Array(3)))).toThrow(
      'background: expected 4 columns, got 3',
    );
  });
});
