import { and, eq } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { formatSchoolDay, localMoment } from '#lib/domain/activity/school-day.ts';
import { seedBadges } from '#lib/server/awards/badges.ts';
import { loadSchool } from '#lib/server/demo/load-school.ts';
import { loadLearner } from '#lib/server/features/index.ts';
import { cardSchema } from '#lib/server/models/card.ts';
import { listModels, loadChampion } from '#lib/server/models/registry.ts';
import { taskNames } from '#lib/server/models/task-model.ts';
import { learners, scores } from '#lib/server/platform/db/schema.ts';
import { scoreLearner } from '#lib/server/scoring/score-learner.ts';
import { readsWeeks } from '#lib/server/training/tasks/at-risk-weeks.ts';
import { observedSpan } from '#lib/server/training/tasks/school-facts.ts';
import { TooLittleData, type Trained, trainTask } from '#lib/server/training/train.ts';
import { buildSchool } from '#lib/simulator/index.ts';
import { trainingApp } from '../support/artifacts.ts';
import { addSchool, testDatabase } from '../support/database.ts';

const timeZone = 'Europe/Rome';
const at = new Date('2026-03-20T08:00:00Z');
const today = localMoment(at, timeZone).day;
const database = await testDatabase();
const app = trainingApp(database);

interface CardShape {
  readonly window: { readonly from: string; readonly to: string };
  readonly rows: Readonly<
    Record<
      'train' | 'calibrate' | 'test',
      { readonly from: string; readonly to: string; readonly rows: number }
    >
  >;
  readonly metrics: Readonly<
    Record<string, { readonly value: number; readonly low: number; readonly high: number }>
  >;
  readonly baselines: readonly { readonly name: string; readonly metrics: CardShape['metrics'] }[];
  readonly importance: readonly { readonly feature: string }[];
  readonly codeVersion: string;
}

