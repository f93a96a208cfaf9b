import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { horizonDays } from '#lib/domain/badges/chance-inputs.ts';
import { TooLittleData } from './dataset.ts';
import { snapshotDays } from './snapshot-days.ts';

describe('snapshotDays', () => {
  it('closes every label before the next part begins and before today, whatever the past', () => {
    const law = fc.property(
      fc.integer({ min: 196, max: 3000 }),
      fc.integer({ min: 0, max: 20_000 }),
      (length, first) => {
        const today = first + length;
        const days = snapshotDays(first, today);
        expect(days.at(0)?.day).toBeGreaterThanOrEqual(first + horizonDays);
        expect(days.at(-1)?.day).toBe(today - horizonDays);
        const order = days.map(({ part }) => ['train', 'calibrate', 'test'].indexOf(part));
        expect(order).toEqual(order.toSorted());
        expect(new Set(order).size).toBe(3);
        for (let i = 1; i < days.length; i++) expect(days[i].day - days[i - 1].day).toBe(horizonDays);
      },
    );
    fc.assert(law);
  });

  it('says how much past is missing', () => {
    expect(() => snapshotDays(0, 195)).toThrow(TooLittleData);
    expect(() => snapshotDays(0, 195)).toThrow('expected at least 196 days of activity, got 195');
  });
});
