import { expect, test } from 'vitest';
import { chanceReasons } from './chance-reasons.ts';

const contributions = [
  { feature: 'badge-rarity', value: 3, effect: -1.2 },
  { feature: 'active-days-28', value: 14, effect: 0.8 },
  { feature: 'late-share-91', value: 0.4, effect: -0.5 },
  { feature: 'badge-progress', value: 0.6, effect: 0.4 },
  { feature: 'school-days-ahead', value: 20, effect: 0.3 },
  { feature: 'hours-28', value: null, effect: -0.2 },
];

test('names what a learner did and can do, never what lies outside their hands', () => {
  expect(chanceReasons({ base: 0, contributions }, 'en')).toEqual({
    already: ['Active days in the last 28 days: 14 days', 'Progress towards the badge: 60%'],
    room: ['Late hand-ins in the last 91 days: 40%'],
    helps: [],
  });
});

test('offers only what would raise the chance', () => {
  const changes = [{ feature: 'active-days-28', from: 14, to: 17 }];
  const helps = [
    { changes, before: 0.4, after: 0.55 },
    { changes, before: 0.4, after: 0.3 },
  ];
  expect(chanceReasons({ base: 0, contributions: [], helps }, 'it')?.helps).toEqual([
    'Con 3 giorni attivi in più in 28 giorni saresti dove circa 55 su 100 lo ottengono. Oggi: 40.',
  ]);
});

test('is silent when there is nothing to say', () => {
  expect(chanceReasons({ base: 0, contributions: contributions.slice(0, 1) }, 'en')).toBeNull();
});
