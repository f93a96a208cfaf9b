import { formatSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { DueWork } from '#lib/preview/data.ts';
import type { SchoolScope } from '../platform/db/client.ts';

/** A class that had nothing due for so long, and has nothing ahead, is one whose school sends no due dates. */
const silentDays = 56;

/** Hand-ins lie at most so long before they are due. */
const earliestHandIn = 182;

type Assignment = DueWork & { readonly isDone: boolean };

/**
 * What is due in the learner's classes from `from` on and not handed in, earliest first; null where the school sends no
 * due dates.
 */
export async function loadDueWork(
  { sql, schoolId }: SchoolScope,
  learnerId: number,
  from: SchoolDay,
): Promise<readonly DueWork[] | null> {
  const today = formatSchoolDay(from);
  const known = await sql<Assignment[]>`
    with handed_in as (
      select item from activity_events
      where school_id = ${schoolId} and learner_id = ${learnerId} and kind = 'submit'
        and day >= ${formatSchoolDay(from - earliestHandIn)})
    select a.title, c.name as "className", a.due_on - date '1970-01-01' as "dueOn",
      a.external_id in (select item from handed_in where item is not null) as "isDone"
    from class_members m
      join classes c on c.school_id = m.school_id and c.id = m.class_id
      join assignments a on a.school_id = m.school_id and a.class_id = m.class_id
    where m.school_id = ${schoolId} and m.learner_id = ${learnerId}
      and m.joined_on < ${today} and (m.left_on is null or m.left_on >= ${today})
      and a.due_on >= ${formatSchoolDay(from - silentDays)}
    order by a.due_on, a.id`;
  if (known.length === 0) return null;
  return known
    .filter(({ dueOn, isDone }) => dueOn >= from && !isDone)
    .map(({ title, className, dueOn }) => ({ title, className, dueOn }));
}
