import { expect, test } from 'vitest';
import { createPreview, type PreviewLearner } from './preview.ts';

// 2026-09-07, a Monday.
const monday = 20_703;

function learner(
  learnerId: number,
  crossings: Readonly<Record<string, number>>,
  classId = 1,
): PreviewLearner {
  return { learnerId, classIds: [classId], crossings: new Map(Object.entries(crossings)) };
}

const options = {
  badgeId: 'new',
  otherBadges: ['roots', 'sparks'],
  before: monday + 14,
  weeks: 3,
  sample: 2,
};

function preview(learners: readonly PreviewLearner[]) {
  const tally = createPreview(options);
  for (const one of learners) tally.add(one);
  return tally.result();
}

const school = [
  learner(1, { new: monday - 1, roots: 5 }),
  learner(2, { new: monday, roots: 5 }),
  learner(3, { new: monday + 6 }, 2),
  learner(4, { new: monday + 7, sparks: 9 }, 2),
  learner(5, { roots: 9 }, 2),
  learner(6, {}, 2),
];

test('counts who would hold it, and what that makes it worth', () => {
  expect(preview(school)).toMatchObject({ reached: 4, learners: 6, rarity: 'common' });
});

test('tells classes apart, and groups them by size', () => {
  const { byClass, byGroupSize } = preview(school);
  expect(byClass).toEqual([
    { classId: 1, reached: 2, learners: 2 },
    { classId: 2, reached: 2, learners: 4 },
  ]);
  expect(byGroupSize).toEqual([{ from: 1, upTo: 15, reached: 4, learners: 6 }]);
});

test('counts crossings by week, Monday to Sunday, empty weeks too', () => {
  expect(preview(school).perWeek).toEqual([
    { week: monday - 7, crossings: 1 },
    { week: monday, crossings: 2 },
    { week: monday + 7, crossings: 1 },
  ]);
});

test('measures overlap by Jaccard, most alike first, none left out but those without', () => {
  expect(preview(school).overlaps).toEqual([
    { badgeId: 'roots', both: 2, jaccard: 2 / 5 },
    { badgeId: 'sparks', both: 1, jaccard: 1 / 4 },
  ]);
});

test('samples from the first crossing to the last', () => {
  expect(preview(school).sample).toEqual([
    { learnerId: 1, crossedOn: monday - 1 },
    { learnerId: 4, crossedOn: monday + 7 },
  ]);
});

test('an empty school is no error', () => {
  expect(preview([])).toMatchObject({
    reached: 0,
    learners: 0,
    rarity: 'legendary',
    sample: [],
    overlaps: [],
  });
});
