import { randomBytes } from 'node:crypto';
import { and, asc, eq, ilike, or, sql } from 'drizzle-orm';
import type { Locale } from '#lib/i18n/index.ts';
import type { Database, SchoolScope } from '../platform/db/client.ts';
import { classes, classTeachers, learners, schools, sessions, users } from '../platform/db/schema.ts';
import type { Role } from './access.ts';
import { hashPassword } from './passwords.ts';

/** A refusal in words for the person who asked: an address that is taken, a learner that is not there. */
export class PeopleError extends Error {
  readonly field: 'email' | 'learnerId' | 'slug' | 'classId' | 'userId';

  constructor(field: PeopleError['field'], message: string) {
    super(message);
    this.field = field;
  }
}

export interface NewSchool {
  readonly slug: string;
  readonly name: string;
  /** IANA name; Europe/Rome unless told. */
  readonly timeZone?: string;
  readonly locale?: Locale;
  readonly isDemo?: boolean;
}

export interface NewUser {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  /** A password to hash (30 ms and more), or one hash made before for many accounts of a demo. */
  readonly password: string | { readonly hash: string };
  /** Needed for role learner: the learner this account belongs to. */
  readonly learnerId?: number | null;
  readonly locale?: Locale;
}

/** A school and a transaction that sees it. */
/** A transaction that may write to one school. */
export type Place = Pick<SchoolScope, 'schoolId' | 'tx'>;

export type Person = Omit<typeof users.$inferSelect, 'passwordHash'>;

/** Addresses are compared without case and in one Unicode form. */
export function normalEmail(email: string): string {
  return email.trim().normalize('NFKC').toLowerCase();
}

export function isEmail(text: string): boolean {
  return /^[^\s@]+@[^\s@]+\.?[^\s@]+$/.test(text) && text.length <= 254;
}

export function isSlug(text: string): boolean {
  return /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])$/.test(text);
}

export function isTimeZone(text: string): boolean {
  return text === 'UTC' || Intl.supportedValuesOf('timeZone').includes(text);
}

/** Adds a school and returns its id. @throws PeopleError when the slug is taken. */
export async function createSchool(
  system: Pick<Database['system'], 'insert'>,
  school: NewSchool,
): Promise<number> {
  const rows = await system
    .insert(schools)
    .values(school)
    .onConflictDoNothing()
    .returning({ id: schools.id });
  const row = rows[0];
  if (!row) throw new PeopleError('slug', `slug: ${JSON.stringify(school.slug)} is taken by another school`);
  return row.id;
}

/** Adds an account and returns its id. @throws PeopleError when the address is taken or the learner is missing. */
export async function createUser(scope: Place, user: NewUser): Promise<string> {
  await checkLearner(scope, user);
  const id = randomBytes(12).toString('base64url');
  const rows = await scope.tx
    .insert(users)
    .values({
      id,
      schoolId: scope.schoolId,
      email: normalEmail(user.email),
      name: user.name,
      role: user.role,
      passwordHash:
        typeof user.password === 'string' ? await hashPassword(user.password) : user.password.hash,
      learnerId: user.learnerId ?? null,
      locale: user.locale ?? null,
    })
    .onConflictDoNothing()
    .returning({ id: users.id });
  if (rows.length === 0) throw new PeopleError('email', `email: ${user.email} already has an account`);
  return id;
}

async function checkLearner(scope: Place, { role, learnerId = null }: NewUser): Promise<void> {
  if (role !== 'learner') {
    if (learnerId === null) return;
    throw new PeopleError('learnerId', `learnerId: expected none for role ${role}, got ${learnerId}`);
  }
  if (learnerId === null)
    throw new PeopleError('learnerId', 'learnerId: expected a learner of this school, got none');
  const rows = await scope.tx
    .select({ id: learners.id })
    .from(learners)
    .where(and(eq(learners.schoolId, scope.schoolId), eq(learners.id, learnerId)));
  if (rows.length === 0)
    throw new PeopleError('learnerId', `learnerId: expected a learner of this school, got ${learnerId}`);
}

/** Lets a teacher see a class. Safe to repeat. @throws PeopleError when either is not of this school. */
export async function assignTeacher(scope: SchoolScope, userId: string, classId: number): Promise<void> {
  const teacher = await findPerson(scope, userId);
  if (teacher?.role !== 'teacher')
    throw new PeopleError('userId', `userId: expected a teacher of this school, got ${userId}`);
  const found = await scope.tx
    .select({ id: classes.id })
    .from(classes)
    .where(and(eq(classes.schoolId, scope.schoolId), eq(classes.id, classId)));
  if (found.length === 0)
    throw new PeopleError('classId', `classId: expected a class of this school, got ${classId}`);
  await scope.tx
    .insert(classTeachers)
    .values({ schoolId: scope.schoolId, classId, userId })
    .onConflictDoNothing();
}

