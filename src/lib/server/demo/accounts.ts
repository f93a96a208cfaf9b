import { createUser } from '#lib/server/auth/users.ts';
import { hashPassword } from '#lib/server/auth/passwords.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { classTeachers, users } from '#lib/server/platform/db/schema.ts';
import { randomBytes } from 'node:crypto';
import type { School } from '#lib/simulator/index.ts';
import { idAt, type LoadedSchool } from './load-school.ts';

/** Public, and refused outside demo mode: see refuseDemoSchool. */
export const demoPassword = 'merito-demo-2026';
const domain = 'demo.merito.example';

export const demoAdmin = `admin@${domain}`;

export function teacherEmail(index: number): string {
  return `teacher${index + 1}@${domain}`;
}

export function learnerEmail(externalId: string): string {
  return `${externalId}@${domain}`;
}

/** One admin, all teachers with their classes, and an account for every learner who is still there. */
export async function createAccounts(
  scope: SchoolScope,
  school: School,
  loaded: LoadedSchool,
): Promise<void> {
  // One hash for all: each costs 30 ms by design, and the password is printed on the console anyway.
  const hash = await hashPassword(demoPassword);
  await createUser(scope, {
    email: demoAdmin,
    name: 'Direzione',
    role: 'admin',
    password: { hash },
  });
  for (const teacher of school.teachers) await createTeacher(scope, teacher, loaded, hash);
  await createLearnerAccounts(scope, school, loaded, hash);
}

async function createTeacher(
  scope: SchoolScope,
  teacher: School['teachers'][number],
  { classIds }: LoadedSchool,
  hash: string,
): Promise<void> {
  const userId = await createUser(scope, {
    email: teacherEmail(teacher.index),
    name: teacher.name,
    role: 'teacher',
    password: { hash },
  });
  if (teacher.classIndexes.length === 0) return;
  await scope.tx.insert(classTeachers).values(
    teacher.classIndexes.map((index) => ({
      schoolId: scope.schoolId,
      classId: idAt(classIds, index),
      userId,
    })),
  );
}

/** All at once: one statement instead of two for each of hundreds. */
async function createLearnerAccounts(
  { tx, schoolId }: SchoolScope,
  school: School,
  { learnerIds, states }: LoadedSchool,
  passwordHash: string,
): Promise<void> {
  const rows = school.people
    .filter(({ index }) => !states[index]?.hasLeft)
    .map(({ index, externalId, name }) => ({
      id: randomBytes(12).toString('base64url'),
      schoolId,
      email: learnerEmail(externalId),
      name,
      role: 'learner' as const,
      passwordHash,
      learnerId: idAt(learnerIds, index),
    }));
  if (rows.length > 0) await tx.insert(users).values(rows);
}

export interface DemoLogIns {
  readonly admin: string;
  readonly teacher: string;
  readonly learner: string;
}

/** Accounts worth looking at first; the learner is one who holds badges, when there is one. */
export async function suggestLogIns(scope: SchoolScope): Promise<DemoLogIns> {
  const rows = await scope.sql<{ email: string }[]>`
    select u.email from users u
    left join awards a on a.school_id = u.school_id and a.learner_id = u.learner_id and a.revoked_at is null
    where u.school_id = ${scope.schoolId} and u.role = 'learner'
    group by u.email order by abs(count(a.id) - 9), u.email limit 1`;
  return { admin: demoAdmin, teacher: teacherEmail(0), learner: rows[0]?.email ?? '' };
}
