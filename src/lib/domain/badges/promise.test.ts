import { expect, test } from 'vitest';
import { type Candidate, nextTiers, promise, recommend } from './promise.ts';

const plain: Candidate = { rarity: 'common', effortDays: 10, progress: 0.5, chance: 0.4 };

test('a day of work is worth chance times rarity over the days ahead', () => {
  expect(promise(plain)).toBeCloseTo(0.4 / 5, 12);
  expect(promise({ ...plain, rarity: 'epic' })).toBeCloseTo((0.4 * 4) / 5, 12);
  expect(promise({ ...plain, progress: 0.99 })).toBeCloseTo(0.4, 12);
});

test('the better chance, the rarer badge and the shorter way come first', () => {
  const likely = { ...plain, chance: 0.8 };
  const rare = { ...plain, rarity: 'legendary' } as const;
  const long = { ...plain, effortDays: 60 };
  expect(recommend([long, plain, likely, rare], 4)).toEqual([rare, likely, plain, long]);
});

test('a badge without a known chance never passes one that has it', () => {
  const unknown: Candidate = { rarity: 'legendary', effortDays: 1, progress: 0.98, chance: null };
  expect(recommend([unknown, plain], 1)).toEqual([plain]);
  expect(recommend([unknown], 3)).toEqual([unknown]);
});

test('of a series only the lowest open tier is next', () => {
  const open = [
    { series: 'hearth', tier: 3 },
    { series: null, tier: 1 },
    { series: 'hearth', tier: 2 },
    { series: 'roots', tier: 1 },
  ];
  expect(nextTiers(open)).toEqual([open[1], open[2], open[3]]);
});
