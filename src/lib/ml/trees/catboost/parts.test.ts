import { describe, expect, it } from 'vitest';
import { matrix } from '../../core/matrix.ts';
import { normal, seededRandom } from '../../core/random.ts';
import { bordersOf, intervalsOf } from './borders.ts';
import { automaticRate } from './learning-rate.ts';
import { drawSample } from './sampling.ts';

describe('bordersOf', () => {
  const x = matrix(8, 1, Float64Array.of(8, 1, 7, 2, 6, 3, 5, 4));

  it('halves the largest intervals first', () => {
    expect(Array.from(bordersOf(x, 0, 3))).toEqual([2.5, 4.5, 6.5]);
    expect(bordersOf(x, 0, 254)).toHaveLength(7);
  });

  it('never parts equal values', () => {
    const steps = matrix(6, 1, Float64Array.of(1, 1, 1, 1, 1, 2));
    expect(Array.from(bordersOf(steps, 0, 254))).toEqual([1.5]);
    expect(bordersOf(matrix(3, 1, new Float64Array(3)), 0, 254)).toHaveLength(0);
  });

  it('puts missing values below all numbers, at the price of one border', () => {
    const some = matrix(4, 1, Float64Array.of(NaN, 1, 2, 3));
    const borders = bordersOf(some, 0, 2);
    expect(borders[0]).toBe(-3.4028234663852886e38);
    expect(borders).toHaveLength(2);
    expect(Array.from(intervalsOf(some, 0, bordersOf(some, 0, 254)))).toEqual([0, 1, 2, 3]);
  });
});

describe('automaticRate', () => {
  // 50^0.427 · e^−7.525 · 2^0.917 = 0.005413 and 50^0.158 · e^−4.287 · 2^0.813 = 0.044808: 500 rounds are half of 1000.
  it('follows the published formula', () => {
    expect(automaticRate({ loss: 'logistic', rounds: 500 }, 50)).toBe(Math.fround(0.005413));
    expect(automaticRate({ loss: 'squared', fromAverage: true, rounds: 500 }, 50)).toBe(
      Math.fround(0.044808),
    );
  });

  it('grows with the rows and falls with the rounds', () => {
    const rate = (rows: number, rounds: number) => automaticRate({ loss: 'logistic', rounds }, rows);
    expect(rate(10_000, 1000)).toBeGreaterThan(rate(1000, 1000));
    expect(rate(1000, 2000)).toBeLessThan(rate(1000, 1000));
  });
});

describe('drawSample', () => {
  const random = seededRandom(4);
  const slopes = Float64Array.from({ length: 4000 }, () => normal(random) ** 3);
  const whole = { rows: Uint32Array.from(slopes, (_, i) => i) };
  const draw = (sampling: 'mvs' | 'bayesian' | 'bernoulli' | 'none', rowShare: number) =>
    drawSample(
      { sampling, rowShare, temperature: 1 },
      whole,
      slopes,
      1,
      new Float64Array(0),
      seededRandom(1),
    );
  const kept = (factors: Float64Array | null) => (factors ?? []).filter((factor) => factor > 0).length;

  it('keeps the share that was asked for', () => {
    expect(kept(draw('mvs', 0.5)) / 4000).toBeCloseTo(0.5, 1);
    expect(kept(draw('bernoulli', 0.3)) / 4000).toBeCloseTo(0.3, 1);
    expect(draw('mvs', 1)).toBeNull();
    expect(draw('none', 0.5)).toBeNull();
  });

  it('MVS always keeps steep rows and estimates sums without bias', () => {
    const factors = draw('mvs', 0.5) ?? new Float64Array(0);
    const steepest = slopes.reduce(
      (best, slope, i) => (Math.abs(slope) > Math.abs(slopes[best]) ? i : best),
      0,
    );
    expect(factors[steepest]).toBe(1);
    const total = slopes.reduce((sum, slope) => sum + Math.abs(slope), 0);
    const estimate = slopes.reduce((sum, slope, i) => sum + factors[i] * Math.abs(slope), 0);
    expect(Math.abs(estimate / total - 1)).toBeLessThan(0.03);
  });

  it('Bayesian weights have mean 1', () => {
    const factors = draw('bayesian', 1) ?? new Float64Array(0);
    expect(factors.reduce((sum, factor) => sum + factor, 0) / 4000).toBeCloseTo(1, 1);
  });
});
