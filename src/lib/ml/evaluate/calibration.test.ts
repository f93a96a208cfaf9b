import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../core/random.ts';
import {
  calibrate,
  calibrateAll,
  fitCalibration,
  fitIsotonic,
  fitPlainIsotonic,
  fitPlatt,
  fitTemperatureCalibration,
} from './calibration.ts';
import { foldsOf } from './folds.ts';
import { logLoss, mostLikely, multiclassLogLoss } from './losses.ts';
import { calibrateClasses, fitMulticlassCalibration } from './multiclass-calibration.ts';
import { expectedCalibrationError } from './reliability.ts';

/** Answers whose true chance is `truth(answer)`. */
function world(rows: number, seed: number, truth: (answer: number) => number) {
  const random = seededRandom(seed);
  const answers = Float64Array.from({ length: rows }, random);
  return { answers, labels: Uint8Array.from(answers, (answer) => Number(random() < truth(answer))) };
}

const overconfident = (p: number) => 1 / (1 + ((1 - p) / p) ** 0.4);
const shifted = (p: number) => 1 / (1 + 5 * ((1 - p) / p) ** 0.6);
const stepped = (p: number) => (p < 0.5 ? 0.1 : 0.7);

describe('calibration', () => {
  it('Platt finds the slope of an overconfident model', () => {
    const { answers, labels } = world(20_000, 1, overconfident);
    const fitted = fitPlatt(answers, labels);
    expect(fitted).toMatchObject({ kind: 'platt' });
    expect(fitted.kind === 'platt' && fitted.slope).toBeCloseTo(0.4, 1);
    expect(expectedCalibrationError(calibrateAll(fitted, answers), labels)).toBeLessThan(0.02);
  });

  it('keeps the kind that serves rows it was not fitted on', () => {
    const temperature = world(3000, 2, overconfident);
    expect(fitCalibration(temperature.answers, temperature.labels).kind).toBe('temperature');
    const platt = world(3000, 2, shifted);
    expect(fitCalibration(platt.answers, platt.labels).kind).toBe('platt');
    const isotonic = world(3000, 3, stepped);
    expect(fitCalibration(isotonic.answers, isotonic.labels).kind).toBe('isotonic');
  });

  it('lowers the log loss on fresh rows', () => {
    const past = world(3000, 4, stepped);
    const fresh = world(3000, 5, stepped);
    const fitted = fitCalibration(past.answers, past.labels);
    expect(logLoss(calibrateAll(fitted, fresh.answers), fresh.labels)).toBeLessThan(
      logLoss(fresh.answers, fresh.labels),
    );
  });

  it('leaves answers alone where one outcome is missing', () => {
    expect(fitCalibration(Float64Array.of(0.1, 0.2, 0.3), [0, 0, 0])).toEqual({
      kind: 'identity',
      version: 1,
    });
  });

  it('never turns the order of two answers around, nor leaves [0, 1]', () => {
    const row = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean());
    const law = fc.property(fc.array(row, { minLength: 4, maxLength: 60 }), (rows) => {
      const answers = Float64Array.from(rows, ([answer]) => answer);
      const labels = rows.map(([, isPositive]) => Number(isPositive));
      for (const fitted of [fitPlatt, fitTemperatureCalibration, fitIsotonic, fitPlainIsotonic].map((fit) =>
        fit(answers, labels),
      )) {
        let before = 0;
        for (let p = 0; p <= 1; p += 0.05) {
          const calibrated = calibrate(fitted, p);
          expect(calibrated).toBeGreaterThanOrEqual(before - 1e-12);
          expect(calibrated).toBeLessThanOrEqual(1);
          before = calibrated;
        }
      }
    });
    fc.assert(law);
  });

  it('refuses what is no probability', () => {
    expect(() => calibrate({ kind: 'identity', version: 1 }, 1.1)).toThrow('expected a probability, got 1.1');
    expect(() => fitPlatt(Float64Array.of(0.5), [2])).toThrow('expected 0 or 1, got 2');
  });
});

