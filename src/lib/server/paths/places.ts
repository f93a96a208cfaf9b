import { formatSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import { catalogueVersion, featureCatalogue } from '#lib/domain/features/index.ts';
import { matrix } from '#lib/ml/core/matrix.ts';
import { embed } from '#lib/ml/neural/index.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { holdPathModel } from './path-model.ts';
import { isKept, type PathSnapshots } from './snapshots.ts';

/** Where learners stood, as a model says it. */
export interface Places extends Pick<PathSnapshots, 'learnerIds' | 'days'> {
  readonly modelVersion: string;
  /** A row a snapshot. */
  readonly values: Float32Array;
}

const rowsAtOnce = 5000;
/** Digits kept of each number: far below what tells two paths apart. */
const digits = 5;

/** The places of a new model in place of all there were. */
export async function replacePlaces(scope: SchoolScope, places: Places): Promise<void> {
  await scope.sql`delete from learner_embeddings where school_id = ${scope.schoolId}`;
  await writePlaces(scope, places);
}

/** A learner who has left the database meanwhile is passed over. */
async function writePlaces({ sql, schoolId }: SchoolScope, places: Places): Promise<void> {
  const { learnerIds, days, modelVersion, values } = places;
  const width = values.length / Math.max(1, days.length);
  for (let from = 0; from < days.length; from += rowsAtOnce) {
    const rows = Array.from({ length: Math.min(rowsAtOnce, days.length - from) }, (_, k) => {
      const i = from + k;
      const place = values.subarray(i * width, (i + 1) * width);
      return [learnerIds[i], days[i], Array.from(place, (value) => Number(value.toPrecision(digits)))];
    });
    await sql`
      insert into learner_embeddings (school_id, learner_id, before, model_version, "values")
      select learners.school_id, learners.id, date '1970-01-01' + (one ->> 1)::int, ${modelVersion}, one -> 2
      from jsonb_array_elements(${JSON.stringify(rows)}::text::jsonb) as one
      join learners on learners.school_id = ${schoolId} and learners.id = (one ->> 0)::int
      on conflict (school_id, learner_id, before)
        do update set model_version = excluded.model_version, "values" = excluded."values"`;
  }
}

/**
 * Places everyone where they stand by their latest features, and drops the places of days since the last kept one. Nothing is
 * measured anew, so it costs little.
 * @returns how many were placed; none without a model for the features of today
 */
export async function refreshPlaces(scope: SchoolScope): Promise<number> {
  const model = await holdPathModel(scope);
  if (!model || model.catalogueVersion !== catalogueVersion) return 0;
  const latest = await latestFeatures(scope);
  if (latest.days.length === 0) return 0;
  const values = embed(model.autoencoder, latest.x);
  await writePlaces(scope, { ...latest, modelVersion: model.version, values });
  await dropPassing(scope);
  return latest.days.length;
}

async function latestFeatures({ sql, schoolId }: SchoolScope): Promise<PathSnapshots> {
  const rows = await sql<{ learner: number; day: SchoolDay; values: (number | null)[] }[]>`
    select f.learner_id as learner, f.before - date '1970-01-01' as day, f."values"
    from learner_features f
    join learners l on l.school_id = f.school_id and l.id = f.learner_id
    where f.school_id = ${schoolId} and f.catalogue_version = ${catalogueVersion}
      and (l.left_on is null or l.left_on >= f.before)
    order by f.learner_id`;
  const columns = featureCatalogue.length;
  const values = new Float32Array(rows.length * columns);
  rows.forEach((row, i) =>
    values.set(
      row.values.map((value) => value ?? NaN),
      i * columns,
    ),
  );
  return {
    learnerIds: Int32Array.from(rows, ({ learner }) => learner),
    days: Int32Array.from(rows, ({ day }) => day),
    x: matrix(rows.length, columns, values),
  };
}

/** Of each learner the newest place stays, and those of kept days. */
async function dropPassing({ sql, schoolId }: SchoolScope): Promise<void> {
  const passed = await sql<{ day: SchoolDay }[]>`
    select distinct before - date '1970-01-01' as day from learner_embeddings where school_id = ${schoolId}`;
  const passing = passed.filter(({ day }) => !isKept(day)).map(({ day }) => formatSchoolDay(day));
  await sql`
    delete from learner_embeddings as one
    where one.school_id = ${schoolId} and one.before = any(${passing}::text[]::date[])
      and exists (
        select from learner_embeddings as newer
        where newer.school_id = one.school_id and newer.learner_id = one.learner_id and newer.before > one.before)`;
}
