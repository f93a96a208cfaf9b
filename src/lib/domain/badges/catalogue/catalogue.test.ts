import { describe, expect, test } from 'vitest';
import { badgeFamilies, rarities } from '../badge.ts';
import { leavesOf } from '../criterion.ts';
import { describeCriterion } from '../describe.ts';
import { codesOf } from '../design-codes.ts';
import { fullEmblem } from '../emblem.ts';
import { brokenHouseRules } from '../house-style.ts';
import { inOrderOfNeed } from '../order.ts';
import { parseBadge } from '../parse.ts';
import { liveRarity } from '../rarity.ts';
import { crossingsOf } from '../retroactive.ts';
import { context, firstDay, handIn, historyOf, mark, rollup, weekdays } from '../tests/histories.ts';
import { badgeCatalogue, goalShares, tierGoals } from './index.ts';

const before = firstDay + 200;
const span = { from: firstDay, before };
const schoolDays = weekdays(firstDay, before).filter((day) => context.calendar.isSchoolDay(day));
const allDays = Array.from({ length: 200 }, (_, index) => firstDay + index);

/** A learner's history and the badges it must earn by the end. */
const lives: readonly (readonly [string, ReturnType<typeof historyOf>, readonly string[]])[] = [
  [
    'every day a little, on time, with breadth',
    historyOf(
      [
        ...allDays.flatMap((day) => [
          rollup(day, 'read'),
          rollup(day, 'practice', { count: 2, quantity: 2 }),
        ]),
        ...allDays.flatMap((day, index) => {
          const kinds = ['view', 'browse', 'resource', 'forum', 'link', 'lookup'] as const;
          return [0, 1, 2, 3].map((step) => rollup(day, kinds[(index + step) % 6]));
        }),
        ...schoolDays.filter((_, index) => index % 4 === 0).map((day) => handIn(day, 6)),
      ],
      before,
    ),
    [
      ...['hearth-1', 'hearth-2', 'hearth-3', 'hearth-4', 'word-kept-1', 'word-kept-2', 'word-kept-3'],
      ...[
        'roots',
        'good-rhythm',
        'training-ground-1',
        'training-ground-2',
        'training-ground-3',
        'wide-horizon',
      ],
      ...['ahead-of-the-storm-1', 'ahead-of-the-storm-2'],
    ],
  ],
  [
    'marks that rise from low to brilliant',
    historyOf(
      schoolDays
        .filter((_, index) => index % 5 === 0)
        .flatMap((day, index) => [
          mark(day, Math.min(99, 35 + 6 * index)),
          handIn(day, 1),
          rollup(day, 'read'),
        ]),
      before,
    ),
    [
      ...['rising-marks-1', 'rising-marks-2', 'metamorphosis', 'craft-1', 'craft-2', 'craft-3', 'craft-4'],
      ...['solid-ground', 'sparks', 'up-again-1', 'up-again-2', 'up-again-3'],
    ],
  ],
  [
    'there for everyone',
    historyOf(
      schoolDays.flatMap((day) => [rollup(day, 'help'), rollup(day, 'post'), rollup(day, 'collaborate')]),
      before,
    ),
    [
      ...['helping-hand-1', 'helping-hand-2', 'helping-hand-3', 'helping-hand-4', 'voice-1', 'voice-2'],
      ...['bridge-builder', 'one-for-all'],
    ],
  ],
  [
    'falls, comes back, rises and helps',
    historyOf(
      [
        ...schoolDays.slice(0, 20).map((day) => rollup(day, 'read')),
        ...schoolDays.slice(26).map((day) => rollup(day, 'read', { count: 4, quantity: 4 })),
        ...schoolDays.slice(40, 60).map((day) => rollup(day, 'help')),
        mark(schoolDays[38], 40),
        ...schoolDays
          .slice(44, 60)
          .filter((_, index) => index % 3 === 0)
          .map((day) => handIn(day, 5)),
        mark(schoolDays[56], 88),
      ],
      before,
    ),
    [
      ...['first-shoots', 'back-on-the-path', 'up-again-1', 'up-again-2', 'the-day-after'],
      ...['ahead-of-the-storm-1', 'hand-from-the-dark', 'lionheart'],
    ],
  ],
];

