import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matrix, type Matrix } from '../core/matrix.ts';
import { normal, seededRandom } from '../core/random.ts';
import { kernelShap } from './kernel-shap.ts';

const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0);

function normals(rows: number, columns: number, seed: number): Matrix {
  const random = seededRandom(seed);
  return matrix(
    rows,
    columns,
    Float64Array.from({ length: rows * columns }, () => normal(random)),
  );
}

/** Answers by one formula over the values of a row. */
const byRow =
  (formula: (row: Float32Array | Float64Array) => number) =>
  ({ rows, columns, values }: Matrix) =>
    Float64Array.from({ length: rows }, (_, i) => formula(values.subarray(i * columns, (i + 1) * columns)));

describe('kernelShap by sampling', () => {
  const columns = 14;
  const weights = Array.from({ length: columns }, (_, k) => k - 6);
  const linear = byRow((row) => weights.reduce((total, weight, k) => total + weight * row[k], 0));
  const background = normals(8, columns, 1);
  const row = normals(1, columns, 2).values;

  it('is exact for a linear model', () => {
    const { contributions, errors, isExact } = kernelShap(linear, row, background, { seed: 1 });
    expect(isExact).toBe(false);
    contributions.forEach((value, k) => {
      const mean = sum(Float64Array.from({ length: 8 }, (_, i) => background.values[i * columns + k])) / 8;
      expect(value).toBeCloseTo(weights[k] * (row[k] - mean), 9);
    });
    expect(Math.max(...errors)).toBeLessThan(1e-9);
  });

  // A product of two columns shares its effect equally when the background is 0; pairs of columns make the other sets matter.
  it('comes within its errors of the truth', () => {
    const products = byRow((r) => r[0] * r[1] * r[2] + r[3] * r[4] + r[5] * r[6] * r[7] + r[13]);
    const ones = new Float64Array(columns).fill(1);
    const zero = matrix(1, columns, new Float64Array(columns));
    const truth = [1 / 3, 1 / 3, 1 / 3, 1 / 2, 1 / 2, 1 / 3, 1 / 3, 1 / 3, 0, 0, 0, 0, 0, 1];
    let outside = 0;
    for (let seed = 1; seed <= 10; seed++) {
      const { base, contributions, errors } = kernelShap(products, ones, zero, { seed, pairs: 512 });
      expect(base + sum(contributions)).toBeCloseTo(4, 10);
      contributions.forEach((value, k) => {
        expect(Math.abs(value - truth[k])).toBeLessThan(0.1);
        expect(errors[k]).toBeLessThan(0.05);
        outside += Number(Math.abs(value - truth[k]) > 2 * errors[k] + 1e-12);
      });
    }
    // Two standard errors hold one value in twenty-two outside; of 140 some 6, and 20 would be one in a million.
    expect(outside).toBeLessThan(20);
  });

  it('gives the same for the same seed', () => {
    const product = byRow((r) => r[0] * r[1]);
    const once = kernelShap(product, row, background, { seed: 3, pairs: 64 });
    expect(kernelShap(product, row, background, { seed: 3, pairs: 64 })).toEqual(once);
  });
});

describe('kernelShap by enumeration', () => {
  const cell = fc.integer({ min: -3, max: 3 });
  const rows = fc.tuple(
    fc.array(cell, { minLength: 4, maxLength: 4 }),
    fc.array(cell, { minLength: 8, maxLength: 8 }),
  );

  it('keeps the axioms: adds up, gives a dummy nothing and twins the same', () => {
    const law = fc.property(rows, ([row, others]) => {
      const twins = (values: readonly number[]) =>
        values.map((value, i) => (i % 4 === 1 ? values[i - 1] : value));
      const background = matrix(2, 4, Float64Array.from(twins(others)));
      const model = byRow((r) => Math.sin(r[0] + r[1]) * r[2]);
      const { base, contributions } = kernelShap(model, twins(row), background, { seed: 1 });
      const answer = model(matrix(1, 4, Float64Array.from(twins(row))))[0];
      expect(base + sum(contributions)).toBeCloseTo(answer, 12);
      expect(contributions[0]).toBeCloseTo(contributions[1], 12);
      expect(contributions[3]).toBeCloseTo(0, 12);
    });
    fc.assert(law, { numRuns: 100 });
  });

  it('leaves missing values of a column that is missing everywhere alone', () => {
    const background = matrix(2, 2, Float64Array.of(NaN, 1, NaN, 3));
    const told = kernelShap(
      byRow((r) => (Number.isNaN(r[0]) ? 10 : 0) + r[1]),
      [NaN, 5],
      background,
      { seed: 1 },
    );
    expect([...told.contributions]).toEqual([0, 3]);
  });

  it('refuses answers that are no numbers', () => {
    const background = matrix(1, 1, Float64Array.of(0));
    expect(() => kernelShap(() => Float64Array.of(NaN), [1], background, { seed: 1 })).toThrow(
      'predict: expected numbers, got NaN for row 0',
    );
  });
});
