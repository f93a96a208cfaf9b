import { describe, expect, test } from 'vitest';
import { seededRandom } from '#lib/ml/core/random.ts';
import { type ReviewedCase, reviewsToCalibrate, ruleFrom } from './threshold.ts';

/** Reviewers uphold a case with the probability that `truth` gives its confidence. */
function sample(count: number, truth: (confidence: number) => number, seed = 1): ReviewedCase[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, i) => {
    const uncalibrated = random();
    return { uncalibrated, isUpheld: random() < truth(uncalibrated), isAudit: i % 3 === 0 };
  });
}

const steep = (confidence: number) => (confidence > 0.6 ? 1 : 0.2);

describe('the threshold', () => {
  test('is the cautious one until enough is reviewed', () => {
    expect(ruleFrom([], 0.01)).toMatchObject({
      threshold: 0.9,
      basis: 'cautious',
      reviewed: 0,
      estimatedFalseShare: null,
    });
    expect(ruleFrom(sample(reviewsToCalibrate - 1, steep), 0.01)).toMatchObject({
      threshold: 0.9,
      basis: 'cautious',
      confidenceVersion: 'cautious-1',
    });
  });

  test('is the cautious one while reviewers only ever agree', () => {
    expect(
      ruleFrom(
        sample(500, () => 1),
        0.01,
      ).basis,
    ).toBe('cautious');
  });

  test('follows the reviews to where awards are upheld', () => {
    const reviewed = sample(1000, steep);
    const rule = ruleFrom(reviewed, 0.01);
    expect(rule.basis).toBe('reviewed');
    // The line lies on the calibrated scale: what it lets through must be what the truth says is safe.
    const through = reviewed.filter(
      ({ uncalibrated }) => ruleConfidence(rule, uncalibrated) >= rule.threshold,
    );
    const lowest = Math.min(...through.map(({ uncalibrated }) => uncalibrated));
    expect(lowest).toBeGreaterThan(0.55);
    expect(lowest).toBeLessThan(0.65);
  });

  test('holds the bound on decisions it has not seen', () => {
    const fresh = sample(20_000, (c) => 1 - (1 - c) / 2, 99);
    for (const [seed, bound] of [
      [1, 0.05],
      [2, 0.1],
      [3, 0.05],
    ] as const) {
      const rule = ruleFrom(
        sample(1500, (c) => 1 - (1 - c) / 2, seed),
        bound,
      );
      const through = fresh.filter(
        ({ uncalibrated }) => ruleConfidence(rule, uncalibrated) >= rule.threshold,
      );
      const wrong = through.filter(({ isUpheld }) => !isUpheld).length / through.length;
      // Risk control bounds the expectation; one draw may lie a little above it.
      expect(wrong).toBeLessThan(bound * 1.3);
      expect(through.length).toBeGreaterThan(500);
    }
  });

  test('asks about everything when even the surest are often wrong', () => {
    const rule = ruleFrom(
      sample(600, () => 0.7),
      0.01,
    );
    expect(rule.threshold).toBe(1);
  });

  test('a stricter bound never lets more through', () => {
    const reviewed = sample(1500, (c) => 1 - (1 - c) / 2);
    const thresholds = [0.2, 0.1, 0.05, 0.02].map((bound) => ruleFrom(reviewed, bound).threshold);
    expect(thresholds).toEqual(thresholds.toSorted((a, b) => a - b));
  });

  test('the false share is estimated from the random sample alone', () => {
    const audit = { uncalibrated: 0.97, isUpheld: true, isAudit: true };
    const doubtful = { uncalibrated: 0.3, isUpheld: false, isAudit: false };
    const { estimatedFalseShare, audited, reviewed } = ruleFrom(
      [...Array<ReviewedCase>(50).fill(audit), ...Array<ReviewedCase>(50).fill(doubtful)],
      0.01,
    );
    expect([audited, reviewed, estimatedFalseShare?.value]).toEqual([50, 100, 0]);
  });
});

function ruleConfidence(rule: ReturnType<typeof ruleFrom>, uncalibrated: number): number {
  if (rule.calibration.kind !== 'platt') throw new Error('expected a Platt calibration');
  const logit = Math.log(uncalibrated / (1 - uncalibrated));
  return 1 / (1 + Math.exp(-(rule.calibration.slope * logit + rule.calibration.offset)));
}
