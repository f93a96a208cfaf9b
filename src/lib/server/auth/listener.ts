import { and, eq } from 'drizzle-orm';
import { classTeachers } from '../platform/db/schema.ts';
import type { Listener } from '../platform/live.ts';
import { type Doorway, peekSession } from './sessions.ts';

/** Who sits behind a socket: the living session of a Cookie header and the classes it may hear; null for none. */
export async function listenerOf(door: Doorway, cookieHeader: string | undefined): Promise<Listener | null> {
  const session = await peekSession(door, cookieHeader);
  if (!session) return null;
  const { id: userId, schoolId, role, learnerId } = session.user;
  const classIds = role === 'teacher' ? await classesOf(door, schoolId, userId) : [];
  return { sessionId: session.id, userId, schoolId, role, learnerId, classIds };
}

function classesOf(door: Doorway, schoolId: number, userId: string): Promise<number[]> {
  return door.database.withSchool(schoolId, async ({ tx }) => {
    const rows = await tx
      .select({ id: classTeachers.classId })
      .from(classTeachers)
      .where(and(eq(classTeachers.schoolId, schoolId), eq(classTeachers.userId, userId)));
    return rows.map(({ id }) => id);
  });
}
