import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Badge, Criterion } from './badge.ts';
import { badgeCatalogue, tierGoals } from './catalogue/index.ts';
import { crossingsOf } from './retroactive.ts';
import { context, firstDay, histories } from './tests/histories.ts';
import { fitTiers, peakOf, tunedLeaf, withThreshold } from './tiers.ts';

const [anyBadge] = badgeCatalogue;
const span = { from: firstDay, before: firstDay + 140 };

function badgeWith(criterion: Criterion, more: Partial<Badge> = {}): Badge {
  return { ...anyBadge, series: null, criterion, ...more };
}

const helps = (value: number): Criterion => ({ measure: 'helps', window: 91, is: 'at-least', value });

describe('a peak', () => {
  const tuned = tierGoals.map(({ badge }) => badge);

  test('reaches a threshold exactly when the rule is crossed', () => {
    fc.assert(
      fc.property(
        histories,
        fc.constantFrom(...tuned),
        fc.integer({ min: 1, max: 30 }),
        (history, badge, tenth) => {
          const leaf = tunedLeaf(badge.criterion);
          const value = (leaf.value * tenth) / 10;
          const peak = peakOf(badge.criterion, history, context, span);
          const reaches = leaf.is === 'at-least' ? peak >= value : peak <= value;
          const rule = { id: badge.id, criterion: withThreshold(badge.criterion, value) };
          expect(crossingsOf([rule], history, context, span).has(badge.id)).toBe(reaches);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('fitted tiers', () => {
  const shares = [0.4, 0.15, 0.045, 0.01];
  const goals = shares.map((share, index) => ({
    badge: badgeWith(helps(1 + index), { id: `tier-${index + 1}`, series: 'ladder', tier: index + 1 }),
    share,
    designed: 1 + index,
  }));
  const ids = goals.map(({ badge }) => badge.id);

  test('are reached by the stated shares, up to the learners who tie at the threshold', () => {
    const peaks = Array.from({ length: 1000 }, (_, index) => index / 20);
    const fitted = fitTiers(goals, new Map(ids.map((id) => [id, peaks])));
    expect(fitted.map(({ badge }) => tunedLeaf(badge.criterion).value)).toEqual([30, 42, 48, 49]);
    // A whole number of helps holds 20 of the 1,000 learners: no threshold can be nearer than half of that.
    for (const { share, reached } of fitted) expect(Math.abs(reached - share)).toBeLessThanOrEqual(0.02);
  });

  test('take the nearest share there is, and always climb', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 30, maxLength: 300 }), (peaks) => {
        const fitted = fitTiers(goals, new Map(ids.map((id) => [id, peaks])));
        const share = (value: number) => peaks.filter((peak) => peak >= value).length / peaks.length;
        let previous = 0;
        for (const tier of fitted) {
          const { value } = tunedLeaf(tier.badge.criterion);
          expect(value).toBeGreaterThan(previous);
          expect(tier.reached).toBe(share(value));
          const least = Math.max(previous + 1, Math.ceil(tier.was / 2));
          for (const other of peaks.filter((peak) => tier.isFitted && peak >= least)) {
            expect(Math.abs(tier.reached - tier.share)).toBeLessThanOrEqual(
              Math.abs(share(other) - tier.share) + 1e-12,
            );
          }
          previous = value;
        }
      }),
    );
  });

  test('never become a gift: at least half of what the badge asks anywhere', () => {
    const peaks = Array.from({ length: 100 }, (_, index) => (index < 50 ? 1 : 0));
    const [fitted] = fitTiers(
      [{ badge: badgeWith(helps(6)), share: 0.4, designed: 6 }],
      new Map([[anyBadge.id, peaks]]),
    );
    expect(fitted).toMatchObject({ isFitted: false, reached: 0, was: 6 });
    expect(tunedLeaf(fitted.badge.criterion).value).toBe(6);
  });

  test('low is good: the threshold comes from below', () => {
    const late: Criterion = { measure: 'late-share', window: 91, is: 'at-most', value: 0.3 };
    const peaks = Array.from({ length: 101 }, (_, index) => index / 100);
    const [fitted] = fitTiers(
      [{ badge: badgeWith(late), share: 0.15, designed: 0.3 }],
      new Map([[anyBadge.id, peaks]]),
    );
    expect(tunedLeaf(fitted.badge.criterion).value).toBe(0.14);
    expect(fitted.reached).toBeCloseTo(15 / 101, 12);
  });

  test('refuse a rule without a measure in front', () => {
    const goal = { badge: badgeWith({ holds: 'roots' }), share: 0.1, designed: 1 };
    expect(() => fitTiers([goal], new Map())).toThrow('expected a measure, alone or first in all');
  });
});
