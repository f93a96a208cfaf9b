import { beforeAll, describe, expect, it } from 'vitest';
import { localMoment } from '#lib/domain/activity/school-day.ts';
import { seedBadges } from '#lib/server/awards/badges.ts';
import { replayHistory } from '#lib/server/decisions/replay.ts';
import { loadSchool } from '#lib/server/demo/load-school.ts';
import { loadLearners, saveFeatures } from '#lib/server/features/index.ts';
import { listModels } from '#lib/server/models/registry.ts';
import { jobHandlers, nightly } from '#lib/server/job-handlers.ts';
import { learnPaths } from '#lib/server/paths/learn.ts';
import { leastPeople, pathsLike, pathTask, refreshPlaces, trainPaths } from '#lib/server/paths/index.ts';
import { verdictOf } from '#lib/server/paths/train-paths.ts';
import { isKept } from '#lib/server/paths/snapshots.ts';
import type { App } from '#lib/server/platform/app.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { TooLittleData } from '#lib/server/training/dataset.ts';
import { buildSchool } from '#lib/simulator/index.ts';
import { simdKernel } from '#lib/ml/neural/index.ts';
import { matrix } from '#lib/ml/core/matrix.ts';
import { normal, seededRandom } from '#lib/ml/core/random.ts';
import { trainingApp } from '../support/artifacts.ts';
import { pathCardSchema } from '#lib/server/models/card.ts';
import { loadPathView } from '#lib/server/stories/path-card.ts';
import { addSchool, testDatabase } from '../support/database.ts';

const timeZone = 'Europe/Rome';
const at = new Date('2026-03-20T08:00:00Z');
const today = localMoment(at, timeZone).day;
const database = await testDatabase();
const app = trainingApp(database);

describe('a simulated school', () => {
  let schoolId = 0;
  let trained: Awaited<ReturnType<typeof trainPaths>>;
  const inSchool = <T>(work: (scope: SchoolScope) => Promise<T>) => database.withSchool(schoolId, work);
  const placesIn = () =>
    inSchool(
      ({ sql }) => sql<{ learner: number; day: number; version: string; place: number[] }[]>`
        select learner_id as learner, before - date '1970-01-01' as day, model_version as version, "values" as place
        from learner_embeddings where school_id = ${schoolId} order by 1, 2`,
    );

  beforeAll(async () => {
    schoolId = await addSchool(database, 'simulated');
    const school = buildSchool({ seed: 3, learners: 100, classes: 5, years: 2, timeZone, before: today });
    await loadSchool(database, schoolId, school, at);
    await inSchool((scope) => seedBadges(scope));
    await inSchool((scope) => replayHistory(scope, { before: today + 1, at }));
    trained = await trainPaths(app, schoolId, { at });
  }, 120_000);

  it('reads learners it never saw back better than their means, and says by how much', async () => {
    expect(trained.status).toBe('champion');
    const { judgement } = pathCardSchema.parse(trained.card);
    expect(judgement.kept.value).toBeGreaterThan(0.3);
    expect(judgement.learners).toBeGreaterThan(15);
    const [model] = await inSchool((scope) => listModels(scope));
    expect(model).toMatchObject({ task: pathTask, version: trained.version, status: 'champion' });
    const { latest, versions } = await inSchool((scope) => loadPathView(scope));
    expect(latest).toMatchObject({ isInUse: true, card: { judgement } });
    expect(versions.map(({ version }) => version)).toEqual([trained.version]);
  });

  it('places everyone on days four weeks apart, and today', async () => {
    const places = await placesIn();
    expect(places.length).toBe(trained.placed);
    expect(new Set(places.map(({ version }) => version))).toEqual(new Set([trained.version]));
    for (const { day, place } of places) {
      expect(day === today + 1 || isKept(day)).toBe(true);
      expect(place).toHaveLength(8);
    }
    const now = places.filter(({ day }) => day === today + 1);
    expect(now.length).toBeGreaterThan(60);
  });

  it('has something to tell some learners, and never of fewer than ten', async () => {
    const learners = [...new Set((await placesIn()).map(({ learner }) => learner))];
    const told = await inSchool((scope) =>
      learners.reduce(
        async (before, id) => [...(await before), await pathsLike(scope, id, today)],
        Promise.resolve<Awaited<ReturnType<typeof pathsLike>>[]>([]),
      ),
    );
    for (const { earned, of } of told.flat()) {
      expect(earned).toBeGreaterThanOrEqual(leastPeople);
      expect(of).toBe(40);
    }
    expect(told.flat().length).toBeGreaterThan(0);
  });

  it('moves today along each night, and keeps what is kept', async () => {
    const before = await placesIn();
    await inSchool(async (scope) => {
      for await (const one of loadLearners(scope, 'all', today + 2)) await saveFeatures(scope, one, at);
    });
    const placed = await inSchool((scope) => refreshPlaces(scope));
    const after = await placesIn();
    expect(placed).toBeGreaterThan(60);
    expect(after.filter(({ day }) => day === today + 2)).toHaveLength(placed);
    expect(after.some(({ day }) => day === today + 1 && !isKept(day))).toBe(false);
    expect(after.filter(({ day }) => isKept(day))).toEqual(before.filter(({ day }) => isKept(day)));
    await inSchool((scope) => refreshPlaces(scope));
    expect(await placesIn()).toEqual(after);
  });

  it('is learnt by the job that trains, and moved along by the night', async () => {
    const whole = { ...app, clock: { now: () => new Date(at.getTime() + 30_000) } } as unknown as App;
    const said: string[] = [];
    const run = {
      schoolId,
      id: 1,
      progress: async (_share: number, message: string) => void said.push(message),
    };
    const message = await jobHandlers(whole).train({ task: pathTask }, run);
    expect(message).toMatch(/^learner-paths: champion\. keeps [\d.]+ %/);
    expect(said).toContain('learner-paths: collecting');
    expect(said).toContain('learner-paths: learning');
    const before = await placesIn();
    await nightly(whole);
    const after = await placesIn();
    expect(after.map(({ version }) => version)).toEqual(after.map(() => before[0].version));
    expect(after.filter(({ day }) => day === today + 2).length).toBeGreaterThan(60);
  });

  it('learns the same from the same past', async () => {
    const again = await trainPaths(app, schoolId, { at: new Date(at.getTime() + 60_000) });
    expect(again.version.split('-')[1]).toBe(trained.version.split('-')[1]);
    const places = await placesIn();
    expect(new Set(places.map(({ version }) => version))).toEqual(new Set([again.version]));
  });
});

describe('noise', () => {
  it('is kept no better than eight numbers keep anything', () => {
    const random = seededRandom(1);
    const [rows, columns] = [400, 60];
    const snapshots = {
      learnerIds: Int32Array.from({ length: rows }, (_, i) => Math.floor(i / 4)),
      days: new Int32Array(rows),
      x: matrix(
        rows,
        columns,
        Float32Array.from({ length: rows * columns }, () => normal(random)),
      ),
    };
    const { judgement } = learnPaths({ snapshots, seed: 1 }, simdKernel, () => undefined);
    expect(verdictOf(judgement).status).toBe('refused');
  });
});

describe('a school without a past', () => {
  it('says what is missing, and nobody is placed', async () => {
    const schoolId = await addSchool(database, 'new');
    await expect(trainPaths(app, schoolId, { at })).rejects.toThrow(TooLittleData);
    expect(await database.withSchool(schoolId, refreshPlaces)).toBe(0);
  });
});
