import { and, eq } from 'drizzle-orm';
import { localMoment } from '#lib/domain/activity/school-day.ts';
import { seedBadges } from '#lib/server/awards/badges.ts';
import { applyTiers, fewestLearners, fitSchoolTiers } from '#lib/server/awards/tiers.ts';
import { createSchool } from '#lib/server/auth/users.ts';
import { replayHistory, type ReplayReport } from '#lib/server/decisions/replay.ts';
import type { App } from '#lib/server/platform/app.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { classTeachers, jobRuns, pendingEvaluations } from '#lib/server/platform/db/schema.ts';
import { buildSchool, type School, type SchoolOptions } from '#lib/simulator/index.ts';
import { createAccounts } from './accounts.ts';
import { demoJob } from './demo-school.ts';
import { idAt, type LoadedSchool, loadSchool } from './load-school.ts';
import { saveLives } from './lives.ts';
import { honestCrossings, pastReviews } from './past-reviews.ts';

export interface DemoSize {
  readonly seed: number;
  readonly learners: number;
  readonly classes: number;
  readonly years: number;
}

export const demoSize: DemoSize = { seed: 7, learners: 600, classes: 24, years: 2 };

export interface BuiltDemo {
  readonly schoolId: number;
  readonly events: number;
  readonly replay: ReplayReport;
}

type Rooms = Pick<App, 'config' | 'database' | 'clock'>;

/** Told before each step with its name; the caller times and prints. */
export type OnStep = (name: string) => void;

const timeZone = 'Europe/Rome';

/** Builds the demo school up to this morning, and marks it finished at the very end. */
export async function buildDemo(
  app: Rooms,
  size: DemoSize,
  onStep: OnStep = () => undefined,
): Promise<BuiltDemo> {
  const { database } = app;
  const at = app.clock.now();
  const options: SchoolOptions = { ...size, timeZone, before: localMoment(at, timeZone).day };
  onStep('people and classes');
  const schoolId = await createSchool(database.system, {
    slug: 'demo',
    name: 'Istituto Levi-Montalcini',
    timeZone,
    locale: 'it',
    isDemo: true,
  });
  await database.withSchool(schoolId, (scope) => markRun(scope, 'running', at));
  const school = buildSchool(options);
  onStep('two years of activity');
  const loaded = await loadSchool(database, schoolId, school, at);
  await database.pool.unsafe('analyze');
  onStep('accounts and badges');
  await database.withSchool(schoolId, async (scope) => {
    await createAccounts(scope, school, loaded);
    await seedBadges(scope);
  });
  onStep('difficulty of tiers');
  await database.withSchool(schoolId, (scope) => fitDifficulty(scope, school, at));
  onStep('awards of two years');
  const replay = await database.withSchool(schoolId, (scope) => replayPast(scope, school, loaded, at));
  saveLives(app, { schoolId, options, states: loaded.states });
  await database.withSchool(schoolId, (scope) => markRun(scope, 'done', app.clock.now()));
  return { schoolId, events: loaded.events, replay };
}

async function fitDifficulty(scope: SchoolScope, { people, options }: School, at: Date): Promise<void> {
  if (people.length < fewestLearners) return;
  const { tiers } = await fitSchoolTiers(scope, options.before);
  await applyTiers(scope, tiers, 'system', at);
}

async function markRun({ tx, schoolId }: SchoolScope, status: 'running' | 'done', at: Date): Promise<void> {
  if (status === 'running') {
    await tx.insert(jobRuns).values({ schoolId, kind: demoJob, status, startedBy: 'system', startedAt: at });
    return;
  }
  await tx
    .update(jobRuns)
    .set({ status, progress: 1, endedAt: at })
    .where(and(eq(jobRuns.schoolId, schoolId), eq(jobRuns.kind, demoJob)));
}

async function replayPast(
  scope: SchoolScope,
  school: School,
  loaded: LoadedSchool,
  at: Date,
): Promise<ReplayReport> {
  const { before } = school.options;
  const honest = await honestCrossings(scope, school, loaded);
  const reviewerOf = await reviewersByLearner(scope, school, loaded);
  const report = await replayHistory(scope, {
    before,
    at,
    decidedAt: (crossedOn) => school.clock.instantOf(crossedOn, 21 * 60 + 30),
    judge: pastReviews(school, honest, reviewerOf),
  });
  // Everyone has just been measured; who has news today is marked again by the events of today.
  await scope.tx.delete(pendingEvaluations).where(eq(pendingEvaluations.schoolId, scope.schoolId));
  return report;
}

/** The teacher of the learner's last class, or any when that class is of an earlier year. */
async function reviewersByLearner(
  scope: SchoolScope,
  school: School,
  { learnerIds, classIds, states }: LoadedSchool,
): Promise<(learnerId: number) => string> {
  const rows = await scope.tx
    .select({ classId: classTeachers.classId, userId: classTeachers.userId })
    .from(classTeachers)
    .where(eq(classTeachers.schoolId, scope.schoolId));
  const byClass = new Map(rows.map(({ classId, userId }) => [classId, userId]));
  const anyone = rows[0]?.userId ?? 'system';
  const byLearner = new Map(
    school.people.map(({ index }) => {
      const last = states[index]?.memberships.at(-1)?.classIndex;
      const teacher = last === undefined ? undefined : byClass.get(idAt(classIds, last));
      return [idAt(learnerIds, index), teacher ?? anyone];
    }),
  );
  return (learnerId) => byLearner.get(learnerId) ?? anyone;
}
