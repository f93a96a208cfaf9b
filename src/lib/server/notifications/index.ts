import { and, asc, desc, eq, exists, gt, inArray, isNull, lte, type SQL } from 'drizzle-orm';
import type { SchoolScope } from '../platform/db/client.ts';
import { classMembers, notifications } from '../platform/db/schema.ts';
import { announce, type Audience } from '../platform/live-messages.ts';

export type NotificationKind = 'award' | 'revoke' | 'restore';

/** Something a learner should know, told in the transaction that made it true. */
export interface Notice {
  readonly kind: NotificationKind;
  readonly learnerId: number;
  /** Small: it travels in one NOTIFY of at most 8,000 bytes. */
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface StoredNotification {
  readonly id: number;
  readonly kind: string;
  readonly learnerId: number | null;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
  readonly readAt: Date | null;
}

/** Whose notifications: one learner's, those of the learners of some classes, or the school's. */
export type Reader =
  { readonly learner: number } | { readonly classes: readonly number[] } | { readonly school: true };

/** Stores the notice and tells the learner, the learner's classes and the admins when the transaction commits. */
export async function notify(scope: SchoolScope, notice: Notice, at: Date): Promise<number> {
  const rows = await scope.tx
    .insert(notifications)
    .values({ schoolId: scope.schoolId, ...notice, createdAt: at })
    .returning({ id: notifications.id });
  const { id } = rows[0];
  for (const audience of await audiencesOf(scope, notice.learnerId)) {
    await announce(scope, audience, { type: 'notification', id, kind: notice.kind, payload: notice.payload });
  }
  return id;
}

/** The learner, each class the learner is in, and the admins. */
export async function audiencesOf(scope: SchoolScope, learnerId: number): Promise<Audience[]> {
  const classIds = await currentClasses(scope, learnerId);
  return [{ learner: learnerId }, ...classIds.map((id) => ({ class: id })), { role: 'admin' }];
}

/** Ids of the classes that the learner is enrolled in. */
export async function currentClasses(scope: SchoolScope, learnerId: number): Promise<number[]> {
  const rows = await scope.tx
    .select({ id: classMembers.classId })
    .from(classMembers)
    .where(
      and(
        eq(classMembers.schoolId, scope.schoolId),
        eq(classMembers.learnerId, learnerId),
        isNull(classMembers.leftOn),
      ),
    );
  return rows.map(({ id }) => id);
}

/** What a page missed: everything after the last id it saw, oldest first, at most `limit`. */
export async function notificationsAfter(
  scope: SchoolScope,
  reader: Reader,
  lastId: number,
  limit = 100,
): Promise<StoredNotification[]> {
  return scope.tx
    .select(shown)
    .from(notifications)
    .where(and(ownTo(scope, reader), gt(notifications.id, lastId)))
    .orderBy(asc(notifications.id))
    .limit(limit);
}

/** The latest notifications, newest first. */
export async function latestNotifications(
  scope: SchoolScope,
  reader: Reader,
  limit = 20,
): Promise<StoredNotification[]> {
  return scope.tx
    .select(shown)
    .from(notifications)
    .where(ownTo(scope, reader))
    .orderBy(desc(notifications.id))
    .limit(limit);
}

/** Marks a learner's notifications up to an id as read. */
export async function markRead(
  scope: SchoolScope,
  learnerId: number,
  upToId: number,
  at: Date,
): Promise<void> {
  await scope.tx
    .update(notifications)
    .set({ readAt: at })
    .where(
      and(ownTo(scope, { learner: learnerId }), lte(notifications.id, upToId), isNull(notifications.readAt)),
    );
}

const shown = {
  id: notifications.id,
  kind: notifications.kind,
  learnerId: notifications.learnerId,
  payload: notifications.payload,
  createdAt: notifications.createdAt,
  readAt: notifications.readAt,
};

function ownTo(scope: SchoolScope, reader: Reader): SQL | undefined {
  const ofSchool = eq(notifications.schoolId, scope.schoolId);
  if ('school' in reader) return ofSchool;
  if ('learner' in reader) return and(ofSchool, eq(notifications.learnerId, reader.learner));
  return and(ofSchool, exists(membership(scope, reader.classes)));
}

/** The row's learner sits in one of the classes; an empty list matches nobody. */
function membership(scope: SchoolScope, classIds: readonly number[]) {
  return scope.tx
    .select({ id: classMembers.learnerId })
    .from(classMembers)
    .where(
      and(
        eq(classMembers.schoolId, scope.schoolId),
        eq(classMembers.learnerId, notifications.learnerId),
        inArray(classMembers.classId, [...classIds]),
      ),
    );
}
