import { eq } from 'drizzle-orm';
import { localMoment, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import { schools } from '../platform/db/schema.ts';

export interface SchoolNow {
  readonly name: string;
  readonly timeZone: string;
  /** The greatest share of automatic awards that may be undeserved. */
  readonly falseAwardBound: number;
  /** The day it is on the school's own clock. */
  readonly today: SchoolDay;
}

export async function schoolNow(scope: SchoolScope, at: Date): Promise<SchoolNow> {
  const [school] = await scope.tx
    .select({ name: schools.name, timeZone: schools.timeZone, falseAwardBound: schools.falseAwardBound })
    .from(schools)
    .where(eq(schools.id, scope.schoolId));
  if (!school) throw new Error(`school: expected one with id ${scope.schoolId}, found none`);
  return { ...school, today: localMoment(at, school.timeZone).day };
}
