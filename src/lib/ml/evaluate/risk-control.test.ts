import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { integerBelow, seededRandom } from '../core/random.ts';
import { controlRisk, riskControlledThreshold } from './risk-control.ts';

const descending = (n: number) => Float64Array.from({ length: n }, (_, i) => 1 - i / n);

describe('riskControlledThreshold', () => {
  it('needs 99 reviewed decisions without a wrong one before it allows 1 %', () => {
    expect(riskControlledThreshold(descending(98), new Uint8Array(98), 0.01).threshold).toBeNull();
    const allowed = riskControlledThreshold(descending(99), new Uint8Array(99), 0.01);
    expect(allowed).toEqual({ threshold: descending(99)[98], reviewed: 99 });
  });

  it('stops above the wrong ones at the bottom', () => {
    const wasWrong = Uint8Array.from({ length: 200 }, (_, i) => (i >= 150 ? 1 : 0));
    expect(riskControlledThreshold(descending(200), wasWrong, 0.01).threshold).toBe(descending(200)[149]);
  });

  it('never splits equal confidences', () => {
    const confidences = new Float64Array(300).fill(0.9);
    const wasWrong = new Uint8Array(300).fill(1, 297);
    expect(riskControlledThreshold(confidences, wasWrong, 0.01).threshold).toBeNull();
  });

  it('keeps the share of wrong ones among the automatic ones within the bound', () => {
    const decision = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean());
    const law = fc.property(
      fc.array(decision, { maxLength: 80 }),
      fc.double({ min: 0.05, max: 0.9, noNaN: true }),
      (all, bound) => {
        const { threshold } = riskControlledThreshold(
          Float64Array.from(all, ([confidence]) => confidence),
          Uint8Array.from(all, ([, isWrong]) => Number(isWrong)),
          bound,
        );
        if (threshold === null) return true;
        const automatic = all.filter(([confidence]) => confidence >= threshold);
        return automatic.filter(([, isWrong]) => isWrong).length + 1 <= bound * (automatic.length + 1);
      },
    );
    fc.assert(law);
  });

  it('bounds the share of wrong automatic decisions that come after', () => {
    const random = seededRandom(7);
    const draw = () => {
      const confidence = random();
      return { confidence, isWrong: random() > confidence ** 0.2 };
    };
    let wrong = 0;
    const schools = 400;
    for (let school = 0; school < schools; school++) {
      const past = Array.from({ length: 300 }, draw);
      const { threshold } = riskControlledThreshold(
        Float64Array.from(past, ({ confidence }) => confidence),
        Uint8Array.from(past, ({ isWrong }) => Number(isWrong)),
        0.05,
      );
      const next = Array.from({ length: 20 }, draw);
      wrong += next.filter(
        ({ confidence, isWrong }) => threshold !== null && confidence >= threshold && isWrong,
      ).length;
    }
    expect(wrong / (schools * 20)).toBeLessThan(0.05);
    expect(wrong).toBeGreaterThan(0);
  });

  it('refuses what is no confidence, no verdict, no bound', () => {
    expect(() => riskControlledThreshold(Float64Array.of(1.2), Uint8Array.of(0), 0.1)).toThrow(
      'answers[0]: expected 0 to 1, got 1.2',
    );
    expect(() => riskControlledThreshold(Float64Array.of(0.2), Uint8Array.of(2), 0.1)).toThrow(
      'expected 0 or 1, got 2',
    );
    expect(() => riskControlledThreshold(Float64Array.of(0.2), Uint8Array.of(), 0.1)).toThrow('got 1 and 0');
    expect(() => riskControlledThreshold(new Float64Array(), new Uint8Array(), 0)).toThrow('bound: expected');
  });
});

describe('controlRisk', () => {
  it('agrees with the formula on a loss that falls with the threshold', () => {
    const random = seededRandom(3);
    const rows = 50;
    const losses = new Float64Array(rows * 11);
    for (let i = 0; i < rows; i++) losses.fill(1, i * 11, i * 11 + integerBelow(random, 11));
    const chosen = controlRisk(losses, 11, 0.3) ?? NaN;
    const corrected = (j: number) => {
      let total = 1;
      for (let i = 0; i < rows; i++) total += losses[i * 11 + j];
      return total / (rows + 1);
    };
    expect(corrected(chosen)).toBeLessThanOrEqual(0.3);
    expect(corrected(chosen - 1)).toBeGreaterThan(0.3);
    expect(controlRisk(new Float64Array(11), 11, 0.3)).toBeNull();
  });
});
