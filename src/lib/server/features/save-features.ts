import { formatSchoolDay } from '#lib/domain/activity/school-day.ts';
import { catalogueVersion } from '#lib/domain/features/index.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import type { Measurement } from './measurement.ts';

/** Keeps a learner's latest features for pages that show them; what was not measured is kept as null. */
export async function saveFeatures(
  { sql, schoolId }: SchoolScope,
  { learnerId, before, values }: Measurement,
  at: Date,
): Promise<void> {
  const stored = Array.from(values, (value) => (Number.isNaN(value) ? null : value));
  await sql`
    insert into learner_features (school_id, learner_id, before, catalogue_version, values, measured_at)
    values (${schoolId}, ${learnerId}, ${formatSchoolDay(before)}, ${catalogueVersion}, ${JSON.stringify(stored)}::jsonb,
      ${at.toISOString()})
    on conflict (school_id, learner_id) do update set before = excluded.before,
      catalogue_version = excluded.catalogue_version, values = excluded.values, measured_at = excluded.measured_at`;
}
