import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import { featureCatalogue, measure } from '#lib/domain/features/index.ts';
import { integerBelow, seededRandom } from '#lib/ml/core/random.ts';
import { loadLearner, loadLearners, saveFeatures } from '#lib/server/features/index.ts';
import { connect, type Database, type SchoolScope } from '#lib/server/platform/db/client.ts';
import { migrate } from '#lib/server/platform/db/migrate.ts';
import { schools } from '#lib/server/platform/db/schema.ts';
import { startEmbeddedPostgres } from '#lib/server/platform/embedded-postgres.ts';
import { fillBenchSchool, lastDay } from './features-school.ts';

// Measures a big school, beside the plain SQL that computes a part of the same numbers from the same rows.

const learners = Number(process.argv[2] ?? 30_000);
const size = { learners, classes: Math.ceil(learners / 30), activeDaysPerLearner: 20 };
const rounds = 3;
const updates = 500;
const at = new Date('2027-06-11T10:00:00Z');

/** What plain SQL answers as well: six features of volume, presence, punctuality and scores. */
const comparable = [
  'events-28',
  'events-91',
  'active-days-91',
  'late-share-91',
  'mean-score-91',
  'days-since-active',
];

interface Baseline {
  readonly seconds: number;
  readonly rows: readonly (readonly (number | null)[])[];
}

interface Timed<T> {
  readonly seconds: number;
  /** Processor time of Node alone: steadier than the clock on a machine that others share. */
  readonly nodeSeconds: number;
  readonly result: T;
}

async function timed<T>(work: () => Promise<T>): Promise<Timed<T>> {
  const [start, used] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(used);
  return { seconds, nodeSeconds: (user + system) / 1e6, result };
}

async function measureEveryone(scope: SchoolScope, before: SchoolDay): Promise<Map<number, Float64Array>> {
  const all = new Map<number, Float64Array>();
  for await (const { learnerId, values } of loadLearners(scope, 'all', before)) all.set(learnerId, values);
  return all;
}

async function plainSql({ sql, schoolId }: SchoolScope, before: SchoolDay): Promise<Baseline['rows']> {
  const passive = ['absence', 'grade', 'enrol', 'withdraw'];
  const [month, term, end] = [before - 28, before - 91, before].map(formatSchoolDay);
  return sql`
    select learner_id,
      coalesce(sum(count) filter (where kind <> all(${passive}) and day >= ${month}), 0)::float8,
      coalesce(sum(count) filter (where kind <> all(${passive}) and day >= ${term}), 0)::float8,
      (count(distinct day) filter (where kind <> all(${passive}) and day >= ${term}))::float8,
      sum(late_count) filter (where day >= ${term})::float8
        / nullif(sum(due_count) filter (where day >= ${term}), 0),
      sum(score_sum) filter (where day >= ${term}) / nullif(sum(score_count) filter (where day >= ${term}), 0),
      (${end}::date - 1 - max(day) filter (where kind <> all(${passive})))::float8
    from daily_rollups where school_id = ${schoolId} and day < ${end} group by learner_id`.values();
}

/** The two must agree, or the comparison of their times means nothing. */
function checkAgreement(all: ReadonlyMap<number, Float64Array>, rows: Baseline['rows']): number {
  const places = comparable.map((id) => featureCatalogue.findIndex((feature) => feature.id === id));
  for (const [learnerId, ...expected] of rows) {
    const values = all.get(Number(learnerId));
    for (const [i, place] of places.entries()) {
      const [ours, theirs] = [values?.[place] ?? NaN, expected[i] ?? NaN];
      const isSame = Number.isNaN(theirs) ? Number.isNaN(ours) : Math.abs(ours - theirs) < 1e-9;
      if (!isSame) throw new Error(`${comparable[i]} of ${learnerId}: SQL says ${theirs}, features ${ours}`);
    }
  }
  return rows.length;
}

/** One learner after an event, each in a transaction of its own: load, measure all, keep. Milliseconds, sorted. */
async function updateSome(database: Database, schoolId: number, before: SchoolDay): Promise<Float64Array> {
  const random = seededRandom(7);
  const times = new Float64Array(updates);
  for (let i = -50; i < updates; i++) {
    const learnerId = 1 + integerBelow(random, learners);
    const { seconds } = await timed(() =>
      database.withSchool(schoolId, async (scope) =>
        saveFeatures(scope, await loadLearner(scope, learnerId, before), at),
      ),
    );
    if (i >= 0) times[i] = seconds * 1000;
  }
  return times.sort();
}

/** Nanoseconds of one `measure` of a sum over a window, and of a whole-window walk. */
async function singleMeasures(scope: SchoolScope, before: SchoolDay): Promise<string> {
  const { history, context } = await loadLearner(scope, 1, before);
  const time = (id: string, window: number | null) => {
    const calls = 200_000;
    const start = performance.now();
    for (let i = 0; i < calls; i++) measure(id, window, history, context, before - (i % 200));
    return `${id} ${(((performance.now() - start) / calls) * 1e6).toFixed(0)} ns`;
  };
  time('events', 28);
  return [time('events', 28), time('late-share', 91), time('streak', null), time('longest-streak', 91)].join(
    ', ',
  );
}

const percentile = (sorted: Float64Array, share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
const median = (times: readonly number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];

async function compare(database: Database, schoolId: number, before: SchoolDay): Promise<void> {
  const ours: number[] = [];
  const plain: number[] = [];
  const inNode: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await database.withSchool(schoolId, async (scope) => {
      const everyone = await timed(() => measureEveryone(scope, before));
      const baseline = await timed(() => plainSql(scope, before));
      const agreed = checkAgreement(everyone.result, baseline.result);
      if (round === 0)
        console.log(`agree     ${comparable.length} features of ${agreed} learners with plain SQL`);
      ours.push(everyone.seconds);
      inNode.push(everyone.nodeSeconds);
      plain.push(baseline.seconds);
    });
  }
  const count = featureCatalogue.length;
  console.log(
    `features  ${median(ours).toFixed(2)} s for ${count} features of ${learners} learners, ${median(inNode).toFixed(2)} s of Node's CPU`,
  );
  console.log(`plain SQL ${median(plain).toFixed(2)} s for ${comparable.length} of them`);
  console.log(
    `ratio     ${(median(ours) / median(plain)).toFixed(2)} (medians of ${rounds} rounds, taken in turn)`,
  );
}

async function main(database: Database): Promise<void> {
  const [school] = await database.system.insert(schools).values({ slug: 'bench', name: 'Bench' }).returning();
  const filled = await timed(() =>
    database.withSchool(school.id, (scope) => fillBenchSchool(scope, size, 1)),
  );
  await database.pool`vacuum analyze daily_rollups, class_rollups, class_members, learners`;
  console.log(
    `rows      ${filled.result} daily rollups of ${learners} learners, made in ${filled.seconds.toFixed(1)} s`,
  );
  const before = lastDay + 1;
  await compare(database, school.id, before);
  const times = await updateSome(database, school.id, before);
  const [p50, p99] = [0.5, 0.99].map((share) => percentile(times, share).toFixed(2));
  console.log(`update    p50 ${p50} ms, p99 ${p99} ms: load, measure and keep one learner, over ${updates}`);
  console.log(`measure   ${await database.withSchool(school.id, (scope) => singleMeasures(scope, before))}`);
}

const folder = mkdtempSync(join(tmpdir(), 'merito-bench-features-'));
const server = await startEmbeddedPostgres(folder);
await migrate(server.url);
const database = connect(server.url);
try {
  await main(database);
} finally {
  await database.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
