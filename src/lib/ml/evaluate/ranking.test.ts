import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { averagePrecision, ndcg } from './ranking.ts';
import { concordance } from './survival.ts';

describe('averagePrecision', () => {
  it('is the mean precision at the positives', () => {
    expect(averagePrecision(Float64Array.of(0.9, 0.8, 0.7, 0.6), [1, 0, 1, 0])).toBeCloseTo(
      (1 + 2 / 3) / 2,
      12,
    );
    expect(averagePrecision(Float64Array.of(0.5, 0.5), [1, 0])).toBe(0.5);
    expect(averagePrecision(Float64Array.of(0.5, 0.5), [0, 0])).toBeNaN();
  });
});

describe('ndcg', () => {
  it('counts by hand', () => {
    const ideal = 3 + 2 / Math.log2(3);
    expect(ndcg(Float64Array.of(3, 1, 2), [0, 3, 2], 2)).toBeCloseTo(2 / Math.log2(3) / ideal, 12);
    expect(ndcg(Float64Array.of(1, 3, 2), [0, 3, 2])).toBe(1);
    expect(ndcg(Float64Array.of(1, 3, 2), [0, 0, 0])).toBeNaN();
  });

  it('is between 0 and 1, and 1 for the order of relevance itself', () => {
    const law = fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 9 })), { minLength: 1 }),
      fc.integer({ min: 1, max: 12 }),
      (rows, depth) => {
        const relevance = rows.map(([level]) => level);
        fc.pre(relevance.some((level) => level > 0));
        const value = ndcg(
          Float64Array.from(rows, ([, answer]) => answer),
          relevance,
          depth,
        );
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1 + 1e-12);
        expect(ndcg(Float64Array.from(relevance), relevance, depth)).toBe(1);
      },
    );
    fc.assert(law);
  });

  it('refuses what is no relevance, no depth', () => {
    expect(() => ndcg(Float64Array.of(1), [-1])).toThrow('relevance[0]: expected 0 or more, got -1');
    expect(() => ndcg(Float64Array.of(1), [1], 0)).toThrow('depth: expected an integer of 1 or more, got 0');
  });
});

describe('concordance', () => {
  it('agrees with all pairs compared one by one', () => {
    const small = fc.integer({ min: 0, max: 6 });
    const law = fc.property(
      fc.array(fc.tuple(small, small, fc.boolean()), { minLength: 1, maxLength: 40 }),
      (rows) => {
        const expected = { concordant: 0, discordant: 0, tiedRisk: 0 };
        for (const [risk, time, isEvent] of rows) {
          for (const [otherRisk, otherTime, isOtherEvent] of rows) {
            const isEarlier = time < otherTime || (time === otherTime && !isOtherEvent);
            if (!isEvent || !isEarlier) continue;
            if (risk > otherRisk) expected.concordant++;
            else if (risk < otherRisk) expected.discordant++;
            else expected.tiedRisk++;
          }
        }
        const found = concordance(
          Float64Array.from(rows, ([risk]) => risk),
          Float64Array.from(rows, ([, time]) => time),
          rows.map(([, , isEvent]) => Number(isEvent)),
        );
        expect(found).toMatchObject(expected);
        const pairs = expected.concordant + expected.discordant + expected.tiedRisk;
        expect(found.value).toBe((expected.concordant + expected.tiedRisk / 2) / pairs);
      },
    );
    fc.assert(law);
  });

  it('is 1 for those who know, NaN where nobody met the event', () => {
    expect(concordance(Float64Array.of(3, 2, 1), Float64Array.of(1, 2, 3), [1, 1, 0]).value).toBe(1);
    expect(concordance(Float64Array.of(3, 2, 1), Float64Array.of(1, 2, 3), [0, 0, 0]).value).toBeNaN();
    expect(() => concordance(Float64Array.of(NaN), Float64Array.of(1), [1])).toThrow(
      'risks[0]: expected a finite',
    );
  });
});
