import { describe, expect, it } from 'vitest';
import { matrix, type Matrix } from '../../core/matrix.ts';
import { integerBelow, seededRandom } from '../../core/random.ts';
import { checkTreeModel } from '../check-model.ts';
import { predictMargins, predictProbability } from '../predict.ts';
import { leastRoundingTo, nextSingle } from '../single.ts';
import { widen } from '../target-statistics.ts';
import { exclusiveOr, threeBands } from '../toy-worlds.ts';
import { treeCount } from '../trees.ts';
import { type CatboostOptions, fitCatboost } from './index.ts';

const still = { seed: 1, noise: 0, sampling: 'none' } as const;

function column(...values: number[]): Matrix {
  return matrix(values.length, 1, Float64Array.from(values));
}

function accuracy(probabilities: Float64Array, labels: ArrayLike<number>): number {
  return probabilities.filter((p, i) => p > 0.5 === (labels[i] === 1)).length / probabilities.length;
}

describe('by hand', () => {
  // Labels 0 0 4 8, mean 3, slopes −3 −3 1 5, ridge 1. Σ avg · slope of the borders 0.5, 1.5, 2.5:
  //   (−3/2)(−3) + (3/4)(3) = 6.75     (−6/3)(−6) + (6/3)(6) = 24     (−5/4)(−5) + (5/2)(5) = 18.75
  // so 1.5 wins, its leaves are −2 and 2, and half of that is added to the mean.
  const x = column(0, 1, 2, 3);
  const labels = [0, 0, 4, 8];
  const options = { ...still, loss: 'squared', rounds: 1, rate: 0.5, depth: 1, lambda: 1 } as const;

  it('L2 takes the border that explains most slope', () => {
    const model = fitCatboost({ x, labels }, { ...options, score: 'l2' });
    expect(Array.from(model.trees.threshold)).toEqual([leastRoundingTo(nextSingle(1.5, 1)), 0, 0]);
    expect(Array.from(predictMargins(model, x))).toEqual([2, 2, 4, 4]);
    expect(model.trees.gain[0]).toBeCloseTo(24, 12);
    expect(Array.from(model.trees.cover)).toEqual([4, 2, 2]);
  });

  // Cosine: 24 / √((−2)² · 2 + 2² · 2) = 6; of all rows together 0, as their slopes add up to 0.
  it('Cosine divides by the length of the averages', () => {
    const model = fitCatboost({ x, labels }, options);
    expect(model.trees.gain[0]).toBeCloseTo(6, 12);
  });

  // Two rows of label 1, margin 0: slope 2 · ½, curvature 2 · ¼, ridge 1, step 1 / 1.5 = 2/3. Then with p = σ(2/3) a step
  // of 2(1 − p) / (2p(1 − p) + 1); the other leaf mirrors it.
  it('Newton takes its steps one after another', () => {
    const p = 1 / (1 + Math.exp(-2 / 3));
    const second = (2 * (1 - p)) / (2 * p * (1 - p) + 1);
    const model = fitCatboost(
      { x: column(0, 0, 1, 1), labels: [0, 0, 1, 1] },
      { ...options, loss: 'logistic', leafSteps: 2 },
    );
    const expected = 0.5 * (2 / 3 + second);
    const margins = predictMargins(model, column(0, 1));
    expect(margins[0]).toBeCloseTo(-expected, 14);
    expect(margins[1]).toBeCloseTo(expected, 14);
  });

  // Labels 0 2 1 3, slopes −1.5 0.5 −0.5 1.5, rows in their order: body 1, tail 2 and body 2, tail 4; ridge 1.
  // Border 0.5 parts rows 0 and 2 from 1 and 3. Average of the body times slopes of the tail:
  //   first segment: row 1 finds no body in its leaf: 0;   second: (−1.5/2)(−0.5) + (0.5/2)(1.5) = 0.75.
  // Of all rows together: (−1.5/2)(0.5) + (−1/3)(1) = −0.7083…, so the gain is 1.4583….
  // Leaf values come from all rows: ∓2/3.
  it('ordered boosting scores the tail by averages of the body', () => {
    const data = { x: column(0, 1, 0, 1), labels: [0, 2, 1, 3] };
    const model = fitCatboost(data, {
      ...options,
      score: 'l2',
      boosting: 'ordered',
      permutation: [0, 1, 2, 3],
    });
    expect(model.trees.gain[0]).toBeCloseTo(0.75 + 0.375 + 1 / 3, 12);
    expect(predictMargins(model, data.x)[1]).toBeCloseTo(1.5 + 1 / 3, 14);
  });

  // Three classes, one row each in its own leaf would be trivial; here one leaf holds labels 0, 1 and the other 2, 2.
  // At margin 0: p = ⅓, curvature of n rows n(⅓ I − 1/9). Slopes of the right leaf (−⅔, −⅔, 4/3); as they sum to 0, the
  // solution of (2(⅓ I − 1/9) + I) s = g is g / (2/3 + 1).
  it('softmax solves for all classes of a leaf together', () => {
    const model = fitCatboost(
      { x: column(0, 0, 1, 1), labels: [0, 1, 2, 2] },
      { ...options, loss: 'softmax', classes: 3 },
    );
    const margins = predictMargins(model, column(1));
    expect(margins[0]).toBeCloseTo((0.5 * (-2 / 3)) / (5 / 3), 14);
    expect(margins[2]).toBeCloseTo((0.5 * (4 / 3)) / (5 / 3), 14);
    expect(treeCount(model.trees)).toBe(3);
  });
});