describe('a simulated school', () => {
  let schoolId = 0;
  const trained = new Map<string, Trained>();
  const cardOf = (task: string) => trained.get(task)?.card as unknown as CardShape;

  beforeAll(async () => {
    schoolId = await addSchool(database, 'simulated');
    const school = buildSchool({ seed: 3, learners: 110, classes: 5, years: 2, timeZone, before: today });
    await loadSchool(database, schoolId, school, at);
    await database.withSchool(schoolId, (scope) => seedBadges(scope));
    for (const task of taskNames) trained.set(task, await trainTask(app, schoolId, task, { at }));
    // Three stacks, each member in folds: half a minute on two quiet cores.
  }, 300_000);

  it('learns from the days that its log covers, however long ago it ended', async () => {
    const spans = await database.withSchool(schoolId, async (scope) => [
      await observedSpan(scope, today),
      await observedSpan(scope, today + 4000),
    ]);
    expect(spans[1]).toEqual(spans[0]);
    expect(spans[0].before).toBeLessThanOrEqual(today);
    expect(today - spans[0].before).toBeLessThan(7);
  });

  it.each(taskNames)('%s: its first model becomes champion and beats the base rate', (task) => {
    expect(trained.get(task)?.status).toBe('champion');
    const { metrics, baselines } = cardOf(task);
    const base = baselines.find(({ name }) => name === 'base rate');
    expect(metrics.logLoss.value).toBeLessThan(base?.metrics.logLoss.value ?? NaN);
    expect(metrics.logLoss.low).toBeLessThanOrEqual(metrics.logLoss.value);
    expect(metrics.logLoss.high).toBeGreaterThanOrEqual(metrics.logLoss.value);
    expect(baselines.map(({ name }) => name)).toEqual(expect.arrayContaining(['persistence', 'recency']));
  });

  it.each(taskNames)('%s: its card says how the groups of each protected attribute fare', (task) => {
    const { fairness } = cardSchema.parse(trained.get(task)?.card);
    expect(fairness?.length).toBeGreaterThan(0);
    // So small a school may have a single group among the learners that judge.
    for (const { groups } of fairness ?? []) expect(groups.length).toBeGreaterThan(0);
  });

  it.each(['engagement-level', 'badge-chance'])('%s: no label reaches into the next part', (task) => {
    const { rows, window } = cardOf(task);
    const monthLater = (day: string) => formatSchoolDay(Date.parse(day) / 86_400_000 + 28);
    expect(monthLater(rows.train.to) <= rows.calibrate.from).toBe(true);
    expect(monthLater(rows.calibrate.to) <= rows.test.from).toBe(true);
    expect(monthLater(rows.test.to) <= formatSchoolDay(today + 1)).toBe(true);
    expect(window).toEqual({ from: rows.train.from, to: rows.test.to });
  });

  it('at-risk: the classes that train ended before those that judge began', () => {
    const { rows } = cardOf('at-risk');
    expect(rows.train.to < rows.test.from).toBe(true);
    expect(rows.calibrate.to < rows.test.from).toBe(true);
  });

  it('at-risk: its card says of each network whether it entered, and reads weeks only if one did', async () => {
    const { networks = [] } = cardSchema.parse(trained.get('at-risk')?.card);
    expect(networks.map(({ name }) => name)).toEqual(['bilstm', 'transformer']);
    const champion = await database.withSchool(schoolId, (scope) => loadChampion(scope, 'at-risk'));
    expect(readsWeeks(champion?.model.columns ?? [])).toBe(networks.some((one) => one.verdict === 'entered'));
  });

  it('names no protected attribute among what models read', () => {
    for (const task of taskNames) {
      const read = cardOf(task).importance.map(({ feature }) => feature);
      expect(read.filter((name) => /gender|sex|\bage|region|disab|imd|origin|depriv/i.test(name))).toEqual(
        [],
      );
    }
  });

  it('trains the same model again from the same data and seed, and it is not worse', async () => {
    const again = await trainTask(app, schoolId, 'at-risk', { at: new Date(at.getTime() + 60_000) });
    const hashOf = (version = '') => version.split('-')[1];
    expect(hashOf(again.version)).toBe(hashOf(trained.get('at-risk')?.version));
    expect(again.status).toBe('champion');
    expect(again.message).toContain('not worse');
    const models = await database.withSchool(schoolId, (scope) => listModels(scope));
    expect(models.filter(({ task }) => task === 'at-risk').map(({ status }) => status)).toEqual([
      'champion',
      'retired',
    ]);
  });

  it('scores a learner with all three, with reasons that add up to something', async () => {
    const result = await database.withSchool(schoolId, async (scope) => {
      const [learner] = await scope.tx
        .select({ id: learners.id })
        .from(learners)
        .where(and(eq(learners.schoolId, schoolId)))
        .orderBy(learners.id)
        .limit(1);
      const measurement = await loadLearner(scope, learner.id, today);
      const made = await scoreLearner(scope, measurement, at);
      const stored = await scope.tx.select().from(scores).where(eq(scores.learnerId, learner.id));
      return { made, stored };
    });
    const tasks = new Set(result.made.map(({ task }) => task));
    expect(tasks).toContain('engagement-level');
    expect(tasks).toContain('badge-chance');
    expect(result.stored.length).toBe(result.made.length);
    for (const { task, value, confidence, explanation } of result.made) {
      expect(confidence).toBeGreaterThan(0);
      expect(confidence).toBeLessThanOrEqual(1);
      expect(value).toBeLessThanOrEqual(task === 'engagement-level' ? 4 : 1);
      expect(explanation.contributions.length).toBeGreaterThan(0);
    }
  });
});

describe('a school without a past', () => {
  it('says what is missing', async () => {
    const schoolId = await addSchool(database, 'new');
    for (const task of taskNames) {
      await expect(trainTask(app, schoolId, task, { at })).rejects.toThrow(TooLittleData);
    }
    await expect(trainTask(app, schoolId, 'engagement-level', { at })).rejects.toThrow(
      'expected activity, got none',
    );
  });

  it('refuses a school that does not exist', async () => {
    await expect(trainTask(app, 9999, 'at-risk', { at })).rejects.toThrow(
      'expected the id of a school, got 9999',
    );
  });
});
