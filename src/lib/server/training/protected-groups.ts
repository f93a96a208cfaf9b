import { eq } from 'drizzle-orm';
import { protectedAttributes, schools } from '#lib/server/platform/db/schema.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import type { ProtectedGroups } from './fairness.ts';

/** What the school recorded, for the fairness report alone. */
export async function readProtectedGroups({ tx, schoolId }: SchoolScope): Promise<ProtectedGroups> {
  const rows = await tx
    .select({
      learnerId: protectedAttributes.learnerId,
      attribute: protectedAttributes.attribute,
      value: protectedAttributes.value,
    })
    .from(protectedAttributes)
    .where(eq(protectedAttributes.schoolId, schoolId))
    .orderBy(protectedAttributes.attribute, protectedAttributes.learnerId);
  const groups = new Map<string, Map<number, string>>();
  for (const { learnerId, attribute, value } of rows) {
    const known = groups.get(attribute) ?? new Map<number, string>();
    groups.set(attribute, known.set(learnerId, value));
  }
  return groups;
}

/** How much wider a gap may become before a person must look at the model. */
export async function fairnessBoundOf({ tx, schoolId }: SchoolScope): Promise<number> {
  const [school] = await tx
    .select({ bound: schools.fairnessBound })
    .from(schools)
    .where(eq(schools.id, schoolId));
  if (!school) throw new RangeError(`school: expected an existing one, got ${schoolId}`);
  return school.bound;
}