/** Makes the teacher's classes exactly these. @throws PeopleError as assignTeacher. */
export async function setClasses(
  scope: SchoolScope,
  userId: string,
  classIds: readonly number[],
): Promise<void> {
  await scope.tx
    .delete(classTeachers)
    .where(and(eq(classTeachers.schoolId, scope.schoolId), eq(classTeachers.userId, userId)));
  for (const classId of classIds) await assignTeacher(scope, userId, classId);
}

export async function findPerson(scope: SchoolScope, userId: string): Promise<Person | null> {
  const rows = await scope.tx
    .select(personColumns)
    .from(users)
    .where(and(eq(users.schoolId, scope.schoolId), eq(users.id, userId)));
  return rows[0] ?? null;
}

const personColumns = {
  id: users.id,
  schoolId: users.schoolId,
  email: users.email,
  name: users.name,
  role: users.role,
  learnerId: users.learnerId,
  locale: users.locale,
  createdAt: users.createdAt,
  disabledAt: users.disabledAt,
};

export interface PeoplePage {
  readonly people: readonly Person[];
  /** How many accounts match, shown or not. */
  readonly all: number;
}

/** Accounts whose name or address contains `search`, admins and teachers first, at most `limit`. */
export async function listPeople(
  scope: SchoolScope,
  { search = '', limit = 100 }: { readonly search?: string; readonly limit?: number } = {},
): Promise<PeoplePage> {
  const pattern = `%${search.replaceAll(/[\\%_]/g, '\\$&')}%`;
  const matches = and(
    eq(users.schoolId, scope.schoolId),
    or(ilike(users.name, pattern), ilike(users.email, pattern)),
  );
  const people = await scope.tx
    .select(personColumns)
    .from(users)
    .where(matches)
    .orderBy(byRole, asc(users.name), asc(users.id))
    .limit(limit);
  return { people, all: await scope.tx.$count(users, matches) };
}

const byRole = sql`array_position(array['admin', 'teacher', 'learner'], ${users.role})`;

/** The classes of a school by name, and who teaches each. */
export async function listClasses(
  scope: SchoolScope,
): Promise<{ readonly id: number; readonly name: string; readonly teacherIds: readonly string[] }[]> {
  const { schoolId } = scope;
  const rows = await scope.tx
    .select({ id: classes.id, name: classes.name })
    .from(classes)
    .where(eq(classes.schoolId, schoolId))
    .orderBy(asc(classes.name), asc(classes.id));
  const pairs = await scope.tx.select().from(classTeachers).where(eq(classTeachers.schoolId, schoolId));
  return rows.map((row) => ({
    ...row,
    teacherIds: pairs.filter(({ classId }) => classId === row.id).map(({ userId }) => userId),
  }));
}

/** Sets a new password and ends every session of the account. False when the school has no such account. */
export async function setPassword(scope: SchoolScope, userId: string, password: string): Promise<boolean> {
  const rows = await scope.tx
    .update(users)
    .set({ passwordHash: await hashPassword(password) })
    .where(and(eq(users.schoolId, scope.schoolId), eq(users.id, userId)))
    .returning({ id: users.id });
  await endSessions(scope, rows);
  return rows.length > 0;
}

/** Shuts an account and ends its sessions; null opens it again. False when the school has no such account. */
export async function setDisabled(scope: SchoolScope, userId: string, at: Date | null): Promise<boolean> {
  const rows = await scope.tx
    .update(users)
    .set({ disabledAt: at })
    .where(and(eq(users.schoolId, scope.schoolId), eq(users.id, userId)))
    .returning({ id: users.id });
  await endSessions(scope, rows);
  return rows.length > 0;
}

export async function setLocale(scope: SchoolScope, userId: string, locale: Locale | null): Promise<void> {
  await scope.tx
    .update(users)
    .set({ locale })
    .where(and(eq(users.schoolId, scope.schoolId), eq(users.id, userId)));
}

async function endSessions(scope: SchoolScope, accounts: readonly { readonly id: string }[]): Promise<void> {
  for (const { id } of accounts) await scope.tx.delete(sessions).where(eq(sessions.userId, id));
}
