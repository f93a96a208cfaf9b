import { and, eq, inArray } from 'drizzle-orm';
import type { SchoolScope } from '../platform/db/client.ts';
import { classMembers } from '../platform/db/schema.ts';

/** Ids of the learners who sit, or sat, in one of the classes. */
export async function learnersWithin(
  scope: SchoolScope,
  classIds: readonly number[] | 'all',
): Promise<number[] | 'all'> {
  if (classIds === 'all') return 'all';
  const rows = await scope.tx
    .selectDistinct({ id: classMembers.learnerId })
    .from(classMembers)
    .where(and(eq(classMembers.schoolId, scope.schoolId), inArray(classMembers.classId, [...classIds])));
  return rows.map(({ id }) => id);
}