describe('laws', () => {
  const world = exclusiveOr(600, 3);
  const options: CatboostOptions = { seed: 5, loss: 'logistic', rounds: 8, rate: 0.1, borders: 32 };

  it.each<[string, Partial<CatboostOptions>]>([
    ['mvs', {}],
    ['bayesian', { sampling: 'bayesian' }],
    ['bernoulli', { sampling: 'bernoulli' }],
    ['ordered', { boosting: 'ordered' }],
    ['few columns', { columnShare: 0.5 }],
  ])('same seed, same bytes: %s', (_, more) => {
    const fit = (seed: number) => fitCatboost(world, { ...options, ...more, seed });
    expect(fit(5)).toEqual(fit(5));
    expect(fit(5)).not.toEqual(fit(6));
    expect(checkTreeModel(fit(5))).toBeTruthy();
  });

  it('keeps the best round, the same trees as without a validation set', () => {
    const validation = exclusiveOr(300, 4);
    const stopped = fitCatboost(world, { ...options, rounds: 400, rate: 0.5, validation, patience: 5 });
    const rounds = treeCount(stopped.trees);
    expect(rounds).toBeLessThan(400);
    expect(fitCatboost(world, { ...options, rounds, rate: 0.5 })).toEqual(stopped);
  });

  it('the unit of weights does not matter', () => {
    const weights = world.labels.map((label) => 1 + label);
    const fit = (unit: number) =>
      fitCatboost(
        { ...world, weights: Float64Array.from(weights, (w) => unit * w) },
        { ...options, ...still },
      );
    expect(predictMargins(fit(4), world.x)).toEqual(predictMargins(fit(1), world.x));
  });

  it('every level of a tree asks one question', () => {
    const { trees } = fitCatboost(world, options);
    for (let tree = 0; tree < treeCount(trees); tree++) {
      let level = [trees.start[tree]];
      while (level.length > 0) {
        const inner = level.filter((node) => trees.feature[node] >= 0);
        const questions = new Set(inner.map((node) => `${trees.feature[node]} ${trees.threshold[node]}`));
        expect(questions.size).toBeLessThanOrEqual(1);
        level = inner.flatMap((node) => [trees.left[node], trees.right[node]]);
      }
    }
  });

  it('constant columns are never tested', () => {
    const values = Float64Array.from({ length: 3 * world.x.rows }, (_, i) =>
      i % 3 < 2 ? world.x.values[Math.floor(i / 3) * world.x.columns + (i % 3)] : 7,
    );
    const { trees } = fitCatboost({ ...world, x: matrix(world.x.rows, 3, values) }, options);
    expect(trees.feature.includes(2)).toBe(false);
    expect(trees.feature.includes(1)).toBe(true);
  });

  it('leaves no side of a split with too few rows', () => {
    const { trees } = fitCatboost(world, { ...options, ...still, leastLeafRows: 40 });
    const leaves = trees.cover.filter((cover, node) => cover > 0 && trees.feature[node] < 0);
    expect(Math.min(...leaves)).toBeGreaterThanOrEqual(40);
  });

  it('missing values go left, and only below the lowest border of a column that had some', () => {
    const x = column(NaN, NaN, NaN, -5, 1, 2);
    const model = fitCatboost(
      { x, labels: [9, 9, 9, 0, 0, 0] },
      { ...still, loss: 'squared', rounds: 1, rate: 1, depth: 1, lambda: 0 },
    );
    expect(Array.from(predictMargins(model, column(NaN, -1e30, 0, 1e9)))).toEqual([9, 0, 0, 0]);
  });

  it('ordered boosting finds other structures than plain', () => {
    const fit = (boosting: 'plain' | 'ordered') =>
      fitCatboost(world, { ...options, ...still, boosting }).trees.threshold;
    expect(fit('ordered')).not.toEqual(fit('plain'));
  });

  it('refuses what it cannot use', () => {
    expect(() => fitCatboost(world, { ...options, depth: 17 })).toThrow(
      'depth: expected a whole number from 1 to 16, got 17',
    );
    expect(() => fitCatboost(world, { ...options, categorical: [0] })).toThrow(
      'x: row 0, column 0: expected a whole',
    );
    expect(() => fitCatboost(world, { ...options, permutation: [0, 0] })).toThrow(
      'permutation: expected each of 600',
    );
    expect(() => fitCatboost(world, { ...options, fromAverage: true })).toThrow('fromAverage');
  });
});

