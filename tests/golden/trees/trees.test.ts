import { describe, expect, it } from 'vitest';
import {
  accuracy,
  auc,
  brier,
  calibrate,
  fitIsotonic,
  logLoss,
  macroAuc,
  macroF1,
  mostLikely,
  multiclassLogLoss,
} from '#lib/ml/evaluate/index.ts';
import { fitBoosting, fitForest, predictMargins, predictProbability, treeShap } from '#lib/ml/trees/index.ts';
import { type GoldenBoosting, importModel, matrixOf, optionsOf, readGolden } from './golden.ts';

const goldens = [
  'logistic-depth',
  'logistic-plain',
  'logistic-weights',
  'logistic-leaf',
  'squared-depth',
  'softmax-depth',
];

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return largest;
}

// XGBoost sums gradients and margins in float32, so the sixth decimal of a margin is its own noise.
const floatNoise = 5e-6;

/** Turns −0 into 0: which of the two a cut is depends on the order of the rows. */
const unsigned = (value: number) => value + 0;

describe.each(goldens)('boosting against XGBoost 1.7.4: %s', (name) => {
  const golden = readGolden<GoldenBoosting>(name);
  const x = matrixOf(golden.rows, golden.columns, golden.x);
  const data = { x, labels: golden.labels, weights: golden.weights ?? undefined };
  const model = fitBoosting(data, optionsOf(golden));
  const theirs = importModel(golden);

  it('grows the same trees', () => {
    const { trees } = theirs;
    expect(model.trees.start).toEqual(trees.start);
    expect(model.trees.feature).toEqual(trees.feature);
    expect(model.trees.left).toEqual(trees.left);
    expect(model.trees.threshold.map((cut) => unsigned(Math.fround(cut)))).toEqual(trees.threshold.map(unsigned));
    expect(largestDifference(model.trees.value, trees.value)).toBeLessThan(floatNoise);
  });

  it('answers with the same margins', () => {
    expect(largestDifference(predictMargins(model, x), golden.margins)).toBeLessThan(floatNoise);
    expect(largestDifference(predictMargins(theirs, x), golden.margins)).toBeLessThan(floatNoise);
  });

  it('takes margins apart as pred_contribs does', () => {
    const { columns, shapRows, contributions } = golden;
    const few = matrixOf(shapRows, columns, golden.x.slice(0, shapRows * columns));
    for (let output = 0; output < theirs.outputs; output++) {
      const shap = treeShap(theirs, few, output);
      for (let row = 0; row < shapRows; row++) {
        const first = (row * theirs.outputs + output) * (columns + 1);
        const ours = [...shap.contributions.subarray(row * columns, (row + 1) * columns), shap.base];
        expect(largestDifference(ours, contributions.slice(first, first + columns + 1))).toBeLessThan(1e-6);
      }
    }
  });
});

interface GoldenForest {
  readonly rows: number;
  readonly train: number;
  readonly columns: number;
  readonly x: readonly number[];
  readonly labels: readonly number[];
  readonly auc: number;
  readonly logLoss: number;
  readonly outOfBag: number;
  readonly accuracy: number;
}

describe('forest against scikit-learn 1.2.1', () => {
  const golden = readGolden<GoldenForest>('forest');
  const { columns, train } = golden;
  const split = train * columns;
  const { model, outOfBag } = fitForest(
    { x: matrixOf(train, columns, golden.x.slice(0, split)), labels: golden.labels.slice(0, train) },
    { seed: 4, classes: 3, trees: 300, tried: 2, minLeaf: 3 },
  );
  const test = matrixOf(golden.rows - train, columns, golden.x.slice(split));
  const truth = golden.labels.slice(train);
  const answers = predictProbability(model, test);

  // Two forests of different random streams: over seeds, scikit-learn's own results move by about half of these margins.
  it('ranks as well', () => {
    expect(Math.abs(macroAuc(answers, truth, 3) - golden.auc)).toBeLessThan(0.005);
    expect(Math.abs(multiclassLogLoss(answers, truth, 3) - golden.logLoss)).toBeLessThan(0.01);
    expect(Math.abs(accuracy(mostLikely(answers, 3), truth) - golden.accuracy)).toBeLessThan(0.02);
  });

  it('judges itself out of bag as well', () => {
    const seen = accuracy(mostLikely(outOfBag, 3), golden.labels.slice(0, train));
    expect(Math.abs(seen - golden.outOfBag)).toBeLessThan(0.02);
  });
});

describe('measures against scikit-learn 1.2.1', () => {
  const golden = readGolden<Record<string, number[]> & Record<'auc' | 'brier' | 'logLoss' | 'macroF1', number>>(
    'measures',
  );
  const answers = Float64Array.from(golden.answers);

  it('agrees on ranking and losses', () => {
    expect(auc(answers, golden.labels)).toBeCloseTo(golden.auc, 12);
    expect(brier(answers, golden.labels)).toBeCloseTo(golden.brier, 12);
    expect(logLoss(answers, golden.labels)).toBeCloseTo(golden.logLoss, 12);
    expect(macroF1(golden.predicted, golden.truth, 4)).toBeCloseTo(golden.macroF1, 12);
  });

  it('finds the same isotonic blocks', () => {
    const fitted = fitIsotonic(answers, golden.labels);
    const share = golden.labels.reduce((sum, label) => sum + label, 0) / golden.labels.length;
    // Ours adds a row at the overall share to each block and joins block centres; at a centre, undoing the row gives theirs.
    if (fitted.kind !== 'isotonic') throw new Error(`kind: expected isotonic, got ${fitted.kind}`);
    const blocks = Map.groupBy(golden.isotonic.keys(), (i) => golden.isotonic[i]);
    expect(fitted.at.length).toBe(blocks.size);
    let highest = 0;
    for (const [value, rows] of [...blocks].sort(([a], [b]) => a - b)) {
      const centre = rows.reduce((sum, i) => sum + answers[i], 0) / rows.length;
      highest = Math.max(highest, (value * rows.length + share) / (rows.length + 1));
      expect(calibrate(fitted, centre)).toBeCloseTo(highest, 9);
    }
  });
});
