import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { formatSchoolDay, parseSchoolDay } from '#lib/domain/activity/school-day.ts';
import { badgeColumns } from '#lib/domain/badges/chance-inputs.ts';
import { seedBadges } from '#lib/server/awards/badges.ts';
import { loadLearner } from '#lib/server/features/index.ts';
import { matrix } from '#lib/ml/core/matrix.ts';
import { seededRandom } from '#lib/ml/core/random.ts';
import { summariseTraining } from '#lib/ml/explain/index.ts';
import { saveModel } from '#lib/server/models/registry.ts';
import type { TaskModel } from '#lib/server/models/task-model.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import {
  badges,
  classes,
  classMembers,
  dailyRollups,
  learners,
  scores,
} from '#lib/server/platform/db/schema.ts';
import { scoreAll } from '#lib/server/scoring/score-all.ts';
import { scoreLearner } from '#lib/server/scoring/score-learner.ts';
import { secondOpinion } from '#lib/server/stories/second-opinion.ts';
import { atRiskColumns } from '#lib/server/training/tasks/at-risk-inputs.ts';
import { engagementColumns } from '#lib/server/training/tasks/engagement.ts';
import { trainingApp } from '../support/artifacts.ts';
import { addSchool, testDatabase } from '../support/database.ts';
import { toyModel } from '../support/toy-models.ts';

const database = await testDatabase();
const { config } = trainingApp(database);
const at = new Date('2026-03-02T09:00:00Z');
const today = parseSchoolDay('2026-03-02');
let schools = 0;
let schoolId = 0;
let learnerId = 0;
let classId = 0;

const within = <T>(work: (scope: SchoolScope) => Promise<T>) => database.withSchool(schoolId, work);

beforeEach(async () => {
  schoolId = await addSchool(database, `school-${++schools}`);
  await within(async ({ tx, schoolId: id }) => {
    const frame = { schoolId: id, externalId: '1', name: 'Ada' };
    [{ learnerId }] = await tx
      .insert(learners)
      .values({ ...frame, joinedOn: '2025-09-01' })
      .returning({ learnerId: learners.id });
    [{ classId }] = await tx
      .insert(classes)
      .values({ ...frame, startsOn: '2025-09-01', endsOn: '2026-06-10' })
      .returning({ classId: classes.id });
    await tx.insert(classMembers).values({ schoolId: id, classId, learnerId, joinedOn: '2025-09-01' });
    await tx.insert(dailyRollups).values(
      Array.from({ length: 60 }, (_, i) => ({
        schoolId: id,
        learnerId,
        classId,
        day: formatSchoolDay(today - 2 * i - 1),
        kind: 'read',
        count: 1 + (i % 4),
        quantity: 3,
        seconds: 600,
        scoreSum: 0,
        scoreCount: 0,
        dueCount: 0,
        lateCount: 0,
        leadDaysSum: 0,
        slots: 0,
      })),
    );
  });
});

function install(model: TaskModel, day = 1): Promise<string> {
  const trainedAt = new Date(Date.UTC(2026, 1, day));
  const { task } = model;
  return within((scope) =>
    saveModel(scope, config.artifactFolder, {
      task,
      model,
      card: {},
      status: 'champion',
      message: null,
      at: trainedAt,
    }),
  );
}

const score = () =>
  within(async (scope) => {
    const made = await scoreLearner(scope, await loadLearner(scope, learnerId, today), at);
    return { made, stored: await scope.tx.select().from(scores).where(eq(scores.learnerId, learnerId)) };
  });

describe('scoreLearner', () => {
  it('makes nothing up without a champion', async () => {
    expect(await score()).toEqual({ made: [], stored: [] });
  });

  it('answers for the level, every badge not held, and every current class', async () => {
    const seeded = await within((scope) => seedBadges(scope));
    const version = await install(toyModel('engagement-level', engagementColumns));
    await install(toyModel('badge-chance', badgeColumns));
    await install(toyModel('at-risk', atRiskColumns([]), 1, { background: [] }));
    const { made, stored } = await score();
    const counts = Object.groupBy(made, ({ task }) => task);
    expect(counts['engagement-level']?.length).toBe(1);
    expect(counts['badge-chance']?.length).toBe(seeded);
    expect(counts['at-risk']?.map(({ subject }) => subject)).toEqual([String(classId)]);
    expect(counts['engagement-level']?.[0]).toMatchObject({ modelVersion: version });
    const byKey = (a: { task: string; subject: string }, b: { task: string; subject: string }) =>
      `${a.task} ${a.subject}` < `${b.task} ${b.subject}` ? -1 : 1;
    expect(stored.toSorted(byKey)).toMatchObject(made.toSorted(byKey).map((one) => ({ ...one })));
  });

  it('gives the same answers again, in the same rows', async () => {
    await install(toyModel('engagement-level', engagementColumns));
    expect(await score()).toEqual(await score());
  });

  it('gives everyone at once the same answers as one by one', async () => {
    await within((scope) => seedBadges(scope));
    await install(toyModel('engagement-level', engagementColumns));
    await install(toyModel('badge-chance', badgeColumns));
    await install(toyModel('at-risk', atRiskColumns([]), 1, { background: [] }));
    const { stored } = await score();
    const again = await within(async (scope) => {
      await scope.tx.delete(scores).where(eq(scores.schoolId, schoolId));
      expect(await scoreAll(scope, today, at)).toBe(1);
      return scope.tx.select().from(scores).where(eq(scores.learnerId, learnerId));
    });
    expect(again).toEqual(stored);
  });

  it('takes away what no model answers any more', async () => {
    await within((scope) => seedBadges(scope));
    await install(toyModel('badge-chance', badgeColumns));
    await install(toyModel('at-risk', atRiskColumns([]), 1, { background: [] }));
    const before = (await score()).stored.length;
    await within(async ({ tx, schoolId: id }) => {
      await tx.update(badges).set({ isActive: false }).where(eq(badges.schoolId, id));
      await tx.update(classMembers).set({ outcome: 'pass' }).where(eq(classMembers.schoolId, id));
    });
    expect(before).toBeGreaterThan(20);
    expect((await score()).stored).toEqual([]);
  });

  it('leaves out a model of another feature catalogue', async () => {
    await install({ ...toyModel('engagement-level', engagementColumns), catalogueVersion: -1 });
    expect((await score()).made).toEqual([]);
  });
});

describe('a second opinion', () => {
  const ask = (classOf: number) => within((scope) => secondOpinion(scope, learnerId, classOf, 'en', at));

  it('asks LIME about the row that is scored, and says when no line fits', async () => {
    const columns = atRiskColumns([]);
    const toy = toyModel('at-risk', columns, 1, { background: [] });
    const rows = 50;
    const random = seededRandom(3);
    const x = matrix(
      rows,
      columns.length,
      Float64Array.from({ length: rows * columns.length }, () => 20 * random()),
    );
    await install({ ...toy, summary: summariseTraining(x) });
    const opinion = await ask(classId);
    expect(opinion?.classId).toBe(classId);
    if (opinion?.fits) expect(opinion.effects.length).toBeGreaterThan(0);
    else expect(opinion?.r2).toBeLessThan(0.5);
    expect(await ask(classId + 1)).toBeNull();
  });

  it('has none where no model answers, or one from before it kept its training summary', async () => {
    expect(await ask(classId)).toBeNull();
    await install(toyModel('at-risk', atRiskColumns([]), 1, { background: [] }));
    expect(await ask(classId)).toBeNull();
  });
});
