import { beforeEach, describe, expect, test } from 'vitest';
import { parseSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import { listReviews, type Reviewer } from '#lib/server/decisions/review-queue.ts';
import { approveReview, rejectReview } from '#lib/server/decisions/reviews.ts';
import { restoreAward, revokeAward, revokeAwards } from '#lib/server/decisions/revocations.ts';
import { evaluateLearner } from '#lib/server/flow.ts';
import { notificationsAfter } from '#lib/server/notifications/index.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { awards, decisions } from '#lib/server/platform/db/schema.ts';
import { addSchool, testDatabase } from '../support/database.ts';
import {
  addClass,
  addLearner,
  daysFrom,
  evening,
  live,
  makeBadge,
  putBadges,
} from '../support/learner-life.ts';

const database = await testDatabase();
const monday = parseSchoolDay('2026-03-02');
const busyWeek = { measure: 'active-days', window: 7, is: 'at-least', value: 5 } as const;
const sure = makeBadge('sure', busyWeek);
const weighty = makeBadge('weighty', busyWeek, { isConsequential: true });

let schoolId: number;
let classId: number;
let learnerId: number;
let teacher: Reviewer;
let schoolsMade = 0;

beforeEach(async () => {
  schoolId = await addSchool(database, `school-${++schoolsMade}`);
  classId = await addClass(database, schoolId);
  learnerId = await addLearner(database, schoolId, classId, 'a1');
  teacher = { actor: 'prof', classIds: [classId] };
  await putBadges(database, schoolId, [sure, weighty]);
  await live(database, schoolId, learnerId, daysFrom(monday, monday + 4));
  await evaluate(monday + 4);
});

function inSchool<T>(work: (scope: SchoolScope) => Promise<T>): Promise<T> {
  return database.withSchool(schoolId, work);
}

function evaluate(day: SchoolDay) {
  return inSchool((scope) => evaluateLearner(scope, learnerId, evening(day), 'event'));
}

const open = () => inSchool((scope) => listReviews(scope));
const held = async () =>
  (await inSchool(({ tx }) => tx.select().from(awards).orderBy(awards.id)))
    .filter(({ revokedAt }) => revokedAt === null)
    .map(({ badgeId }) => badgeId);
const verdicts = async () =>
  (await inSchool(({ tx }) => tx.select().from(decisions).orderBy(decisions.id))).map(
    ({ verdict, badgeId, actor }) => `${verdict} ${badgeId} ${actor}`,
  );
const news = async () =>
  (await inSchool((scope) => notificationsAfter(scope, { learner: learnerId }, 0))).map(({ kind }) => kind);

describe('a review', () => {
  test('shows the teacher the evidence and the confidence', async () => {
    const [review] = await open();
    expect(review).toMatchObject({
      learnerName: 'Learner a1',
      cause: 'consequential',
      crossedOn: monday + 4,
    });
    expect(review.badge.id).toBe('weighty');
    expect(review.evidence.parts).toMatchObject([
      { measure: 'active-days', needed: 5, actual: 5, isMet: true },
    ]);
    expect(review.confidence).toBeGreaterThan(0.9);
  });

  test('approved gives the badge with the day of the crossing, logged under the teacher', async () => {
    const [review] = await open();
    const result = await inSchool((s) =>
      approveReview(s, review.id, teacher, 'well done', evening(monday + 6)),
    );
    expect(result).toMatchObject({ ok: true });
    expect(await held()).toEqual(['sure', 'weighty']);
    const given = await inSchool(({ tx }) => tx.select().from(awards));
    expect(given.find(({ badgeId }) => badgeId === 'weighty')).toMatchObject({
      crossedOn: '2026-03-06',
      decidedBy: 'prof',
    });
    expect(await verdicts()).toEqual(['award sure system', 'review weighty system', 'approve weighty prof']);
    expect(await news()).toEqual(['award', 'award']);
    expect(await open()).toEqual([]);
  });

  test('decided twice changes nothing the second time', async () => {
    const [review] = await open();
    await inSchool((s) => approveReview(s, review.id, teacher, null, evening(monday + 6)));
    const again = await inSchool((s) => rejectReview(s, review.id, teacher, null, evening(monday + 6)));
    expect(again).toEqual({ ok: false, because: 'already decided' });
    expect(await held()).toContain('weighty');
  });

  test('decided by two teachers at once has one answer', async () => {
    const [review] = await open();
    const results = await Promise.all([
      inSchool((s) => approveReview(s, review.id, teacher, null, evening(monday + 6))),
      inSchool((s) => rejectReview(s, review.id, teacher, null, evening(monday + 6))),
    ]);
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect((await verdicts()).filter((line) => line.endsWith('prof'))).toHaveLength(1);
  });

  test('is not there for a teacher of another class', async () => {
    const stranger = { actor: 'other', classIds: [await addClass(database, schoolId, '4C')] };
    const [review] = await open();
    expect(await inSchool((s) => listReviews(s, { classIds: stranger.classIds }))).toEqual([]);
    const result = await inSchool((s) => approveReview(s, review.id, stranger, null, evening(monday + 6)));
    expect(result).toEqual({ ok: false, because: 'not found' });
  });
});

describe('a refusal', () => {
  beforeEach(async () => {
    const [review] = await open();
    await inSchool((s) => rejectReview(s, review.id, teacher, 'copied', evening(monday + 4)));
  });

  test('is not asked again while the rule simply goes on being met', async () => {
    await live(database, schoolId, learnerId, [monday + 5, monday + 6]);
    await evaluate(monday + 5);
    await evaluate(monday + 6);
    expect(await open()).toEqual([]);
    expect(await held()).toEqual(['sure']);
  });

  test('is asked again when the rule is met anew', async () => {
    await live(database, schoolId, learnerId, daysFrom(monday + 21, monday + 25));
    await evaluate(monday + 25);
    expect((await open()).map(({ badge, crossedOn }) => [badge.id, crossedOn])).toEqual([
      ['weighty', monday + 25],
    ]);
  });

  test('is asked again when the rule changes', async () => {
    await putBadges(database, schoolId, [{ ...weighty, criterion: { ...busyWeek, value: 4 } }], 2);
    await evaluate(monday + 4);
    expect((await open()).map(({ ruleVersion }) => ruleVersion)).toEqual([2]);
  });
});

describe('revoking', () => {
  const awardId = async () => (await inSchool(({ tx }) => tx.select().from(awards)))[0].id;

  test('takes the badge with a reason, tells the learner, and the next evaluation does not give it back', async () => {
    const id = await awardId();
    const result = await inSchool((s) => revokeAward(s, id, teacher, 'not theirs', evening(monday + 4)));
    expect(result).toEqual({ revoked: [id], notFound: [] });
    await evaluate(monday + 4);
    await evaluate(monday + 5);
    expect(await held()).toEqual([]);
    expect(await verdicts()).toContain('revoke sure prof');
    expect(await news()).toEqual(['award', 'revoke']);
  });

  test('can be undone', async () => {
    const id = await awardId();
    await inSchool((s) => revokeAward(s, id, teacher, 'mistake', evening(monday + 4)));
    const undone = await inSchool((s) => restoreAward(s, id, teacher, 'was theirs', evening(monday + 5)));
    expect(undone).toEqual({ ok: true });
    expect(await held()).toEqual(['sure']);
    expect(await news()).toEqual(['award', 'revoke', 'restore']);
    const again = await inSchool((s) => restoreAward(s, id, teacher, 'again', evening(monday + 5)));
    expect(again).toEqual({ ok: false, because: 'not revoked' });
  });

  test('names the ids that are out of reach and takes the others', async () => {
    const id = await awardId();
    const result = await inSchool((s) =>
      revokeAwards(s, [id, 999_999], teacher, 'many', evening(monday + 4)),
    );
    expect(result).toEqual({ revoked: [id], notFound: [999_999] });
  });
});

test('the decision log refuses to forget', async () => {
  const forgetting = inSchool(({ tx }) => tx.delete(decisions));
  await expect(forgetting).rejects.toMatchObject({
    cause: { message: expect.stringContaining('append-only') },
  });
});