describe('every badge can be reached', () => {
  const reached = lives.map(([, history]) => crossingsOf(badgeCatalogue, history, context, span));

  test.each(lives.map(([name, , badges], index) => [name, badges, reached[index]] as const))(
    '%s',
    (_, badges, crossings) => {
      expect(badges.filter((id) => !crossings.has(id))).toEqual([]);
    },
  );

  test('by one life or another', () => {
    const ever = new Set(reached.flatMap((crossings) => [...crossings.keys()]));
    expect(badgeCatalogue.map(({ id }) => id).filter((id) => !ever.has(id))).toEqual([]);
  });
});

describe('nobody is rewarded for being there', () => {
  test.each([
    ['never did anything', []],
    ['showed up once', [rollup(firstDay + 3, 'view'), rollup(firstDay + 3, 'attend')]],
    ['was marked absent all along', schoolDays.map((day) => rollup(day, 'absence'))],
    [
      'came to one lesson a fortnight',
      schoolDays.filter((_, i) => i % 10 === 0).map((day) => rollup(day, 'attend')),
    ],
  ])('%s', (_, rollups) => {
    expect([...crossingsOf(badgeCatalogue, historyOf(rollups, before), context, span).keys()]).toEqual([]);
  });
});

describe('the catalogue', () => {
  test('has at least 24 badges, each family in each rarity', () => {
    expect(badgeCatalogue.length).toBeGreaterThanOrEqual(24);
    const cells = new Set(badgeCatalogue.map(({ family, rarity }) => `${family} ${rarity}`));
    expect(cells.size).toBe(badgeFamilies.length * rarities.length);
  });

  test('is valid, with ids, names and emblems of its own', () => {
    for (const badge of badgeCatalogue) expect(parseBadge(badge)).toEqual(badge);
    expect(inOrderOfNeed(badgeCatalogue)).toHaveLength(badgeCatalogue.length);
    for (const of of [(b) => b.id, (b) => b.name.it, (b) => b.name.en] satisfies ((
      b: (typeof badgeCatalogue)[number],
    ) => string)[]) {
      expect(new Set(badgeCatalogue.map(of)).size).toBe(badgeCatalogue.length);
    }
  });

  test('wears the house style, and no emblem twice', () => {
    const designs = badgeCatalogue.map(({ emblem, rarity }) => ({ emblem: fullEmblem(emblem), rarity }));
    expect(designs.flatMap(brokenHouseRules).map(({ id }) => id)).toEqual([]);
    expect(new Set(designs.map((design) => codesOf(design).join())).size).toBe(badgeCatalogue.length);
  });

  test('series climb tier by tier, rarer each time', () => {
    const series = Map.groupBy(
      badgeCatalogue.filter((badge) => badge.series !== null),
      ({ series }) => series,
    );
    for (const tiers of series.values()) {
      expect(tiers.map(({ tier }) => tier)).toEqual(tiers.map((_, index) => index + 1));
      const ranks = tiers.map(({ rarity }) => rarities.indexOf(rarity));
      expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
      expect(new Set(tiers.map(({ family }) => family)).size).toBe(1);
    }
    expect(series.size).toBeGreaterThanOrEqual(5);
  });

  test('compares nobody with classmates', () => {
    const measured = badgeCatalogue.flatMap(({ criterion }) => leavesOf(criterion));
    expect(measured.filter((leaf) => 'measure' in leaf && leaf.measure.startsWith('class-'))).toEqual([]);
  });

  test('leaves every legendary badge and some epic ones to a teacher', () => {
    const asked = badgeCatalogue.filter(({ isConsequential }) => isConsequential);
    expect(
      badgeCatalogue.filter(({ rarity, isConsequential }) => rarity === 'legendary' && !isConsequential),
    ).toEqual([]);
    expect(asked.some(({ rarity }) => rarity === 'epic')).toBe(true);
  });

  test('tunes badges to shares inside the band of their rarity', () => {
    for (const rarity of rarities) expect(liveRarity(goalShares[rarity])).toBe(rarity);
    expect(tierGoals.length).toBeGreaterThan(20);
    for (const { badge, share } of tierGoals) expect(liveRarity(share)).toBe(badge.rarity);
  });

  test('reads as plain words in both languages', () => {
    for (const { criterion } of badgeCatalogue) {
      for (const locale of ['it', 'en'] as const) {
        expect(describeCriterion(criterion, locale)).not.toMatch(/[{}[\]|]|undefined|NaN/);
      }
    }
  });
});
