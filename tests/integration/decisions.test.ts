import { beforeEach, describe, expect, test } from 'vitest';
import { parseSchoolDay } from '#lib/domain/activity/school-day.ts';
import { replayHistory, type ReplayOptions } from '#lib/server/decisions/replay.ts';
import { thresholdOf } from '#lib/server/decisions/threshold.ts';
import { evaluateLearner } from '#lib/server/flow.ts';
import { activeLearners, activityByDay, awardsByBadge, loadMetrics } from '#lib/server/monitoring/index.ts';
import { latestNotifications, markRead } from '#lib/server/notifications/index.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { awards, decisions, notifications, reviews } from '#lib/server/platform/db/schema.ts';
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
const today = monday + 20;
const fiveDays = { measure: 'active-days', window: 7, is: 'at-least', value: 5 } as const;

let schoolId: number;
let learnerIds: number[];
let schoolsMade = 0;

beforeEach(async () => {
  schoolId = await addSchool(database, `school-${++schoolsMade}`);
  const classId = await addClass(database, schoolId);
  learnerIds = [];
  for (const name of ['a', 'b', 'c']) learnerIds.push(await addLearner(database, schoolId, classId, name));
  await putBadges(database, schoolId, [
    makeBadge('five', fiveDays),
    makeBadge('board', fiveDays, { isConsequential: true }),
    makeBadge('after-board', { holds: 'board' }),
  ]);
  const [a, b] = learnerIds;
  await live(database, schoolId, a, daysFrom(monday, monday + 4));
  await live(database, schoolId, b, daysFrom(monday + 10, today));
});

function inSchool<T>(work: (scope: SchoolScope) => Promise<T>): Promise<T> {
  return database.withSchool(schoolId, work);
}

const replay = (more: Partial<ReplayOptions> = {}) =>
  inSchool((scope) => replayHistory(scope, { before: today + 1, at: evening(today), ...more }));
const everything = () =>
  inSchool(async ({ tx }) => ({
    awards: await tx.select().from(awards).orderBy(awards.id),
    decisions: await tx.select().from(decisions).orderBy(decisions.id),
    reviews: await tx.select().from(reviews).orderBy(reviews.id),
    notifications: await tx.select().from(notifications).orderBy(notifications.id),
  }));

describe('replaying the past', () => {
  test('dates each award to the day on which its rule was first met, and asks about the consequential', async () => {
    const report = await replay();
    expect(report).toMatchObject({ learners: 3, awards: 2, openReviews: 2, byBadge: { five: 2 } });
    const after = await everything();
    expect(after.awards.map(({ learnerId, crossedOn }) => [learnerId, crossedOn])).toEqual([
      [learnerIds[0], '2026-03-06'],
      [learnerIds[1], '2026-03-16'],
    ]);
    expect(after.reviews.map(({ badgeId, cause }) => [badgeId, cause])).toEqual([
      ['board', 'consequential'],
      ['board', 'consequential'],
    ]);
  });

  test('again, or after it a live evaluation, adds nothing', async () => {
    await replay();
    const first = await everything();
    expect(await replay()).toMatchObject({ awards: 0, openReviews: 0 });
    for (const id of learnerIds) await inSchool((s) => evaluateLearner(s, id, evening(today), 'nightly'));
    expect(await everything()).toEqual(first);
  });

  test('finds what live evaluations on every evening found', async () => {
    await replay();
    const replayed = (await everything()).awards.map(({ badgeId, crossedOn }) => [badgeId, crossedOn]);
    const other = await addSchool(database, `live-${schoolsMade}`);
    const classId = await addClass(database, other);
    await putBadges(database, other, [makeBadge('five', fiveDays)]);
    const lived = [
      { id: await addLearner(database, other, classId, 'a'), days: daysFrom(monday, monday + 4) },
      { id: await addLearner(database, other, classId, 'b'), days: daysFrom(monday + 10, today) },
    ];
    for (const { id, days } of lived) await live(database, other, id, days);
    for (const day of daysFrom(monday, today))
      for (const { id } of lived)
        await database.withSchool(other, (s) => evaluateLearner(s, id, evening(day), 'event'));
    const given = await database.withSchool(other, ({ tx }) => tx.select().from(awards).orderBy(awards.id));
    expect(given.map(({ badgeId, crossedOn }) => [badgeId, crossedOn])).toEqual(replayed);
  });

  test('takes the word of a judge, and lets an approved badge open the way to the next', async () => {
    const [a] = learnerIds;
    const report = await replay({
      decidedAt: evening,
      judge: (learnerId, badgeId) =>
        badgeId === 'board' ? { verdict: learnerId === a ? 'approve' : 'reject', actor: 'prof' } : null,
    });
    expect(report).toMatchObject({ approved: 1, rejected: 1 });
    const after = await everything();
    const ofA = after.awards.filter(({ learnerId }) => learnerId === a);
    expect(ofA.map(({ badgeId, decidedBy }) => [badgeId, decidedBy])).toEqual([
      ['board', 'prof'],
      ['after-board', 'system'],
      ['five', 'system'],
    ]);
    expect(after.awards.filter(({ learnerId }) => learnerId !== a).map(({ badgeId }) => badgeId)).toEqual([
      'five',
    ]);
    expect(after.decisions.filter(({ actor }) => actor === 'prof').map(({ verdict }) => verdict)).toEqual([
      'approve',
      'reject',
    ]);
    expect(await inSchool(thresholdOf)).toMatchObject({ reviewed: 2, audited: 0, basis: 'cautious' });
  });
});

describe('monitoring', () => {
  test('counts active learners and their days', async () => {
    expect(await inSchool((s) => activeLearners(s, today + 1))).toEqual({
      learners: 3,
      day: 1,
      week: 1,
      month: 2,
    });
    expect(await inSchool((s) => activeLearners(s, monday + 6))).toEqual({
      learners: 3,
      day: 0,
      week: 1,
      month: 1,
    });
    const days = await inSchool((s) => activityByDay(s, monday + 3, monday + 12));
    expect(days.map(({ active }) => active)).toEqual([1, 1, 0, 0, 0, 0, 0, 1, 1]);
    expect(days[0].day).toBe(monday + 3);
  });

  test('counts awards by badge, and what was decided alone', async () => {
    await replay();
    const counts = await inSchool((s) => awardsByBadge(s, evening(monday)));
    expect(counts.map(({ badge, holders, recent }) => [badge.id, holders, recent])).toEqual([
      ['five', 2, 2],
      ['after-board', 0, 0],
      ['board', 0, 0],
    ]);
    const metrics = await inSchool((s) => loadMetrics(s, evening(today)));
    expect(metrics).toMatchObject({
      awardsToday: 2,
      openReviews: 2,
      decisions: { automatic: 2, asked: 2 },
      backlog: { waiting: 2 },
    });
  });
});

describe('notifications', () => {
  test('of a class reach its teacher’s page, and a learner marks only the own ones as read', async () => {
    await replay();
    const [a, b] = learnerIds;
    const [news] = await inSchool((s) => latestNotifications(s, { learner: b }));
    await inSchool((s) => markRead(s, a, news.id, evening(today)));
    expect((await inSchool((s) => latestNotifications(s, { learner: b })))[0].readAt).toBeNull();
    await inSchool((s) => markRead(s, b, news.id, evening(today)));
    expect((await inSchool((s) => latestNotifications(s, { learner: b })))[0].readAt).toEqual(evening(today));
    expect(await inSchool((s) => latestNotifications(s, { classes: [] }))).toEqual([]);
  });
});
