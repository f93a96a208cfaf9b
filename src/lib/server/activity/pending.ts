import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { numberArray } from './column-arrays.ts';

// `since` moves with every change, so an evaluation may delete a learner's row only where `since` is still what it
// read before it looked at the rollups and the rules.

/** Asks for these learners to be evaluated again. */
export async function markPending(
  { sql, schoolId }: SchoolScope,
  learnerIds: ReadonlySet<number>,
  at: Date,
): Promise<void> {
  const ids = [...learnerIds].sort((a, b) => a - b);
  await sql`
    insert into pending_evaluations as p (school_id, learner_id, since)
    select ${schoolId}::int, id, to_timestamp(${at.getTime()}::float8 / 1000)
    from unnest(${numberArray(ids)}::int[]) as id
    on conflict (school_id, learner_id) do update set since = greatest(excluded.since, p.since + interval '1 microsecond')`;
}

/** Asks for everyone in the school to be evaluated again: a rule changed, a model answers anew, a night passed. */
export async function markEveryonePending({ sql, schoolId }: SchoolScope, at: Date): Promise<void> {
  await sql`
    insert into pending_evaluations as p (school_id, learner_id, since)
    select school_id, id, to_timestamp(${at.getTime()}::float8 / 1000)
    from learners where school_id = ${schoolId} order by id
    on conflict (school_id, learner_id) do update set since = greatest(excluded.since, p.since + interval '1 microsecond')`;
}
