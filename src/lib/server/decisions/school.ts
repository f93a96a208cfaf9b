import { eq } from 'drizzle-orm';
import type { SchoolScope } from '../platform/db/client.ts';
import { schools } from '../platform/db/schema.ts';

/** What deciding needs to know of the school. */
export interface SchoolSettings {
  readonly timeZone: string;
  /** The greatest share of automatic awards that may be undeserved. */
  readonly falseAwardBound: number;
}

export async function loadSchoolSettings(scope: SchoolScope): Promise<SchoolSettings> {
  const [school] = await scope.tx
    .select({ timeZone: schools.timeZone, falseAwardBound: schools.falseAwardBound })
    .from(schools)
    .where(eq(schools.id, scope.schoolId));
  if (!school) throw new Error(`school: expected one with id ${scope.schoolId}, found none`);
  return school;
}
