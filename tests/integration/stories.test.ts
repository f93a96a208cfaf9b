import { beforeAll, describe, expect, test } from 'vitest';
import type { Locale } from '#lib/i18n/index.ts';
import { seedBadges } from '#lib/server/awards/badges.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import {
  awards,
  classes,
  classMembers,
  dailyRollups,
  decisions,
  learners,
  scores,
} from '#lib/server/platform/db/schema.ts';
import { activeLearnersBy } from '#lib/server/stories/active-learners.ts';
import { loadRiskAudits } from '#lib/server/stories/audit.ts';
import { loadClassCards } from '#lib/server/stories/class-cards.ts';
import { loadClassPage } from '#lib/server/stories/class-page.ts';
import { loadLearnerHistory } from '#lib/server/stories/learner-history.ts';
import { loadLearnerPage } from '#lib/server/stories/learner-page.ts';
import { readLearner } from '#lib/server/stories/learner-reading.ts';
import { loadLearnerStory } from '#lib/server/stories/learner-story.ts';
import { addSchool, testDatabase } from '../support/database.ts';

const database = await testDatabase();
const at = new Date('2026-03-18T10:00:00Z');
const evidence = {
  cause: 'event',
  parts: [
    {
      kind: 'measure',
      path: 'criterion',
      measure: 'active-days',
      window: 28,
      is: 'at-least',
      needed: 12,
      actual: 14,
      isMet: true,
    },
  ],
  signs: null,
  effects: [],
  uncalibrated: null,
};

let school = 0;
let other = 0;
let learnerId = 0;
let classId = 0;
let badgeId = '';

/** One learner in one class, active on two days of this week, holding one badge. */
async function fill(scope: SchoolScope): Promise<void> {
  const { schoolId, tx } = scope;
  await seedBadges(scope);
  [{ badgeId }] = await scope.sql<
    { badgeId: string }[]
  >`select id as "badgeId" from badges order by id limit 1`;
  const joinedOn = '2026-01-07';
  const named = { schoolId, externalId: 'ada', name: 'Ada Conti', joinedOn };
  [{ id: learnerId }] = await tx.insert(learners).values(named).returning({ id: learners.id });
  const course = { schoolId, externalId: '1A', name: '1A', startsOn: '2026-01-01', endsOn: '2026-06-10' };
  [{ id: classId }] = await tx.insert(classes).values(course).returning({ id: classes.id });
  await tx.insert(classMembers).values({ schoolId, classId, learnerId, joinedOn });
  await tx
    .insert(dailyRollups)
    .values([rollup('2026-03-16', 'read', 3), rollup('2026-03-17', 'practice', 4)]);
  await tx.insert(dailyRollups).values(rollup('2026-03-18', 'absence', 1));
  const [{ id: decisionId }] = await tx
    .insert(decisions)
    .values({ ...bare(), verdict: 'award', evidence, actor: 'system', decidedAt: at })
    .returning({ id: decisions.id });
  await tx.insert(awards).values({
    ...bare(),
    crossedOn: '2026-03-17',
    awardedAt: at,
    decisionId,
    confidence: 0.97,
    decidedBy: 'system',
  });
}

function bare() {
  return { schoolId: school, learnerId, badgeId, ruleVersion: 1 };
}

function rollup(day: string, kind: string, count: number): typeof dailyRollups.$inferInsert {
  const nothing = {
    seconds: 0,
    scoreSum: 0,
    scoreCount: 0,
    dueCount: 0,
    lateCount: 0,
    leadDaysSum: 0,
    slots: 0,
  };
  return { schoolId: school, learnerId, classId, day, kind, count, quantity: count, ...nothing };
}

async function learnerPage(scope: SchoolScope, locale: Locale) {
  return loadLearnerPage(scope, await readLearner(scope, learnerId, locale, at));
}

beforeAll(async () => {
  school = await addSchool(database, 'galilei');
  other = await addSchool(database, 'levi');
  await database.withSchool(school, fill);
  await database.withSchool(other, async (scope) => void (await seedBadges(scope)));
});

