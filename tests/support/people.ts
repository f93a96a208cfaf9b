import { type ApiScope, apiScopes } from '#lib/server/auth/access.ts';
import { createApiKey } from '#lib/server/auth/api-keys.ts';
import { openSession } from '#lib/server/auth/sessions.ts';
import { assignTeacher, createUser } from '#lib/server/auth/users.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { classes, classMembers, learners } from '#lib/server/platform/db/schema.ts';
import { addSchool } from './database.ts';
import type { TestApp } from './doors.ts';

// Two schools with everybody in them: who may reach whom is told by this file's names.

export interface Town {
  readonly schoolId: number;
  readonly otherSchoolId: number;
  readonly ada: number;
  readonly adasClass: number;
  readonly cookies: Readonly<Record<Person, string>>;
  readonly keys: Readonly<Record<ApiScope | 'every scope, other school', string>>;
}

export const people = [
  'ada',
  'a classmate',
  'a learner of another school',
  'the teacher of ada',
  'a teacher of another class',
  'a teacher of another school',
  'an admin',
  'an admin of another school',
] as const;
export type Person = (typeof people)[number];

export const aPassword = 'a password for tests';
// Made with hashPassword(aPassword): 16 accounts would take half a second.
const aHash = {
  hash: '$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21l$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
};

export async function addTown(app: TestApp): Promise<Town> {
  const [schoolId, otherSchoolId] = [
    await addSchool(app.database, 'here'),
    await addSchool(app.database, 'there'),
  ];
  const here = await app.database.withSchool(schoolId, (scope) => populate(scope, 'here', app));
  const there = await app.database.withSchool(otherSchoolId, (scope) => populate(scope, 'there', app));
  const cookie = async (id: string) => (await openSession(app, id, null)).value;
  return {
    schoolId,
    otherSchoolId,
    ada: here.ada,
    adasClass: here.adasClass,
    cookies: {
      ada: await cookie(here.accounts.ada),
      'a classmate': await cookie(here.accounts.classmate),
      'a learner of another school': await cookie(there.accounts.ada),
      'the teacher of ada': await cookie(here.accounts.teacher),
      'a teacher of another class': await cookie(here.accounts.otherTeacher),
      'a teacher of another school': await cookie(there.accounts.teacher),
      'an admin': await cookie(here.accounts.admin),
      'an admin of another school': await cookie(there.accounts.admin),
    },
    keys: { ...here.keys, 'every scope, other school': there.everyScope },
  };
}

async function populate(scope: SchoolScope, place: string, app: TestApp) {
  const [ada, classmate] = [await addLearner(scope, `ada-${place}`), await addLearner(scope, `bo-${place}`)];
  const [adasClass, otherClass] = [await addClass(scope, '1A'), await addClass(scope, '1B')];
  for (const learnerId of [ada, classmate]) await enrol(scope, adasClass, learnerId);
  const add = (name: string, role: 'learner' | 'teacher' | 'admin', learnerId?: number) =>
    createUser(scope, { email: `${name}@${place}.example`, name, role, password: aHash, learnerId });
  const accounts = {
    ada: await add('ada', 'learner', ada),
    classmate: await add('bo', 'learner', classmate),
    teacher: await add('teacher', 'teacher'),
    otherTeacher: await add('other', 'teacher'),
    admin: await add('admin', 'admin'),
  };
  await assignTeacher(scope, accounts.teacher, adasClass);
  await assignTeacher(scope, accounts.otherTeacher, otherClass);
  return { ada, adasClass, accounts, ...(await addKeys(scope, app)) };
}

async function addKeys(scope: SchoolScope, app: TestApp) {
  const at = app.clock.now();
  const make = async (scopes: readonly ApiScope[]) =>
    (await createApiKey(scope, { name: scopes.join(), scopes, createdBy: null }, at)).token;
  return {
    everyScope: await make(apiScopes),
    keys: {
      'activity:write': await make(['activity:write']),
      'analysis:read': await make(['analysis:read']),
      'awards:write': await make(['awards:write']),
      'analytics:read': await make(['analytics:read']),
      'monitor:read': await make(['monitor:read']),
    },
  };
}

export async function addLearner({ tx, schoolId }: SchoolScope, externalId: string): Promise<number> {
  const rows = await tx
    .insert(learners)
    .values({ schoolId, externalId, name: externalId, joinedOn: '2026-09-01' })
    .returning({ id: learners.id });
  return only(rows).id;
}

export async function addClass({ tx, schoolId }: SchoolScope, externalId: string): Promise<number> {
  const rows = await tx
    .insert(classes)
    .values({ schoolId, externalId, name: externalId, startsOn: '2026-09-01', endsOn: '2027-06-10' })
    .returning({ id: classes.id });
  return only(rows).id;
}

export async function enrol(
  { tx, schoolId }: SchoolScope,
  classId: number,
  learnerId: number,
): Promise<void> {
  await tx.insert(classMembers).values({ schoolId, classId, learnerId, joinedOn: '2026-09-01' });
}

function only<T>(rows: readonly T[]): T {
  const [row] = rows;
  if (!row || rows.length !== 1) throw new Error(`expected one row, got ${rows.length}`);
  return row;
}