describe('folds by learner', () => {
  it('never fit and judge on one learner', () => {
    const law = fc.property(
      fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 2, max: 6 }),
      (groups, folds) => {
        const parts = foldsOf(groups.length, { folds, groups });
        const distinct = new Set(groups).size;
        expect(parts).toHaveLength(distinct < 2 ? 0 : Math.min(folds, distinct));
        for (const { fit, judge } of parts) {
          const fitted = new Set(Array.from(fit, (row) => groups[row]));
          expect([...judge].some((row) => fitted.has(groups[row]))).toBe(false);
          expect(fit.length + judge.length).toBe(groups.length);
        }
        const judged = parts.flatMap(({ judge }) => [...judge]).sort((a, b) => a - b);
        expect(judged).toEqual(distinct < 2 ? [] : [...groups.keys()]);
      },
    );
    fc.assert(law);
  });

  it('does not take a learner recognised for a law', () => {
    // Each learner has an answer and an outcome of its own, the same in 20 rows: nothing else is to be learnt.
    const random = seededRandom(6);
    const learners = Array.from({ length: 40 }, () => ({ answer: random(), label: Number(random() < 0.5) }));
    const rows = Array.from({ length: 800 }, (_, row) => row % 40);
    const answers = Float64Array.from(rows, (learner) => learners[learner].answer);
    const labels = Uint8Array.from(rows, (learner) => learners[learner].label);
    // Rows in turn go to folds in turn, 40 being a multiple of 5; seven folds tear each learner apart.
    expect(fitCalibration(answers, labels, { folds: 7 }).kind).toBe('isotonic');
    expect(fitCalibration(answers, labels, { folds: 7, groups: rows }).kind).not.toBe('isotonic');
  });
});

describe('calibration of several classes', () => {
  /** Rows whose classes follow softmax(score); the model says softmax(score · boldness). */
  function classWorld(rows: number, seed: number, boldness: number) {
    const random = seededRandom(seed);
    const labels = new Uint8Array(rows);
    const said = new Float64Array(rows * 3);
    for (let i = 0; i < rows; i++) {
      const scores = [0, 1, 2].map(() => normal(random));
      const truth = softmax(scores);
      const draw = random();
      labels[i] = draw < truth[0] ? 0 : draw < truth[0] + truth[1] ? 1 : 2;
      said.set(softmax(scores.map((score) => score * boldness)), i * 3);
    }
    return { said, labels };
  }

  function softmax(scores: readonly number[]): number[] {
    const weights = scores.map(Math.exp);
    return weights.map((weight) => weight / weights.reduce((sum, other) => sum + other));
  }

  it('finds how much too bold a model is', () => {
    const past = classWorld(3000, 1, 3);
    const fitted = fitMulticlassCalibration(past.said, past.labels, 3);
    if (fitted.kind !== 'temperature') throw new Error(`expected a temperature, got ${fitted.kind}`);
    expect(fitted.temperature).toBeGreaterThan(2.7);
    expect(fitted.temperature).toBeLessThan(3.3);
    const fresh = classWorld(3000, 2, 3);
    const calibrated = calibrateClasses(fitted, fresh.said, 3);
    expect(multiclassLogLoss(calibrated, fresh.labels, 3)).toBeLessThan(
      multiclassLogLoss(fresh.said, fresh.labels, 3) - 0.1,
    );
    expect(mostLikely(calibrated, 3)).toEqual(mostLikely(fresh.said, 3));
  });

  it('maps each class where classes err differently, and leaves an honest model alone', () => {
    const honest = classWorld(1500, 3, 1);
    const kept = calibrateClasses(fitMulticlassCalibration(honest.said, honest.labels, 3), honest.said, 3);
    expect(kept.every((answer, i) => Math.abs(answer - honest.said[i]) < 0.03)).toBe(true);
    // Class 0 is believed a quarter as likely as it is.
    const biased = honest.said.map((p, i) => (i % 3 === 0 ? p / 4 : p + honest.said[i - (i % 3)] * 0.375));
    const fitted = fitMulticlassCalibration(biased, honest.labels, 3);
    expect(fitted.kind).toBe('per-class');
    const sums = calibrateClasses(fitted, biased, 3);
    for (let row = 0; row < 1500; row += 100)
      expect(sums[3 * row] + sums[3 * row + 1] + sums[3 * row + 2]).toBeCloseTo(1, 12);
  });

  it('refuses labels that are no class', () => {
    expect(() => fitMulticlassCalibration(Float64Array.of(0.2, 0.3, 0.5), [3], 3)).toThrow(
      'labels[0]: expected 0 to 2, got 3',
    );
  });
});