describe('what a learner sees', () => {
  test('an award tells why, in the reader’s language', async () => {
    const [it, en] = await database.withSchool(school, async (scope) => [
      await learnerPage(scope, 'it'),
      await learnerPage(scope, 'en'),
    ]);
    expect(it.awards).toHaveLength(1);
    expect(it.awards[0].why[0]).toMatch(/negli ultimi 28 giorni: 14 giorni \(serve almeno 12 giorni\)$/);
    expect(en.awards[0].why[0]).toMatch(/in the last 28 days: 14 days \(needs at least 12 days\)$/);
  });

  test('weeks count what was done, not what happened to the learner', async () => {
    const { weeks } = await database.withSchool(school, (scope) => learnerPage(scope, 'it'));
    expect(weeks.at(-1)).toEqual({ week: '2026-03-16', activeDays: 2, actions: 7 });
    expect(weeks.slice(0, -1).every(({ actions }) => actions === 0)).toBe(true);
  });

  test('without a model nothing is scored, and goals come by progress alone', async () => {
    const page = await database.withSchool(school, (scope) => learnerPage(scope, 'it'));
    expect(page.level).toBeNull();
    expect(page.next.every(({ chance }) => chance === null)).toBe(true);
    expect(page.ongoing.some(({ badge }) => badge.id === badgeId)).toBe(false);
    expect(page.ongoing.every(({ progress }) => progress >= 0 && progress <= 1)).toBe(true);
  });

  test('the history begins in the week of joining', async () => {
    const { weeks, awards: held } = await database.withSchool(school, (scope) =>
      loadLearnerHistory(scope, learnerId, 'it', at),
    );
    expect(weeks[0].week).toBe('2026-01-05');
    expect(held).toHaveLength(1);
  });
});

describe('what a teacher sees', () => {
  test('a class at a glance names those above the line', async () => {
    const cards = () => database.withSchool(school, (scope) => loadClassCards(scope, [classId], at));
    expect(await cards()).toMatchObject([
      { learners: 1, activeThisWeek: 1, recentAwards: 1, openReviews: 0, attentionCount: 0, isRunning: true },
    ]);
    const score = {
      task: 'at-risk',
      subject: String(classId),
      value: 0.7,
      confidence: 0.7,
      modelVersion: 'm',
    };
    const explanation = { base: 0, contributions: [{ feature: 'active-days-28', value: 2, effect: 0.8 }] };
    await database.withSchool(school, ({ tx }) =>
      tx.insert(scores).values({ schoolId: school, learnerId, ...score, explanation, scoredAt: at }),
    );
    expect((await cards())[0].attention).toMatchObject([{ learnerId, name: 'Ada Conti' }]);
    const page = await database.withSchool(school, (scope) => loadClassPage(scope, classId, 'en', at));
    expect(page?.learners).toMatchObject([
      { badges: 1, recentBadges: 1, quietDays: 1, risk: { band: 'act', reasons: [{ direction: 'raises' }] } },
    ]);
  });

  test('a story shows the risks of the classes within reach alone', async () => {
    const story = (reach: readonly number[] | 'all') =>
      database.withSchool(school, (scope) => loadLearnerStory(scope, learnerId, reach, 'it', at));
    expect((await story('all'))?.risks).toHaveLength(1);
    expect((await story([classId + 1]))?.risks).toEqual([]);
    expect((await story('all'))?.decisions).toMatchObject([
      { verdict: 'award', actor: null, modelSaid: null },
    ]);
  });

  test('an audit holds the numbers of the classes within reach, and none of another', async () => {
    const audits = (reach: readonly number[] | 'all') =>
      database.withSchool(school, (scope) => loadRiskAudits(scope, learnerId, reach));
    const [record, ...others] = await audits([classId]);
    expect(others).toEqual([]);
    expect(record).toMatchObject({
      class: classId,
      probability: 0.7,
      margin: null,
      dataAsOf: at.toISOString(),
      explanation: { base: 0 },
    });
    expect(await audits('all')).toEqual([record]);
    expect(await audits([classId + 1])).toEqual([]);
  });
});

test('another school sees none of it', async () => {
  await database.withSchool(other, async (scope) => {
    expect(await loadLearnerStory(scope, learnerId, 'all', 'it', at)).toBeNull();
    expect(await loadClassPage(scope, classId, 'it', at)).toBeNull();
    expect(await loadClassCards(scope, 'all', at)).toEqual([]);
    expect(await loadRiskAudits(scope, learnerId, 'all')).toEqual([]);
  });
});

test('active learners by day, week and month end with the running one', async () => {
  await database.withSchool(school, async (scope) => {
    const today = 20_530; // 2026-03-18
    const days = await activeLearnersBy(scope, 'day', today);
    expect(days).toHaveLength(28);
    expect(days.slice(-3)).toEqual([
      { start: '2026-03-16', learners: 1 },
      { start: '2026-03-17', learners: 1 },
      { start: '2026-03-18', learners: 0 },
    ]);
    const weeks = await activeLearnersBy(scope, 'week', today);
    expect([weeks.length, weeks.at(-1)]).toEqual([26, { start: '2026-03-16', learners: 1 }]);
    const months = await activeLearnersBy(scope, 'month', today);
    expect([months.length, months.at(-1)]).toEqual([12, { start: '2026-03-01', learners: 1 }]);
  });
});
