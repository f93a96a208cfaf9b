import { describe, expect, it } from 'vitest';
import { matrix, type Matrix } from '#lib/ml/core/matrix.ts';
import { integerBelow, normal, seededRandom } from '#lib/ml/core/random.ts';
import { auc } from '#lib/ml/evaluate/index.ts';
import {
  fitBoosting,
  fitCatboost,
  fitExtraTrees,
  fitForest,
  fitLightgbm,
  fitXgboost,
  predictMargins,
  predictProbability,
  type TreeModel,
} from '#lib/ml/trees/index.ts';

// What every tree learner promises. A new one joins by a line in `learners`.

interface Rows {
  readonly x: Matrix;
  readonly labels: Uint8Array;
  readonly weights?: Float64Array;
}

interface Learner {
  readonly name: string;
  fit(rows: Rows, seed: number): TreeModel;
  /** The greatest share of AUC it may lack on exclusive or. */
  readonly lacks: number;
}

const boosting = { loss: 'logistic', rounds: 25 } as const;

const learners: readonly Learner[] = [
  {
    name: 'fitXgboost',
    fit: (rows, seed) => fitXgboost(rows, { ...boosting, seed, rowShare: 0.8 }),
    lacks: 0.03,
  },
  {
    name: 'fitLightgbm',
    fit: (rows, seed) => fitLightgbm(rows, { ...boosting, seed, minLeafRows: 1, rowShare: 0.8 }),
    lacks: 0.03,
  },
  {
    name: 'fitBoosting, symmetric',
    fit: (rows, seed) => fitBoosting(rows, { ...boosting, seed, family: 'catboost', columnShare: 0.8 }),
    lacks: 0.03,
  },
  {
    name: 'fitCatboost',
    fit: (rows, seed) => fitCatboost(rows, { ...boosting, seed, depth: 4 }),
    lacks: 0.05,
  },
  {
    name: 'fitForest',
    fit: (rows, seed) => fitForest(rows, { seed, classes: 2, trees: 40 }).model,
    lacks: 0.06,
  },
  {
    name: 'fitExtraTrees',
    fit: (rows, seed) => fitExtraTrees(rows, { seed, classes: 2, trees: 60 }).model,
    lacks: 0.08,
  },
];

/** Label 1 where exactly one of the first two columns is positive; a third has gaps. */
function world(count: number, seed: number): Rows {
  const random = seededRandom(seed);
  const values = Float64Array.from({ length: 3 * count }, () => normal(random));
  const labels = Uint8Array.from({ length: count }, (_, i) =>
    Number(values[3 * i] > 0 !== values[3 * i + 1] > 0),
  );
  for (let i = 2; i < values.length; i += 3) if (random() < 0.2) values[i] = NaN;
  return { x: matrix(count, 3, values), labels };
}

function positives(model: TreeModel, x: Matrix): Float64Array {
  const answers = predictProbability(model, x);
  return answers.length === x.rows ? answers : answers.filter((_, i) => i % 2 === 1);
}

describe.each(learners)('$name', ({ fit, lacks }) => {
  const rows = world(500, 1);

  it('gives the same bytes for the same seed, others for another', () => {
    expect(fit(rows, 3)).toEqual(fit(rows, 3));
    expect(fit(rows, 3)).not.toEqual(fit(rows, 4));
  });

  it('learns what no single column tells', () => {
    const fresh = world(600, 2);
    expect(auc(positives(fit(world(1500, 3), 1), fresh.x), fresh.labels)).toBeGreaterThan(1 - lacks);
  });

  it('passes structuredClone and answers the same', () => {
    const model = fit(rows, 1);
    expect(predictMargins(structuredClone(model), rows.x)).toEqual(predictMargins(model, rows.x));
  });

  it('answers rows one by one as it answers them together', () => {
    const model = fit(rows, 1);
    const together = positives(model, rows.x);
    for (let row = 0; row < 20; row++) {
      const one = matrix(1, 3, rows.x.values.slice(3 * row, 3 * row + 3));
      expect(positives(model, one)[0]).toBe(together[row]);
    }
  });

  it('answers with probabilities where all values are missing', () => {
    const [answer] = positives(fit(rows, 1), matrix(1, 3, new Float64Array(3).fill(NaN)));
    expect(answer).toBeGreaterThanOrEqual(0);
    expect(answer).toBeLessThanOrEqual(1);
  });

  it('learns that missing says something', () => {
    const labels = Uint8Array.from({ length: 300 }, (_, i) => Number(i % 3 === 0));
    const x = matrix(
      300,
      1,
      Float64Array.from(labels, (label, i) => (label ? NaN : i)),
    );
    const [missing, present] = positives(fit({ x, labels }, 1), matrix(2, 1, Float64Array.of(NaN, 151)));
    expect(missing).toBeGreaterThan(0.7);
    expect(present).toBeLessThan(0.3);
  });

  it('stands a single row, a single column and a constant column', () => {
    const random = seededRandom(5);
    const one = fit({ x: matrix(1, 3, Float64Array.of(1, 2, 3)), labels: Uint8Array.of(1) }, 1);
    expect(positives(one, rows.x).every((answer) => answer > 0.5)).toBe(true);
    const constant = matrix(
      40,
      2,
      Float64Array.from({ length: 80 }, (_, i) => (i % 2 ? 7 : normal(random))),
    );
    const labels = Uint8Array.from({ length: 40 }, () => integerBelow(random, 2));
    const { feature } = fit({ x: constant, labels }, 1).trees;
    expect(feature.includes(1)).toBe(false);
  });

  it('says what is wrong with its input', () => {
    const infinite = matrix(2, 1, Float64Array.of(1, Infinity));
    expect(() => fit({ x: infinite, labels: Uint8Array.of(0, 1) }, 1)).toThrow(
      'at row 1, column 0, got Infinity',
    );
    expect(() => fit({ ...rows, labels: rows.labels.subarray(1) }, 1)).toThrow('labels: expected 500');
    expect(() => fit({ ...rows, labels: rows.labels.map(() => 2) }, 1)).toThrow('labels[0]: expected');
    expect(() => fit({ ...rows, weights: new Float64Array(500) }, 1)).toThrow('weights[0]: expected');
  });
});
