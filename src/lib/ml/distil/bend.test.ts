import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sigmoid } from '../core/sigmoid.ts';
import { calibrate, type Calibration, identityCalibration } from '../evaluate/calibration.ts';
import { bendInto, bendOf, checkBend, marginOf, straight } from './bend.ts';

const steps: Calibration = {
  kind: 'isotonic',
  version: 1,
  at: Float64Array.of(0.001, 0.02, 0.3, 0.31, 0.9),
  share: Float64Array.of(0.004, 0.004, 0.2, 0.45, 0.97),
};

function bent(bend: typeof straight, margins: readonly number[]): Float64Array {
  const answers = Float64Array.from(margins);
  bendInto(bend, answers, answers.length);
  return answers;
}

describe('a bend', () => {
  test('that is straight leaves chances as they are', () => {
    expect(bendOf(identityCalibration)).toBe(straight);
    const margins = [-11, -3.2, 0, 0.7, 11.9];
    bent(straight, margins).forEach((chance, i) => expect(chance).toBeCloseTo(sigmoid(margins[i]), 12));
  });

  test.each<Calibration>([
    { kind: 'platt', version: 1, slope: 0.8, offset: -0.3 },
    { kind: 'temperature', version: 1, temperature: 1.4 },
  ])('does exactly what a map of two numbers does: $kind', (calibration) => {
    const margins = [-7.3, -2, 0.1, 5.55];
    const expected = margins.map((margin) => calibrate(calibration, sigmoid(margin)));
    bent(bendOf(calibration), margins).forEach((chance, i) => expect(chance).toBeCloseTo(expected[i], 12));
  });

  test('goes through the steps of an isotonic map, and says the same all along one', () => {
    const bend = bendOf(steps);
    bend.at.forEach((margin, i) =>
      expect(bend.to[i]).toBeCloseTo(marginOf(calibrate(steps, sigmoid(margin))), 12),
    );
    const [first, second] = bent(bend, [marginOf(0.003), marginOf(0.012)]);
    expect(second).toBe(first);
    expect(first).toBeCloseTo(0.004, 12);
  });

  test('never falls and stays within 0 and 1, whatever the margin', () => {
    const margin = fc.double({ noNaN: true });
    fc.assert(
      fc.property(margin, margin, (a, b) => {
        const [low, high] = bent(bendOf(steps), [Math.min(a, b), Math.max(a, b)]);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(high).toBeGreaterThanOrEqual(low);
      }),
    );
  });

  test.each([
    [{ at: [0], to: [0] }, 'expected two points or more, got 1 and 1'],
    [{ at: [0, 1], to: [0, NaN] }, 'expected numbers, got one that is not finite'],
    [{ at: [0, 1, 3], to: [0, 1, 3] }, 'expected evenly spaced points, ascending'],
    [{ at: [1, 0], to: [0, 1] }, 'expected evenly spaced points, ascending'],
    [{ at: [0, 1], to: [1, 0] }, 'expected never to fall, got 0 at point 1'],
  ])('%j is refused', (bend, message) => {
    expect(() => checkBend(bend)).toThrow(message);
  });
});
