import { describe, expect, it } from 'vitest';
import type { Matrix } from '#lib/ml/core/matrix.ts';
import { accumulatedEffects, kernelShap, partialDependence } from '#lib/ml/explain/index.ts';
import { fitRidge } from '#lib/ml/explain/ridge.ts';
import { readLightgbmText } from '#lib/ml/trees/exchange/index.ts';
import { predictMargins } from '#lib/ml/trees/index.ts';
import { type GoldenExplain, matrixOf, readGolden } from './golden.ts';

const golden = readGolden<GoldenExplain>('explain');

function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>, bound: number): void {
  expect(found.length).toBe(expected.length);
  for (let i = 0; i < found.length; i++) expect(Math.abs(found[i] - expected[i])).toBeLessThan(bound);
}

it('fits the weighted ridge of scikit-learn 1.9', () => {
  const { columns, z, y, weights, coefficients, intercept, r2 } = golden.ridge;
  const fitted = fitRidge(matrixOf(columns, z), y, weights, 1);
  expectClose(fitted.coefficients, coefficients, 1e-10);
  expect(fitted.intercept).toBeCloseTo(intercept, 10);
  expect(fitted.r2).toBeCloseTo(r2, 10);
});

describe('dependence against scikit-learn 1.9', () => {
  const { columns, grid, average, individual } = golden.dependence;
  const { model } = readLightgbmText(golden.dependence.model);
  const x = matrixOf(columns, golden.dependence.x);
  const predict = (rows: Matrix) => predictMargins(model, rows);

  it('has the same means and, as its widest band, the extremes of the same lines', () => {
    const { mean, low, high, whenMissing } = partialDependence(predict, x, 0, { grid, band: 1 });
    expectClose(mean, average, 1e-10);
    const lines = grid.map((_, k) => individual.filter((__, i) => i % grid.length === k));
    expectClose(low, lines.map((line) => Math.min(...line)), 1e-10);
    expectClose(high, lines.map((line) => Math.max(...line)), 1e-10);
    expect(whenMissing).toBeNull();
  });

  it('accumulates steps whose weighted mean is 0', () => {
    const { effects, counts } = accumulatedEffects(predict, x, 0, 8);
    const mean = counts.reduce((sum, count, k) => sum + (count * (effects[k] + effects[k + 1])) / 2, 0);
    expect(mean).toBeCloseTo(0, 10);
    expect(counts.reduce((a, b) => a + b, 0)).toBe(x.rows);
  });
});

/** Also written in generate.py. */
function answer({ rows, columns, values }: Matrix): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => {
    const [a, b, c, d, e, f] = values.subarray(row * columns, (row + 1) * columns);
    return Math.tanh(a + b * c) + 0.5 * Math.max(d - e, 0) * a + 0.1 * f;
  });
}

it('finds the Shapley values of a function that is no tree', () => {
  const { columns, base, contributions } = golden.shapley;
  const x = matrixOf(columns, golden.shapley.x);
  const background = matrixOf(columns, golden.shapley.background);
  for (let row = 0; row < x.rows; row++) {
    const own = x.values.subarray(row * columns, (row + 1) * columns);
    const told = kernelShap(answer, own, background, { seed: 1 });
    expect(told.isExact).toBe(true);
    expect(told.base).toBeCloseTo(base, 12);
    expectClose(told.contributions, contributions.slice(row * columns, (row + 1) * columns), 1e-12);
  }
});