describe('worlds', () => {
  const options = { seed: 2, loss: 'logistic', rounds: 40, rate: 0.2, borders: 32 } as const;

  it.each(['plain', 'ordered'] as const)('learns exclusive or, %s', (boosting) => {
    const model = fitCatboost(exclusiveOr(800, 1), { ...options, boosting, permutations: 2 });
    const fresh = exclusiveOr(500, 2);
    expect(accuracy(predictProbability(model, fresh.x), fresh.labels)).toBeGreaterThan(0.93);
  });

  it('learns three bands with one tree a class', () => {
    const model = fitCatboost(threeBands(600, 1), { ...options, loss: 'softmax', classes: 3 });
    const fresh = threeBands(400, 2);
    const p = predictProbability(model, fresh.x);
    const right = fresh.labels.filter((label, i) => [0, 1, 2].every((k) => p[3 * i + k] <= p[3 * i + label]));
    expect(right.length / 400).toBeGreaterThan(0.8);
  });

  /** Label 1 where the codes of two columns add up to an even number: each column alone says nothing. */
  function evenPairs(rows: number, seed: number): { x: Matrix; labels: Uint8Array } {
    const random = seededRandom(seed);
    const values = Float64Array.from({ length: 3 * rows }, () => integerBelow(random, 8));
    const labels = Uint8Array.from({ length: rows }, (_, i) => (values[3 * i] + values[3 * i + 1] + 1) % 2);
    return { x: matrix(rows, 3, values), labels };
  }

  it('reads categories together where only together they decide', () => {
    const model = fitCatboost(evenPairs(1000, 1), { ...options, categorical: [0, 1, 2] });
    const fresh = evenPairs(500, 2);
    expect(accuracy(predictProbability(model, fresh.x), fresh.labels)).toBeGreaterThan(0.95);
    expect(model.statistics?.derived.map((one) => one.sources)).toContainEqual([0, 1]);
    expect(checkTreeModel(model)).toBeTruthy();
  });

  it('compares two codes directly, missing as a code of its own', () => {
    const x = column(3, 3, NaN, NaN, 3, NaN);
    const model = fitCatboost(
      { x, labels: [1, 1, 5, 5, 1, 5] },
      { ...still, loss: 'squared', rounds: 1, rate: 1, lambda: 0, categorical: [0] },
    );
    expect(model.statistics).toBeNull();
    expect(Array.from(predictMargins(model, column(3, NaN)))).toEqual([1, 5]);
  });

  // A number of its own for every learner: each is read before any row like it, so all rows look alike. Counting the row
  // itself in would tell its label.
  it('gives no credit to a name tag, where naive statistics would', () => {
    const random = seededRandom(9);
    const x = matrix(
      200,
      1,
      Float64Array.from({ length: 200 }, (_, i) => i),
    );
    const labels = Uint8Array.from({ length: 200 }, () => Number(random() < 0.5));
    const ordered = fitCatboost({ x, labels }, { ...options, categorical: [0] });
    expect(ordered.trees.feature.every((feature) => feature < 0)).toBe(true);
    const derived = {
      sources: [0],
      prior: 0.5,
      shift: 0,
      scale: 15,
      keys: Array.from(labels, (_, i) => String(i)),
      good: Float64Array.from(labels),
      seen: new Float64Array(200).fill(1),
    };
    const naive = widen(x, { derived: [derived] });
    const values = Float64Array.from({ length: 200 }, (_, row) => naive.values[2 * row + 1]);
    const fooled = fitCatboost({ x: matrix(200, 1, values), labels }, options);
    expect(accuracy(predictProbability(fooled, matrix(200, 1, values)), labels)).toBe(1);
  });

  it('stops on held-out rows with the statistics it will keep', () => {
    const data = evenPairs(600, 1);
    const validation = evenPairs(300, 2);
    const settings = { ...options, rounds: 80, rate: 0.5, categorical: [0, 1, 2] };
    const stopped = fitCatboost(data, { ...settings, validation, patience: 3 });
    const rounds = treeCount(stopped.trees);
    expect(fitCatboost(data, { ...settings, rounds })).toEqual(stopped);
    const lossOf = (trees: number) => {
      const p = predictProbability(fitCatboost(data, { ...settings, rounds: trees }), validation.x);
      return p.reduce((sum, q, i) => sum - Math.log(validation.labels[i] === 1 ? q : 1 - q), 0);
    };
    expect(lossOf(rounds)).toBeLessThan(lossOf(Math.max(1, rounds - 1)) + 1e-9);
  });
});
