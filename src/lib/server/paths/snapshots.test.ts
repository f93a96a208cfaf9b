import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weekday } from '#lib/domain/activity/school-day.ts';
import { isKept, keptDays, stepDays } from './snapshots.ts';

const day = fc.integer({ min: 10_000, max: 30_000 });

describe('kept days', () => {
  it('are Mondays four weeks apart, each with four weeks of past, none after the end', () => {
    const law = fc.property(day, fc.nat(1500), (from, length) => {
      const before = from + length;
      const days = keptDays(from, before);
      expect(days.length).toBeLessThanOrEqual(26);
      for (const [i, kept] of days.entries()) {
        expect(isKept(kept)).toBe(true);
        expect(weekday(kept)).toBe(0);
        expect(kept).toBeGreaterThanOrEqual(from + stepDays);
        expect(kept).toBeLessThanOrEqual(before);
        if (i > 0) expect(kept - days[i - 1]).toBe(stepDays);
      }
    });
    fc.assert(law);
  });

  it('reach up to the last four weeks', () => {
    const law = fc.property(day, fc.integer({ min: 56, max: 1500 }), (from, length) => {
      const last = keptDays(from, from + length).at(-1) ?? 0;
      expect(from + length - last).toBeLessThan(stepDays);
    });
    fc.assert(law);
  });
});
