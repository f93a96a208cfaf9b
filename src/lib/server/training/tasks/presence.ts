import { measure } from '#lib/domain/features/index.ts';
import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { Measurement } from '#lib/server/features/index.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';

const quietDays = 56;

/**
 * In a class on that day, or active within the last eight weeks. Who has gone is easy to predict: rows of people who
 * are no longer there would flatter a model that is asked about those who are.
 */
export function isAround({ history, context, before }: Measurement): boolean {
  return (
    context.classHistory !== null || measure('days-since-active', null, history, context, before) <= quietDays
  );
}

/** How many learner-days there are among these days: in a class on the day, or of people who are in no class ever. */
export async function countAround(
  { sql, schoolId }: SchoolScope,
  days: readonly SchoolDay[],
): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count
    from unnest(${[...days]}::int[]) as d(day) join learners l on l.school_id = ${schoolId}
    where exists (
      select 1 from class_members m join classes c on c.school_id = m.school_id and c.id = m.class_id
      where m.school_id = ${schoolId} and m.learner_id = l.id
        and m.joined_on < date '1970-01-01' + d.day
        and coalesce(m.left_on, c.ends_on + 1) >= date '1970-01-01' + d.day)
    or not exists (select 1 from class_members m where m.school_id = ${schoolId} and m.learner_id = l.id)`;
  return row?.count ?? 0;
}
