import { parseArgs } from 'node:util';
import { eq } from 'drizzle-orm';
import {
  formatSchoolDay,
  localMoment,
  parseSchoolDay,
  type SchoolDay,
} from '#lib/domain/activity/school-day.ts';
import { learnerIdOf } from '#lib/server/auth/reach.ts';
import { replayHistory } from '#lib/server/decisions/replay.ts';
import { evaluateLearner } from '#lib/server/flow.ts';
import type { App } from '#lib/server/platform/app.ts';
import { schools } from '#lib/server/platform/db/schema.ts';
import { scoreAll } from '#lib/server/scoring/score-all.ts';
import { type Command, type CommandContext, UsageError } from './command.ts';

const awardHelp = `merito award --school SLUG (--learner ID | --all) [--before DATE]

Evaluates learners: measures, scores, decides about every badge. Doing it again changes nothing.

  --school SLUG   short name of the school
  --learner ID    one learner, by the school's own id, as a live event would
  --all           everyone and the whole past, each award with the day on which its rule was first met
  --before DATE   with --all: only activity before this day (default: tomorrow)

Example: merito award --school galilei --all`;

const scoreHelp = `merito score --school SLUG [--before DATE]

Asks the champion models about every learner and stores their answers.

  --school SLUG   short name of the school
  --before DATE   only activity before this day (default: tomorrow)

Example: merito score --school galilei`;

export const award: Command = {
  name: 'award',
  summary: 'evaluate learners and award badges',
  help: awardHelp,
  run: async (args, context) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        school: { type: 'string' },
        learner: { type: 'string' },
        all: { type: 'boolean', default: false },
        before: { type: 'string' },
      },
    });
    if (values.all === (values.learner !== undefined))
      throw new UsageError('award: expected either --learner ID or --all');
    if (values.learner !== undefined && values.before !== undefined)
      throw new UsageError('award: --before goes with --all alone');
    const app = await context.app();
    const school = await findSchool(app, values.school);
    if (values.learner !== undefined) return awardOne(app, school, values.learner, context);
    return awardAll(app, school, dayOf(values.before, app, school), context);
  },
};

export const score: Command = {
  name: 'score',
  summary: 'ask the models about every learner',
  help: scoreHelp,
  run: async (args, context) => {
    const { values } = parseArgs({
      args: [...args],
      options: { school: { type: 'string' }, before: { type: 'string' } },
    });
    const app = await context.app();
    const school = await findSchool(app, values.school);
    const before = dayOf(values.before, app, school);
    const started = performance.now();
    const scored = await app.database.withSchool(school.id, (scope) =>
      scoreAll(scope, before, app.clock.now(), (done) => {
        if (done % 500 === 0) context.print(`${done} learners scored`);
      }),
    );
    context.print(`${scored} learners scored in ${seconds(started)} s.`);
    return 0;
  },
};

interface School {
  readonly id: number;
  readonly timeZone: string;
}

async function awardOne(
  app: App,
  school: School,
  externalId: string,
  { print }: CommandContext,
): Promise<number> {
  const at = app.clock.now();
  const { decisions } = await app.database.withSchool(school.id, async (scope) => {
    const learnerId = await learnerIdOf(scope, externalId);
    if (learnerId === null)
      throw new UsageError(`--learner: expected the id of a learner, got ${JSON.stringify(externalId)}`);
    return evaluateLearner(scope, learnerId, at, 'command');
  });
  for (const { badgeId, verdict, confidence, crossedOn, reason } of decisions) {
    const on = crossedOn === null ? '' : ` on ${formatSchoolDay(crossedOn)}`;
    print(
      `${verdict.padEnd(7)} ${badgeId}${on}, confidence ${confidence?.toFixed(3)}${reason ? `: ${reason}` : ''}`,
    );
  }
  if (decisions.length === 0) print('Nothing new.');
  return 0;
}

async function awardAll(
  app: App,
  school: School,
  before: SchoolDay,
  { print }: CommandContext,
): Promise<number> {
  const started = performance.now();
  const report = await app.database.withSchool(school.id, (scope) =>
    replayHistory(scope, {
      before,
      at: app.clock.now(),
      onProgress: (done, total) => {
        if (done % 500 === 0) print(`${done} of ${total} learners`);
      },
    }),
  );
  const asked = report.openReviews - report.audits;
  print(
    `${report.learners} learners in ${seconds(started)} s: ${report.awards} badges given, ` +
      `${asked} left to teachers, ${report.audits} of those given also go to a teacher as a sample.`,
  );
  for (const [badgeId, count] of Object.entries(report.byBadge)) print(`  ${badgeId.padEnd(28)} ${count}`);
  return 0;
}

function dayOf(date: string | undefined, app: App, { timeZone }: School): SchoolDay {
  if (date === undefined) return localMoment(app.clock.now(), timeZone).day + 1;
  try {
    return parseSchoolDay(date);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`--before: ${error.message}`);
    throw error;
  }
}

async function findSchool({ database }: App, slug: string | undefined): Promise<School> {
  const [school] = await database.system
    .select({ id: schools.id, timeZone: schools.timeZone })
    .from(schools)
    .where(eq(schools.slug, slug ?? ''));
  if (school) return school;
  const got = slug === undefined ? 'nothing' : JSON.stringify(slug);
  throw new UsageError(`--school: expected the short name of a school, got ${got}`);
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1);
}
