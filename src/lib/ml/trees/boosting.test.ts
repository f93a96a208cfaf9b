import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matrix } from '../core/matrix.ts';
import { accuracy, auc, mostLikely } from '../evaluate/index.ts';
import { type BoostingOptions, fitBoosting } from './boosting.ts';
import { gainImportance, predictMargins, predictProbability } from './predict.ts';
import { exclusiveOr, threeBands } from './toy-worlds.ts';
import { treeCount } from './trees.ts';

const logistic = { seed: 1, loss: 'logistic', rounds: 30, depth: 3 } as const;

describe('fitBoosting', () => {
  it('masters exclusive or, which no single column tells', () => {
    const model = fitBoosting(exclusiveOr(1500, 1), logistic);
    const test = exclusiveOr(500, 2);
    expect(auc(predictProbability(model, test.x), test.labels)).toBeGreaterThan(0.98);
    const [first, second, ...rest] = gainImportance(model);
    expect(first + second).toBeGreaterThan(0.9);
    expect(Math.max(...rest)).toBeLessThan(0.1);
  });

  it('masters three classes, and grows leaf-wise', () => {
    const options = { seed: 1, loss: 'softmax', classes: 3, rounds: 40, growth: 'leaf', leaves: 8 } as const;
    const model = fitBoosting(threeBands(1500, 1), options);
    const test = threeBands(500, 2);
    const answers = predictProbability(model, test.x);
    expect(accuracy(mostLikely(answers, 3), test.labels)).toBeGreaterThan(0.8);
    for (let row = 0; row < 500; row++)
      expect(answers[3 * row] + answers[3 * row + 1] + answers[3 * row + 2]).toBeCloseTo(1, 12);
    expect(treeCount(model.trees)).toBe(120);
  });

  it('learns that missing says something', () => {
    const labels = Uint8Array.from({ length: 400 }, (_, i) => Number(i % 3 === 0));
    const values = Float64Array.from(labels, (label, i) => (label ? NaN : i));
    const model = fitBoosting({ x: matrix(400, 1, values), labels }, logistic);
    const [missing, present] = predictProbability(model, matrix(2, 1, Float64Array.of(NaN, 200)));
    expect(missing).toBeGreaterThan(0.9);
    expect(present).toBeLessThan(0.1);
  });

  it('gives the same model for the same seed, and another for another', () => {
    const world = exclusiveOr(400, 3);
    const fit = (seed: number) => fitBoosting(world, { ...logistic, seed, rowShare: 0.7, columnShare: 0.7 });
    expect(fit(5)).toEqual(fit(5));
    expect(fit(5)).not.toEqual(fit(6));
  });

  it('passes structuredClone and answers the same', () => {
    const { x, labels } = exclusiveOr(300, 4);
    const model = fitBoosting({ x, labels }, logistic);
    expect(predictMargins(structuredClone(model), x)).toEqual(predictMargins(model, x));
  });

  it('takes a weight of two as the row twice', () => {
    const { x, labels } = exclusiveOr(200, 5);
    const options: BoostingOptions = { ...logistic, start: [0] };
    const weights = Float64Array.from(labels, (_, i) => 1 + Number(i < 100));
    const doubled = matrix(300, 4, Float64Array.from([...x.values, ...x.values.subarray(0, 400)]));
    const weighted = fitBoosting({ x, labels, weights }, options);
    const repeated = fitBoosting({ x: doubled, labels: [...labels, ...labels.subarray(0, 100)] }, options);
    const [a, b] = [weighted, repeated].map((model) => predictMargins(model, x));
    a.forEach((margin, i) => expect(margin).toBeCloseTo(b[i], 9));
  });

  it('stops at the round that was best on the held-out rows', () => {
    const noise = { x: exclusiveOr(300, 6).x, labels: exclusiveOr(300, 7).labels };
    const model = fitBoosting(noise, {
      ...logistic,
      rounds: 200,
      validation: exclusiveOr(300, 8),
      patience: 5,
    });
    expect(treeCount(model.trees)).toBeLessThan(20);
  });

  it('lowers the squared loss with every round', () => {
    const { x } = exclusiveOr(300, 9);
    const labels = Float64Array.from(
      { length: 300 },
      (_, i) => 2 * x.values[4 * i] + x.values[4 * i + 1] ** 2,
    );
    const error = (rounds: number) =>
      predictMargins(fitBoosting({ x, labels }, { seed: 1, loss: 'squared', rounds, depth: 3 }), x)
        .map((margin, i) => (margin - labels[i]) ** 2)
        .reduce((sum, square) => sum + square, 0);
    expect(error(20)).toBeLessThan(error(10));
    expect(error(40)).toBeLessThan(error(20));
  });

  it('does not care in which order rows come or how a column is stretched', () => {
    const row = fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }), fc.boolean());
    const law = fc.property(fc.array(row, { minLength: 20, maxLength: 60 }), (rows) => {
      const fit = (order: typeof rows, stretch: (v: number) => number) => {
        const x = matrix(order.length, 2, Float64Array.from(order.flatMap(([a, b]) => [stretch(a), b])));
        const labels = order.map(([, , isPositive]) => Number(isPositive));
        const options: BoostingOptions = { ...logistic, rounds: 4, minChildWeight: 0 };
        return predictMargins(fitBoosting({ x, labels }, options), x);
      };
      const plain = fit(rows, (v) => v);
      const turned = fit([...rows].reverse(), (v) => v ** 3 + 5).reverse();
      plain.forEach((margin, i) => expect(margin).toBeCloseTo(turned[i], 9));
    });
    fc.assert(law, { numRuns: 50 });
  });

  it('says what is wrong with its input', () => {
    const { x, labels } = exclusiveOr(10, 1);
    const fit = (change: Partial<BoostingOptions>) => () =>
      fitBoosting({ x, labels }, { ...logistic, ...change });
    expect(fit({ rounds: 0 })).toThrow('rounds: expected a whole number from 1 to 100000, got 0');
    expect(fit({ rate: NaN })).toThrow('rate: expected');
    expect(fit({ depth: 0 })).toThrow('depth, leaves: expected at least one limit');
    expect(fit({ maxBins: 256 })).toThrow('maxBins: expected 2 to 255, got 256');
    expect(() => fitBoosting({ x, labels: labels.subarray(1) }, logistic)).toThrow(
      'labels: expected 10, one a row, got 9',
    );
    expect(() => fitBoosting({ x, labels: labels.map(() => 2) }, logistic)).toThrow(
      'labels[0]: expected an integer from 0 to 1',
    );
    const infinite = matrix(1, 2, Float64Array.of(1, Infinity));
    expect(() => fitBoosting({ x: infinite, labels: [1] }, logistic)).toThrow(
      'at row 0, column 1, got Infinity',
    );
    const model = fitBoosting({ x, labels }, logistic);
    expect(() => predictMargins(model, matrix(1, 2, Float64Array.of(1, 2)))).toThrow(
      'x: expected 4 columns, got 2',
    );
  });
});
