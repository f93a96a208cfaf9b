import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../core/random.ts';
import { calibrate, calibrateAll, fitCalibration, fitIsotonic, fitPlatt } from './calibration.ts';
import { logLoss } from './losses.ts';
import { expectedCalibrationError, reliabilityTable } from './reliability.ts';

/** Answers whose true chance is `truth(answer)`. */
function world(rows: number, seed: number, truth: (answer: number) => number) {
  const random = seededRandom(seed);
  const answers = Float64Array.from({ length: rows }, random);
  return { answers, labels: Uint8Array.from(answers, (answer) => Number(random() < truth(answer))) };
}

const overconfident = (p: number) => 1 / (1 + ((1 - p) / p) ** 0.4);
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
    const platt = world(3000, 2, overconfident);
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
      for (const fitted of [fitPlatt(answers, labels), fitIsotonic(answers, labels)]) {
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

describe('reliability', () => {
  it('puts what was said beside what happened', () => {
    const table = reliabilityTable(Float64Array.of(0.05, 0.15, 0.15, 1), [0, 1, 0, 1]);
    expect(table[0]).toEqual({ from: 0, to: 0.1, rows: 1, said: 0.05, happened: 0 });
    expect(table[1]).toMatchObject({ rows: 2, said: 0.15, happened: 0.5 });
    expect(table[9]).toMatchObject({ rows: 1, said: 1, happened: 1 });
    expect(expectedCalibrationError(Float64Array.of(0.05, 0.15, 0.15, 1), [0, 1, 0, 1])).toBeCloseTo(
      (0.05 + 2 * 0.35) / 4,
      12,
    );
  });
});
