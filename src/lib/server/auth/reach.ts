import { error } from '@sveltejs/kit';
import { and, eq } from 'drizzle-orm';
import { app } from '../platform/app.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import { classMembers, classTeachers, classes, learners } from '../platform/db/schema.ts';
import type { Reach, Role } from './access.ts';

// How far a person's or a program's hand reaches inside their school. What crosses a school is not there at all:
// the scope sees one school, so another school's learner is answered like one who never existed.

/** As much of App.Locals as reach depends on. */
export interface Caller {
  readonly user: {
    readonly id: string;
    readonly schoolId: number;
    readonly role: Role;
    readonly learnerId: number | null;
  } | null;
  readonly apiKey: { readonly schoolId: number } | null;
}

/** The school of whoever is logged in. @throws 401 for a visitor. */
export function schoolOf(caller: Caller): number {
  const schoolId = caller.user?.schoolId ?? caller.apiKey?.schoolId;
  if (schoolId === undefined) error(401, 'Log in first.');
  return schoolId;
}

/** Runs `work` in one transaction that sees the caller's school alone. */
export async function inSchool<T>(caller: Caller, work: (scope: SchoolScope) => Promise<T>): Promise<T> {
  const { database } = await app();
  return database.withSchool(schoolOf(caller), work);
}

/** Answers 404 unless the caller may see this learner: self, own class, or the whole school by role. */
export async function requireLearner(scope: SchoolScope, caller: Caller, learnerId: number): Promise<void> {
  if (!(await reachesLearner(scope, caller, learnerId))) error(404, 'Not found');
}

/** Answers 404 unless the caller may see this class: own class for a teacher, any class for admins and programs. */
export async function requireClass(scope: SchoolScope, caller: Caller, classId: number): Promise<void> {
  if (!(await reachesClass(scope, caller, classId))) error(404, 'Not found');
}

export async function reachesLearner(
  scope: SchoolScope,
  caller: Caller,
  learnerId: number,
): Promise<boolean> {
  if (!isRowId(learnerId) || schoolOf(caller) !== scope.schoolId) return false;
  const role = caller.user?.role;
  if (role === 'learner' && caller.user?.learnerId !== learnerId) return false;
  if (role === 'teacher') return teaches(scope, caller.user?.id ?? '', learnerId);
  const rows = await scope.tx
    .select({ id: learners.id })
    .from(learners)
    .where(and(eq(learners.schoolId, scope.schoolId), eq(learners.id, learnerId)));
  return rows.length > 0;
}

export async function reachesClass(scope: SchoolScope, caller: Caller, classId: number): Promise<boolean> {
  if (!isRowId(classId) || schoolOf(caller) !== scope.schoolId) return false;
  const role = caller.user?.role;
  if (role === 'learner') return false;
  if (role === 'teacher') return (await classesTaught(scope, caller.user?.id ?? '')).includes(classId);
  const rows = await scope.tx
    .select({ id: classes.id })
    .from(classes)
    .where(and(eq(classes.schoolId, scope.schoolId), eq(classes.id, classId)));
  return rows.length > 0;
}

/** Ids of the classes the caller may see: a teacher's own, or 'all'. Learners have none. */
export async function classesWithinReach(
  scope: SchoolScope,
  caller: Caller,
): Promise<readonly number[] | 'all'> {
  if (schoolOf(caller) !== scope.schoolId || caller.user?.role === 'learner') return [];
  return caller.user?.role === 'teacher' ? classesTaught(scope, caller.user.id) : 'all';
}

/** Ids of the learners the caller may see: oneself, those of a teacher's classes, or 'all'. */
export async function learnersWithinReach(
  scope: SchoolScope,
  caller: Caller,
): Promise<readonly number[] | 'all'> {
  if (schoolOf(caller) !== scope.schoolId) return [];
  const { user } = caller;
  if (user?.role === 'learner') return user.learnerId === null ? [] : [user.learnerId];
  if (user?.role !== 'teacher') return 'all';
  const rows = await scope.tx
    .selectDistinct({ id: classMembers.learnerId })
    .from(classMembers)
    .innerJoin(classTeachers, sameClass)
    .where(and(eq(classMembers.schoolId, scope.schoolId), eq(classTeachers.userId, user.id)));
  return rows.map(({ id }) => id);
}

/** Whether the object that a route parameter names lies within reach; hooks.server.ts asks before any load. */
export async function reachesObject(
  scope: SchoolScope,
  caller: Caller,
  reach: Reach,
  parameters: Readonly<Record<string, string | undefined>>,
): Promise<boolean> {
  if ('class' in reach) return reachesClass(scope, caller, rowId(parameters[reach.class]));
  if ('learner' in reach) return reachesLearner(scope, caller, rowId(parameters[reach.learner]));
  const learnerId = await learnerIdOf(scope, parameters[reach.externalLearner] ?? '');
  return learnerId !== null && reachesLearner(scope, caller, learnerId);
}

/** Our id of the learner whom the school calls `externalId`; null when there is none. */
export async function learnerIdOf(scope: SchoolScope, externalId: string): Promise<number | null> {
  const rows = await scope.tx
    .select({ id: learners.id })
    .from(learners)
    .where(and(eq(learners.schoolId, scope.schoolId), eq(learners.externalId, externalId)));
  return rows[0]?.id ?? null;
}

/** The id in a route parameter; NaN, which nothing reaches, when it is none. */
export function rowId(parameter: string | undefined): number {
  return /^[1-9]\d{0,9}$/.test(parameter ?? '') ? Number(parameter) : NaN;
}

function isRowId(id: number): boolean {
  return Number.isInteger(id) && id > 0 && id < 2 ** 31;
}

const sameClass = and(
  eq(classTeachers.schoolId, classMembers.schoolId),
  eq(classTeachers.classId, classMembers.classId),
);

/** A learner who left a class stays with its teacher, who may still owe an explanation. */
async function teaches(scope: SchoolScope, userId: string, learnerId: number): Promise<boolean> {
  const rows = await scope.tx
    .select({ id: classMembers.learnerId })
    .from(classMembers)
    .innerJoin(classTeachers, sameClass)
    .where(
      and(
        eq(classMembers.schoolId, scope.schoolId),
        eq(classMembers.learnerId, learnerId),
        eq(classTeachers.userId, userId),
      ),
    )
    .limit(1);
  return rows.length > 0;
}

async function classesTaught(scope: SchoolScope, userId: string): Promise<number[]> {
  const rows = await scope.tx
    .select({ id: classTeachers.classId })
    .from(classTeachers)
    .where(and(eq(classTeachers.schoolId, scope.schoolId), eq(classTeachers.userId, userId)));
  return rows.map(({ id }) => id);
}
