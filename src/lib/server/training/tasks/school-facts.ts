import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { TooLittleData } from '../dataset.ts';

/** The first day on which anyone did anything. @throws TooLittleData when no one ever did */
export async function firstActivityDay({ sql, schoolId }: SchoolScope): Promise<SchoolDay> {
  const [row] = await sql<{ day: SchoolDay | null }[]>`
    select min(day) - date '1970-01-01' as day from daily_rollups where school_id = ${schoolId}`;
  if (row?.day === null || row?.day === undefined)
    throw new TooLittleData('history: expected activity, got none');
  return row.day;
}

export async function countLearners({ sql, schoolId }: SchoolScope): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from learners where school_id = ${schoolId}`;
  return row?.count ?? 0;
}
