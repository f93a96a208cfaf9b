import { and, count, eq } from 'drizzle-orm';
import type { Database, SchoolScope } from '../platform/db/client.ts';
import { reviews, schools } from '../platform/db/schema.ts';

/** What the frame around every page of a school shows. */
export interface Frame {
  readonly schoolName: string;
  readonly timeZone: string;
  /** Decisions that wait for this person; 0 for learners. */
  readonly openReviews: number;
}

interface Viewer {
  readonly schoolId: number;
  readonly role: 'learner' | 'teacher' | 'admin';
}

export function loadFrame(database: Database, viewer: Viewer): Promise<Frame> {
  return database.withSchool(viewer.schoolId, async (scope) => ({
    ...(await loadSchool(scope)),
    openReviews: viewer.role === 'learner' ? 0 : await countOpenReviews(scope),
  }));
}

async function loadSchool(scope: SchoolScope): Promise<{ schoolName: string; timeZone: string }> {
  const [school] = await scope.tx
    .select({ schoolName: schools.name, timeZone: schools.timeZone })
    .from(schools)
    .where(eq(schools.id, scope.schoolId));
  if (!school) throw new Error(`school: expected one with id ${scope.schoolId}, found none`);
  return school;
}

async function countOpenReviews(scope: SchoolScope): Promise<number> {
  const [row] = await scope.tx
    .select({ open: count() })
    .from(reviews)
    .where(and(eq(reviews.schoolId, scope.schoolId), eq(reviews.status, 'open')));
  return row?.open ?? 0;
}
