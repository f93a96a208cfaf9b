import { formatSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import type { PastPlaces } from './nearest.ts';

// A school's past places are thousands of rows that stay the same for weeks, and every learner's page asks for all of them.
const loaded = new Map<string, Promise<PastPlaces>>();
const mostLoaded = 50;

interface Asked {
  readonly modelVersion: string;
  /** Snapshots as of this day or earlier. */
  readonly until: SchoolDay;
}

/** Where the school's learners stood by a model, as of a day or earlier; read once for as long as there are no newer ones. */
export async function pastPlaces(scope: SchoolScope, asked: Asked): Promise<PastPlaces> {
  const key = await keyOf(scope, asked);
  const known = loaded.get(key);
  if (known) return known;
  if (loaded.size >= mostLoaded) loaded.clear();
  const loading = readPlaces(scope, asked);
  loaded.set(key, loading);
  // A transaction that failed says nothing of the next one.
  loading.catch(() => loaded.delete(key));
  return loading;
}

/** The count is part of it, so that nobody who left the database stays in memory. */
async function keyOf({ sql, schoolId }: SchoolScope, { modelVersion, until }: Asked): Promise<string> {
  const [row] = await sql<{ count: number; newest: string | null; learners: string | null }[]>`
    select count(*)::int as count, max(before)::text as newest, sum(learner_id::bigint)::text as learners
    from learner_embeddings
    where school_id = ${schoolId} and model_version = ${modelVersion} and before <= ${formatSchoolDay(until)}`;
  return [schoolId, modelVersion, row?.count, row?.newest, row?.learners].join(' ');
}

async function readPlaces(
  { sql, schoolId }: SchoolScope,
  { modelVersion, until }: Asked,
): Promise<PastPlaces> {
  const rows = await sql<{ learner: number; day: SchoolDay; values: number[] }[]>`
    select learner_id as learner, before - date '1970-01-01' as day, values
    from learner_embeddings
    where school_id = ${schoolId} and model_version = ${modelVersion} and before <= ${formatSchoolDay(until)}
    order by learner_id, before`;
  const width = rows[0]?.values.length ?? 0;
  const values = new Float32Array(rows.length * width);
  for (const [i, row] of rows.entries()) values.set(row.values, i * width);
  return {
    learnerIds: Int32Array.from(rows, ({ learner }) => learner),
    days: Int32Array.from(rows, ({ day }) => day),
    values,
    width,
  };
}
