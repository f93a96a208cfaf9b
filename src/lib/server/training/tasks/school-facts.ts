import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { TooLittleData } from '../dataset.ts';

/** From the first day on which anyone did anything to the day after the last. */
export interface ObservedSpan {
  readonly from: SchoolDay;
  readonly before: SchoolDay;
}

/**
 * What the school's log covers, up to `today`. Days after its end say nothing: a school that sent its past once, or is
 * between two years, did not fall idle on the day its log ended.
 * @throws TooLittleData when no one ever did anything
 */
export async function observedSpan({ sql, schoolId }: SchoolScope, today: SchoolDay): Promise<ObservedSpan> {
  const [row] = await sql<{ first: SchoolDay | null; last: SchoolDay | null }[]>`
    select min(day) - date '1970-01-01' as first, max(day) - date '1970-01-01' as last
    from daily_rollups where school_id = ${schoolId} and day < date '1970-01-01' + ${today}::int`;
  if (!row || row.first === null || row.last === null)
    throw new TooLittleData('history: expected activity, got none');
  return { from: row.first, before: row.last + 1 };
}

export async function countLearners({ sql, schoolId }: SchoolScope): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from learners where school_id = ${schoolId}`;
  return row?.count ?? 0;
}
