import { formatSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import type { PastPlaces } from './nearest.ts';

// A school's past is thousands of rows that hardly change within a day, and every learner's page asks for all of them. What is
// kept stands under a key that counts them, so that nobody who left the database, and no award that was revoked, stays in memory.

/** By badge, the day on which each learner who holds it met its rule. */
export type Crossings = ReadonlyMap<string, ReadonlyMap<number, SchoolDay>>;

const places = new Map<string, Promise<PastPlaces>>();
const crossings = new Map<string, Promise<Crossings>>();
const mostKept = 50;

/** Where the school's learners stood by a model, as of a day or earlier. */
export async function pastPlaces(
  scope: SchoolScope,
  modelVersion: string,
  until: SchoolDay,
): Promise<PastPlaces> {
  const { sql, schoolId } = scope;
  const last = formatSchoolDay(until);
  const [known] = await sql<{ key: string }[]>`
    select concat_ws(' ', count(*), max(before), sum(learner_id)) as key from learner_embeddings
    where school_id = ${schoolId} and model_version = ${modelVersion} and before <= ${last}`;
  return once(places, `${schoolId} ${modelVersion} ${known?.key}`, () =>
    readPlaces(scope, modelVersion, last),
  );
}

/** What the school's learners had earned before a day, of badges that are awarded now. */
export async function pastCrossings(scope: SchoolScope, before: SchoolDay): Promise<Crossings> {
  const { sql, schoolId } = scope;
  const end = formatSchoolDay(before);
  const [known] = await sql<{ key: string }[]>`
    select concat_ws(' ', count(*), sum(id), sum(learner_id),
      (select string_agg(id, ' ' order by id) from badges where school_id = ${schoolId} and is_active)) as key
    from awards where school_id = ${schoolId} and revoked_at is null and crossed_on < ${end}`;
  return once(crossings, `${schoolId} ${end} ${known?.key}`, () => readCrossings(scope, end));
}

function once<T>(kept: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  const known = kept.get(key);
  if (known) return known;
  if (kept.size >= mostKept) kept.clear();
  const reading = read();
  kept.set(key, reading);
  // A transaction that failed says nothing of the next one.
  reading.catch(() => kept.delete(key));
  return reading;
}

async function readPlaces(
  { sql, schoolId }: SchoolScope,
  modelVersion: string,
  last: string,
): Promise<PastPlaces> {
  const rows = await sql<{ learner: number; day: SchoolDay; place: number[] }[]>`
    select learner_id as learner, before - date '1970-01-01' as day, "values" as place
    from learner_embeddings
    where school_id = ${schoolId} and model_version = ${modelVersion} and before <= ${last}
    order by learner_id, before`;
  const width = rows[0]?.place.length ?? 0;
  const values = new Float32Array(rows.length * width);
  for (const [i, { place }] of rows.entries()) values.set(place, i * width);
  return {
    learnerIds: Int32Array.from(rows, ({ learner }) => learner),
    days: Int32Array.from(rows, ({ day }) => day),
    values,
    width,
  };
}

async function readCrossings({ sql, schoolId }: SchoolScope, end: string): Promise<Crossings> {
  const rows = await sql<{ badge: string; learner: number; day: SchoolDay }[]>`
    select a.badge_id as badge, a.learner_id as learner, a.crossed_on - date '1970-01-01' as day
    from awards a join badges b on b.school_id = a.school_id and b.id = a.badge_id and b.is_active
    where a.school_id = ${schoolId} and a.revoked_at is null and a.crossed_on < ${end}
    order by badge, learner`;
  const byBadge = Map.groupBy(rows, ({ badge }) => badge);
  return new Map(
    [...byBadge].map(([badge, own]) => [badge, new Map(own.map(({ learner, day }) => [learner, day]))]),
  );
}
