import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import type { ClassPlace } from './at-risk-inputs.ts';

/** A learner's place in a class, with how it ended. */
export interface Membership extends ClassPlace {
  readonly learnerId: number;
  readonly classId: number;
  /** The first day no longer in the class; null while enrolled. */
  readonly leftOn: SchoolDay | null;
  /** Null while it is not known. */
  readonly outcome: string | null;
}

/** Places in classes, oldest class first: of one learner, or of everyone. */
export async function readPlaces(scope: SchoolScope, learnerId?: number): Promise<Membership[]> {
  const { sql, schoolId } = scope;
  const ofLearner = learnerId === undefined ? sql`` : sql`and m.learner_id = ${learnerId}`;
  const rows = await sql<Omit<Membership, 'dueOn'>[]>`
    select m.learner_id as "learnerId", m.class_id as "classId", m.outcome, m.background,
      m.joined_on - date '1970-01-01' as "joinedOn", m.left_on - date '1970-01-01' as "leftOn",
      c.starts_on - date '1970-01-01' as "startsOn", c.ends_on - date '1970-01-01' as "endsOn"
    from class_members m join classes c on c.school_id = m.school_id and c.id = m.class_id
    where m.school_id = ${schoolId} ${ofLearner}
    order by c.starts_on, m.class_id, m.learner_id`;
  const due = await readDueDays(scope, [...new Set(rows.map(({ classId }) => classId))]);
  return rows.map((row) => ({ ...row, dueOn: due.get(row.classId) ?? [] }));
}

async function readDueDays(
  { sql, schoolId }: SchoolScope,
  classIds: readonly number[],
): Promise<ReadonlyMap<number, readonly SchoolDay[]>> {
  if (classIds.length === 0) return new Map();
  const rows = await sql<{ classId: number; days: SchoolDay[] }[]>`
    select class_id as "classId", array_agg(due_on - date '1970-01-01' order by due_on) as days
    from assignments
    where school_id = ${schoolId} and class_id = any(${classIds as number[]}::int[]) and due_on is not null
    group by class_id`;
  return new Map(rows.map(({ classId, days }) => [classId, days]));
}
