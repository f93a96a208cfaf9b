import { beforeEach, describe, expect, test } from 'vitest';
import { parseSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import { setBadgeActive } from '#lib/server/awards/badges.ts';
import { restoreAward, revokeAward } from '#lib/server/decisions/revocations.ts';
import { evaluateLearner } from '#lib/server/flow.ts';
import { dropGoal, keepGoal, openGoals, reachedGoals, wantBadge } from '#lib/server/goals/goals.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { awards, goals } from '#lib/server/platform/db/schema.ts';
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
const tuesday = monday + 1;
const friday = monday + 4;
const days = (value: number) => ({ measure: 'active-days', window: 7, is: 'at-least', value }) as const;
const fiveDays = makeBadge('five-days', days(5));
const others = [6, 7, 8].map((value) => makeBadge(`days-${value}`, days(value)));

let schoolId: number;
let classId: number;
let learnerId: number;
let schoolsMade = 0;

beforeEach(async () => {
  schoolId = await addSchool(database, `school-${++schoolsMade}`);
  classId = await addClass(database, schoolId);
  learnerId = await addLearner(database, schoolId, classId, 'a1');
  await putBadges(database, schoolId, [fiveDays, ...others]);
  await live(database, schoolId, learnerId, daysFrom(monday, tuesday));
});

function inSchool<T>(work: (scope: SchoolScope) => Promise<T>): Promise<T> {
  return database.withSchool(schoolId, work);
}

function want(badgeId: string, who = learnerId, day: SchoolDay = tuesday) {
  return inSchool((scope) => wantBadge(scope, who, badgeId, day, evening(day)));
}

async function wanted(badgeId: string): Promise<number> {
  const result = await want(badgeId);
  if (!result.ok) throw new Error(`${badgeId}: expected a goal, got ${result.because}`);
  return result.goalId;
}

const openIds = async (who = learnerId) =>
  (await inSchool((scope) => openGoals(scope, who))).map(({ badgeId }) => badgeId);
const drop = (goalId: number, who = learnerId) =>
  inSchool((scope) => dropGoal(scope, who, goalId, evening(tuesday)));
const keep = (goalId: number, who = learnerId) => inSchool((scope) => keepGoal(scope, who, goalId));
const reached = () => inSchool((scope) => reachedGoals(scope, learnerId, evening(monday)));

/** The rest of the week, and the evaluation that follows it. */
async function earnFiveDays(): Promise<void> {
  await live(database, schoolId, learnerId, daysFrom(tuesday + 1, friday));
  await inSchool((scope) => evaluateLearner(scope, learnerId, evening(friday), 'event'));
}

describe('wanting a badge', () => {
  test('keeps how far the learner was', async () => {
    await wanted('five-days');
    const [goal] = await inSchool((scope) => openGoals(scope, learnerId));
    expect(goal).toMatchObject({ badgeId: 'five-days', wantedAt: evening(tuesday) });
    expect(goal.progressAtStart).toBeCloseTo(2 / 5, 12);
  });

  test('once is enough', async () => {
    await wanted('five-days');
    expect(await want('five-days')).toEqual({ ok: false, because: 'already wanted' });
    expect(await openIds()).toEqual(['five-days']);
  });

  test('three at a time', async () => {
    for (const { id } of others) await wanted(id);
    expect(await want('five-days')).toEqual({ ok: false, because: 'too many' });
    expect(await openIds()).toEqual(others.map(({ id }) => id));
  });

  test('of four wishes at the same moment one is refused', async () => {
    const results = await Promise.all([fiveDays, ...others].map(({ id }) => want(id)));
    expect(results.filter(({ ok }) => ok)).toHaveLength(3);
    expect(results.filter(({ ok }) => !ok)).toEqual([{ ok: false, because: 'too many' }]);
    expect(await openIds()).toHaveLength(3);
  });

  test('only what the school awards now', async () => {
    await inSchool((scope) => setBadgeActive(scope, 'days-6', false, 'system', evening(tuesday)));
    expect(await want('days-6')).toEqual({ ok: false, because: 'not awarded now' });
    expect(await want('no-such-badge')).toEqual({ ok: false, because: 'not awarded now' });
  });

  test('only what is not yet held', async () => {
    await earnFiveDays();
    expect(await want('five-days', learnerId, friday)).toEqual({ ok: false, because: 'already held' });
  });
});

describe('dropping a goal', () => {
  test('makes room, and can be undone as if it had never been', async () => {
    const goalId = await wanted('five-days');
    const [before] = await inSchool((scope) => openGoals(scope, learnerId));
    expect(await drop(goalId)).toMatchObject({ id: 'five-days' });
    expect(await openIds()).toEqual([]);
    expect(await drop(goalId)).toBeNull();
    expect(await keep(goalId)).toMatchObject({ ok: true, badge: { id: 'five-days' } });
    expect(await inSchool((scope) => openGoals(scope, learnerId))).toEqual([before]);
    expect(await keep(goalId)).toEqual({ ok: false, because: 'no such goal' });
  });

  test('cannot be undone past the three, nor twice for one badge', async () => {
    const first = await wanted('five-days');
    await drop(first);
    await wanted('five-days');
    expect(await keep(first)).toEqual({ ok: false, because: 'already wanted' });
    const again = await wanted('days-6');
    await drop(again);
    await wanted('days-7');
    await wanted('days-8');
    expect(await keep(again)).toEqual({ ok: false, because: 'too many' });
  });
});

describe('reaching a goal', () => {
  test('comes with the award, in one step', async () => {
    await wanted('five-days');
    await wanted('days-7');
    await earnFiveDays();
    expect(await openIds()).toEqual(['days-7']);
    expect(await reached()).toMatchObject([{ badgeId: 'five-days', reachedAt: evening(friday) }]);
  });

  test('a badge earned without being wanted is no goal', async () => {
    await earnFiveDays();
    expect(await reached()).toEqual([]);
  });

  test('a badge that is given back fulfils the goal set in the meantime', async () => {
    await earnFiveDays();
    const [{ id: awardId }] = await inSchool(({ tx }) => tx.select().from(awards));
    const teacher = { actor: 'prof', classIds: [classId] };
    await inSchool((scope) => revokeAward(scope, awardId, teacher, 'a mistake', evening(friday)));
    expect((await want('five-days', learnerId, friday)).ok).toBe(true);
    await inSchool((scope) => restoreAward(scope, awardId, teacher, 'no mistake', evening(friday)));
    expect(await openIds()).toEqual([]);
    expect(await reached()).toHaveLength(1);
  });
});

describe('a goal is its learner’s alone', () => {
  test('nobody else sees, drops or keeps it', async () => {
    const other = await addLearner(database, schoolId, classId, 'a2');
    const goalId = await wanted('five-days');
    expect(await openIds(other)).toEqual([]);
    expect(await drop(goalId, other)).toBeNull();
    await drop(goalId);
    expect(await keep(goalId, other)).toEqual({ ok: false, because: 'no such goal' });
  });

  test('and stays in its school', async () => {
    const goalId = await wanted('five-days');
    const elsewhere = await addSchool(database, `school-${++schoolsMade}`);
    await database.withSchool(elsewhere, async (scope) => {
      expect(await openGoals(scope, learnerId)).toEqual([]);
      expect(await dropGoal(scope, learnerId, goalId, evening(tuesday))).toBeNull();
      expect(await scope.tx.select().from(goals)).toEqual([]);
    });
    expect(await openIds()).toEqual(['five-days']);
  });
});
