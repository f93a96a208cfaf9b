import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  averagePrecision,
  calibrate,
  calibrateClasses,
  fitMulticlassCalibration,
  fitPlainIsotonic,
  fitPlatt,
  fitTemperatureCalibration,
  multiclassLogLoss,
  ndcg,
  pinballLoss,
  poissonDeviance,
  poolAdjacentViolators,
  quadraticKappa,
  wilsonInterval,
} from '#lib/ml/evaluate/index.ts';

interface Golden {
  readonly platt: { answers: number[]; labels: number[]; slope: number; offset: number };
  readonly temperature: readonly {
    readonly classes: number;
    readonly probabilities: number[];
    readonly labels: number[];
    readonly temperature: number;
    readonly loss: number;
  }[];
  readonly isotonic: Readonly<Record<'x' | 'y' | 'weights' | 'asked' | 'plain' | 'weighted', number[]>>;
  readonly measures: Readonly<
    Record<'answers' | 'labels' | 'relevance' | 'levels' | 'predicted' | 'means' | 'counts', number[]> &
      Record<'averagePrecision' | 'kappa' | 'poissonDeviance', number> &
      Record<'ndcg' | 'pinball', Record<string, number>>
  >;
  readonly wilson: readonly Readonly<Record<'count' | 'of' | 'low' | 'high', number>>[];
}

const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'evaluate.json'), 'utf8')) as Golden;

describe('calibration', () => {
  it("finds Platt's two numbers as scikit-learn does", () => {
    const { answers, labels, slope, offset } = golden.platt;
    const fitted = fitPlatt(Float64Array.from(answers), labels);
    if (fitted.kind !== 'platt') throw new Error(`kind: expected platt, got ${fitted.kind}`);
    expect(Math.abs(fitted.slope - slope)).toBeLessThan(1e-6);
    expect(Math.abs(fitted.offset - offset)).toBeLessThan(1e-6);
  });

  it("finds SciPy's temperature for two classes", () => {
    const [{ probabilities, labels, temperature }] = golden.temperature;
    const answers = Float64Array.from(labels, (_, row) => probabilities[2 * row + 1]);
    const fitted = fitTemperatureCalibration(answers, labels);
    if (fitted.kind !== 'temperature') throw new Error(`kind: expected temperature, got ${fitted.kind}`);
    // A minimum found by values alone is sharp to the square root of their rounding.
    expect(Math.abs(fitted.temperature - temperature)).toBeLessThan(1e-6);
  });

  it("finds SciPy's temperature for four classes", () => {
    const [, { classes, probabilities, labels, temperature, loss }] = golden.temperature;
    const said = Float64Array.from(probabilities);
    const fitted = fitMulticlassCalibration(said, labels, classes);
    if (fitted.kind !== 'temperature') throw new Error(`kind: expected temperature, got ${fitted.kind}`);
    expect(Math.abs(fitted.temperature - temperature)).toBeLessThan(1e-6);
    const calibrated = calibrateClasses(fitted, said, classes);
    expect(multiclassLogLoss(calibrated, labels, classes)).toBeCloseTo(loss, 12);
  });

  it("is scikit-learn's isotonic regression, with ties and weights", () => {
    const { x, y, weights, asked, plain, weighted } = golden.isotonic;
    const at = Float64Array.from(x);
    const [ours, oursWeighted] = [fitPlainIsotonic(at, y), fitPlainIsotonic(at, y, weights)];
    asked.forEach((answer, i) => {
      expect(Math.abs(calibrate(ours, answer) - plain[i])).toBeLessThan(1e-12);
      expect(Math.abs(calibrate(oursWeighted, answer) - weighted[i])).toBeLessThan(1e-12);
    });
    const blocks = poolAdjacentViolators(x, y, weights);
    const values = blocks.map(({ sumY, weight }) => sumY / weight);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
  });
});

describe('measures', () => {
  const { measures } = golden;
  const answers = Float64Array.from(measures.answers);
  const means = Float64Array.from(measures.means);

  it('ranks as scikit-learn does, ties and all', () => {
    expect(averagePrecision(answers, measures.labels)).toBeCloseTo(measures.averagePrecision, 12);
    for (const [depth, value] of Object.entries(measures.ndcg))
      expect(ndcg(answers, measures.relevance, Number(depth))).toBeCloseTo(value, 12);
  });

  it('weighs misses as scikit-learn does', () => {
    expect(quadraticKappa(measures.predicted, measures.levels, 5)).toBeCloseTo(measures.kappa, 12);
    expect(poissonDeviance(means, measures.counts)).toBeCloseTo(measures.poissonDeviance, 12);
    for (const [level, value] of Object.entries(measures.pinball))
      expect(pinballLoss(means, measures.counts, Number(level))).toBeCloseTo(value, 12);
  });
});

describe('intervals', () => {
  it("are SciPy's Wilson intervals, sound at both ends", () => {
    for (const { count, of, low, high } of golden.wilson) {
      const interval = wilsonInterval(count, of);
      expect(interval.value).toBe(count / of);
      expect(interval.low).toBeCloseTo(low, 12);
      expect(interval.high).toBeCloseTo(high, 12);
    }
    expect(wilsonInterval(0, 0)).toEqual({ value: NaN, low: 0, high: 1 });
  });
});
