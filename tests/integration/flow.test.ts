import { and, eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { formatSchoolDay, parseSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import { markPending } from '#lib/server/activity/pending.ts';
import { approveReview, rejectReview } from '#lib/server/decisions/reviews.ts';
import { startEvaluationLoop } from '#lib/server/evaluation-loop.ts';
import { type Evaluation, evaluateLearner } from '#lib/server/flow.ts';
import type { App } from '#lib/server/platform/app.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import {
  awards,
  decisions,
  learnerFeatures,
  notifications,
  pendingEvaluations,
  reviews,
} from '#lib/server/platform/db/schema.ts';
import { createLog } from '#lib/server/platform/log.ts';
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
const tenDays = makeBadge('ten-days', { measure: 'active-days', window: 28, is: 'at-least', value: 10 });
const tenAgain = makeBadge('ten-again', {
  all: [{ holds: 'ten-days' }, { measure: 'active-days', window: 28, is: 'at-least', value: 10 }],
});

const anyone = { actor: 'head', classIds: 'all' } as const;

let schoolId: number;
let learnerId: number;
let schoolsMade = 0;

beforeEach(async () => {
  schoolId = await addSchool(database, `school-${++schoolsMade}`);
  learnerId = await addLearner(database, schoolId, await addClass(database, schoolId), 'a1');
  await putBadges(database, schoolId, [tenDays, tenAgain]);
});

function evaluate(day: SchoolDay): Promise<Evaluation> {
  return inSchool((scope) => evaluateLearner(scope, learnerId, evening(day), 'event'));
}

function inSchool<T>(work: (scope: SchoolScope) => Promise<T>): Promise<T> {
  return database.withSchool(schoolId, work);
}

async function countBlocked(): Promise<number> {
  const rows = await database.pool`
    select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  return rows.length;
}

/** Everything that an evaluation writes. */
async function written() {
  return inSchool(async ({ tx }) => ({
    awards: await tx.select().from(awards).orderBy(awards.id),
    decisions: await tx.select().from(decisions).orderBy(decisions.id),
    reviews: await tx.select().from(reviews).orderBy(reviews.id),
    notifications: await tx.select().from(notifications).orderBy(notifications.id),
    waiting: await tx.select().from(pendingEvaluations),
  }));
}

describe('evaluateLearner', () => {
  test('no rule met, no badge; met, one award with its decision and its notification', async () => {
    await live(database, schoolId, learnerId, daysFrom(monday, monday + 8));
    expect((await evaluate(monday + 8)).decisions).toEqual([]);
    await live(database, schoolId, learnerId, [monday + 9]);
    const { decisions: made } = await evaluate(monday + 9);
    expect(made.map(({ badgeId, verdict, crossedOn }) => [badgeId, verdict, crossedOn])).toEqual([
      ['ten-days', 'award', monday + 9],
      ['ten-again', 'award', monday + 9],
    ]);
    const after = await written();
    expect(after.awards.map(({ badgeId, crossedOn, decidedBy }) => [badgeId, crossedOn, decidedBy])).toEqual([
      ['ten-days', '2026-03-11', 'system'],
      ['ten-again', '2026-03-11', 'system'],
    ]);
    expect(after.awards[0].decisionId).toBe(after.decisions[0].id);
    expect(after.notifications.map(({ kind, learnerId: to }) => [kind, to])).toEqual([
      ['award', learnerId],
      ['award', learnerId],
    ]);
    expect(after.waiting).toEqual([]);
  });

  test('a second evaluation changes nothing', async () => {
    await live(database, schoolId, learnerId, daysFrom(monday, monday + 9));
    await evaluate(monday + 9);
    const first = await written();
    await evaluate(monday + 9);
    expect(await written()).toEqual(first);
  });

  test('a badge that names another waits while a teacher decides about that one', async () => {
    await putBadges(database, schoolId, [{ ...tenDays, isConsequential: true }]);
    await live(database, schoolId, learnerId, daysFrom(monday, monday + 10));
    await evaluate(monday + 9);
    const [asked] = (await written()).reviews;
    expect((await written()).awards).toEqual([]);
    await inSchool((scope) => approveReview(scope, asked.id, anyone, null, evening(monday + 9)));
    await evaluate(monday + 10);
    expect((await written()).awards.map(({ badgeId }) => badgeId)).toEqual(['ten-days', 'ten-again']);
  });

  test('the first evaluation after days without one dates the award to the day the rule was first met', async () => {
    await live(database, schoolId, learnerId, daysFrom(monday, monday + 9));
    await evaluate(monday + 5);
    await evaluate(monday + 45);
    expect((await written()).awards.map(({ crossedOn }) => crossedOn)).toContain('2026-03-11');
  });

  test('evaluations at the same time make one award', async () => {
    await live(database, schoolId, learnerId, daysFrom(monday, monday + 9));
    await Promise.all(Array.from({ length: 6 }, () => evaluate(monday + 9)));
    const after = await written();
    expect(after.awards.filter(({ badgeId }) => badgeId === 'ten-days')).toHaveLength(1);
    expect(after.decisions.filter(({ badgeId }) => badgeId === 'ten-days')).toHaveLength(1);
    expect(after.notifications.length).toBe(after.awards.length);
  });

  test('a failure leaves no trace', async () => {
    await live(database, schoolId, learnerId, daysFrom(monday, monday + 9));
    const before = await written();
    const failing = inSchool(async (scope) => {
      await evaluateLearner(scope, learnerId, evening(monday + 9), 'event');
      throw new Error('the server dies here');
    });
    await expect(failing).rejects.toThrow('dies here');
    expect(await written()).toEqual(before);
    expect(before.waiting).toHaveLength(1);
  });

  test('activity that commits while it measures keeps the learner waiting', async () => {
    await live(database, schoolId, learnerId, daysFrom(monday, monday + 3));
    const commit = Promise.withResolvers<void>();
    const isWritten = Promise.withResolvers<void>();
    const ingest = inSchool(async (scope) => {
      await markPending(scope, new Set([learnerId]), evening(monday + 3));
      isWritten.resolve();
      await commit.promise;
    });
    await isWritten.promise;
    const evaluation = evaluate(monday + 3);
    // It has measured without the new activity and wants to remove the note, which the ingest still holds.
    await expect.poll(countBlocked, { timeout: 10_000 }).toBe(1);
    commit.resolve();
    await Promise.all([ingest, evaluation]);
    expect((await written()).waiting).toHaveLength(1);
  });

  test('a consequential badge always goes to a teacher', async () => {
    await putBadges(database, schoolId, [{ ...tenDays, isConsequential: true }]);
    await live(database, schoolId, learnerId, daysFrom(monday, monday + 9));
    await evaluate(monday + 9);
    const after = await written();
    expect(after.awards).toEqual([]);
    expect(after.reviews.map(({ cause, status }) => [cause, status])).toEqual([['consequential', 'open']]);
  });

  test('after a refusal, what was looked at before is not asked about again; what comes later is', async () => {
    await putBadges(database, schoolId, [{ ...tenDays, isConsequential: true }]);
    await live(database, schoolId, learnerId, daysFrom(monday, monday + 9));
    await evaluate(monday + 9);
    const [{ id }] = (await written()).reviews;
    await inSchool((scope) => rejectReview(scope, id, anyone, 'copied', evening(monday + 9)));
    // Met anew in the spring, as the log of a replay knows it: the days up to the last measuring are settled.
    await live(database, schoolId, learnerId, daysFrom(monday + 60, monday + 70));
    await inSchool(({ tx }) => tx.update(learnerFeatures).set({ before: formatSchoolDay(monday + 80) }));
    expect((await evaluate(monday + 80)).decisions).toEqual([]);
    await live(database, schoolId, learnerId, daysFrom(monday + 120, monday + 130));
    const { decisions: made } = await evaluate(monday + 130);
    expect(made.map(({ verdict, crossedOn }) => [verdict, crossedOn])).toEqual([['review', monday + 129]]);
  });

  test('evidence made in bursts goes to a teacher, who sees why', async () => {
    await putBadges(database, schoolId, [
      makeBadge('practised', { measure: 'events', window: 28, is: 'at-least', value: 100 }),
    ]);
    await live(database, schoolId, learnerId, daysFrom(monday, monday + 3), {
      times: 30,
      apartSeconds: 2,
      seconds: 1,
    });
    await evaluate(monday + 3);
    const { reviews: asked, decisions: made } = await written();
    expect(asked.map(({ badgeId, cause }) => [badgeId, cause])).toEqual([['practised', 'low confidence']]);
    const { signs } = made[0].evidence as { signs: { speed: number; standsOnSound: boolean } };
    expect(signs.speed).toBe(1);
    expect(signs.standsOnSound).toBe(false);
  });
});

describe('a changed rule', () => {
  test('keeps an award that the new rule upholds, and says so in the log', async () => {
    await live(database, schoolId, learnerId, daysFrom(monday, monday + 9));
    await evaluate(monday + 9);
    await putBadges(
      database,
      schoolId,
      [{ ...tenDays, criterion: { ...tenDays.criterion, value: 9 } as never }],
      2,
    );
    await evaluate(monday + 9);
    const after = await written();
    expect(
      after.awards.filter(({ badgeId }) => badgeId === 'ten-days').map((row) => row.ruleVersion),
    ).toEqual([2]);
    expect(after.decisions.at(-1)).toMatchObject({
      verdict: 'award',
      reason: 'rule changed: still met',
      ruleVersion: 2,
    });
    expect(after.notifications).toHaveLength(after.awards.length);
  });

  test('asks a teacher about an award that it does not, and leaves it standing', async () => {
    await live(database, schoolId, learnerId, daysFrom(monday, monday + 9));
    await evaluate(monday + 9);
    await putBadges(
      database,
      schoolId,
      [{ ...tenDays, criterion: { ...tenDays.criterion, value: 20 } as never }],
      2,
    );
    await evaluate(monday + 9);
    await evaluate(monday + 10);
    const after = await written();
    expect(after.awards.map(({ badgeId, revokedAt }) => [badgeId, revokedAt])).toContainEqual([
      'ten-days',
      null,
    ]);
    expect(after.reviews.map(({ badgeId, cause }) => [badgeId, cause])).toEqual([
      ['ten-days', 'rule changed'],
    ]);
  });
});

describe('the evaluation loop', () => {
  const log = createLog('silent');

  function appAt(day: SchoolDay): App {
    const clock = { now: () => evening(day) };
    return { database, log, clock, config: {}, jobs: {}, stop: async () => undefined } as unknown as App;
  }

  test('two processes evaluate everyone who waits, each once', async () => {
    const classId = await addClass(database, schoolId, '4C');
    const many = [learnerId];
    for (let i = 0; i < 7; i++) many.push(await addLearner(database, schoolId, classId, `m${i}`));
    for (const id of many) await live(database, schoolId, id, daysFrom(monday, monday + 9));
    const loops = [startEvaluationLoop(appAt(monday + 9)), startEvaluationLoop(appAt(monday + 9))];
    await expect.poll(async () => (await written()).waiting.length, { timeout: 20_000 }).toBe(0);
    await Promise.all(loops.map((loop) => loop.stop()));
    const after = await written();
    expect(
      after.awards
        .filter(({ badgeId }) => badgeId === 'ten-days')
        .map((row) => row.learnerId)
        .sort(),
    ).toEqual(many.sort());
    expect(after.decisions.filter(({ badgeId }) => badgeId === 'ten-days')).toHaveLength(many.length);
  });

  test('a learner whose evaluation fails goes on waiting, and the others are served', async () => {
    const classId = await addClass(database, schoolId, '5D');
    const other = await addLearner(database, schoolId, classId, 'other');
    await live(database, schoolId, learnerId, daysFrom(monday, monday + 9));
    await live(database, schoolId, other, daysFrom(monday, monday + 9));
    await database.pool.unsafe(
      `create function fail_for_one() returns trigger language plpgsql as
        $$ begin if new.learner_id = ${learnerId} then raise exception 'no'; end if; return new; end $$;
       create trigger fail_for_one before insert on learner_features for each row execute function fail_for_one();`,
    );
    const loop = startEvaluationLoop(appAt(monday + 9));
    await expect
      .poll(async () => (await written()).waiting.map((row) => row.learnerId), { timeout: 20_000 })
      .toEqual([learnerId]);
    await loop.stop();
    await database.pool.unsafe('drop trigger fail_for_one on learner_features');
    const retry = startEvaluationLoop(appAt(monday + 9));
    await expect.poll(async () => (await written()).waiting.length, { timeout: 20_000 }).toBe(0);
    await retry.stop();
    const measured = await inSchool(({ tx }) =>
      tx
        .select()
        .from(learnerFeatures)
        .where(and(eq(learnerFeatures.schoolId, schoolId), eq(learnerFeatures.learnerId, learnerId))),
    );
    expect(measured).toHaveLength(1);
  });
});
