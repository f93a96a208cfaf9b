import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Handle, isActionFailure, isHttpError, isRedirect } from '@sveltejs/kit';
import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { createApiKey, identifyKey, revokeApiKey } from '#lib/server/auth/api-keys.ts';
import { listenerOf } from '#lib/server/auth/listener.ts';
import { logIn } from '#lib/server/auth/log-in.ts';
import { hashPassword, isPassword, oneTimePassword, passwordFault } from '#lib/server/auth/passwords.ts';
import {
  closeEverySession,
  openSession,
  peekSession,
  readSession,
  sessionCookieName,
} from '#lib/server/auth/sessions.ts';
import { announceSetup, isSetupOpen, setupToken } from '#lib/server/auth/setup.ts';
import {
  assignTeacher,
  createUser,
  findPerson,
  listPeople,
  PeopleError,
  setClasses,
  setDisabled,
  setPassword,
} from '#lib/server/auth/users.ts';
import { apiKeys, schools, sessions, users } from '#lib/server/platform/db/schema.ts';
import { handle } from '../../src/hooks.server.ts';
import { actions as keyActions } from '../../src/routes/(admin)/admin/keys/+page.server.ts';
import { actions as peopleActions } from '../../src/routes/(admin)/admin/people/+page.server.ts';
import { actions as logInActions } from '../../src/routes/(public)/login/+page.server.ts';
import { actions as logOutActions } from '../../src/routes/(public)/logout/+page.server.ts';
import { actions as setUpActions, load as loadSetUp } from '../../src/routes/(public)/setup/+page.server.ts';
import { actions as accountActions } from '../../src/routes/account/+page.server.ts';
import { addSchool, testDatabase } from '../support/database.ts';
import { type CookieSet, eventOf, installApp, passHooks, type Visit } from '../support/doors.ts';
import { addClass, addLearner } from '../support/people.ts';

const database = await testDatabase();
let now = new Date();
const app = installApp(database, { clock: { now: () => now } });
const cookieName = sessionCookieName(app.config.origin);
const password = 'correct horse battery';
const passwordHash = await hashPassword(password);
const hour = 3_600_000;
let made = 0;

beforeEach(() => {
  now = new Date();
});

async function school(): Promise<number> {
  return addSchool(database, `school-${++made}`);
}

/** An account with the known password; its e-mail is new each time, so throttles start anew. */
async function account(role: 'teacher' | 'admin' = 'admin', schoolId?: number) {
  const inSchool = schoolId ?? (await school());
  const email = `person-${++made}@example.org`;
  const id = await database.withSchool(inSchool, (scope) =>
    createUser(scope, { email, name: 'Ada', role, password: { hash: passwordHash } }),
  );
  return { id, email, schoolId: inSchool };
}

type Action = (event: never) => unknown;

/** Calls an action as SvelteKit would: hooks first, then the action. */
async function act(action: Action | undefined, visit: Visit) {
  if (!action) throw new Error('expected an action');
  const { event, cookiesSet } = eventOf(visit);
  let result: unknown;
  const resolve = async () => {
    result = await action(event as never);
    return new Response();
  };
  try {
    const response = await (handle as Handle)({ event, resolve });
    return { result, redirect: null, status: response.status, cookiesSet };
  } catch (thrown) {
    if (isRedirect(thrown)) return { result, redirect: thrown.location, status: thrown.status, cookiesSet };
    if (isHttpError(thrown)) return { result, redirect: null, status: thrown.status, cookiesSet };
    throw thrown;
  }
}

function failureOf(result: unknown): { status: number; data: Record<string, unknown> } {
  if (!isActionFailure(result)) throw new Error(`expected a failure, got ${JSON.stringify(result)}`);
  return { status: result.status, data: { ...(result.data as unknown as object) } };
}

function signIn(email: string, secret: string, rest: Partial<Visit> = {}) {
  return act(logInActions.default as Action, {
    route: '/(public)/login',
    path: '/login',
    form: { email, password: secret, next: '' },
    ...rest,
  });
}

const sessionRows = (userId: string) =>
  database.system.select().from(sessions).where(eq(sessions.userId, userId));

describe('log-in', () => {
  test('opens a session in a cookie that scripts cannot read, and goes to the home of the role', async () => {
    const { email, id } = await account('teacher');
    const jar = new Map<string, string>();
    const answer = await signIn(` ${email.toUpperCase()} `, password, { jar });
    expect(answer.redirect).toBe('/classes');
    const [cookie] = answer.cookiesSet as [CookieSet];
    expect(cookie.name).toBe('merito_session');
    expect(cookie.options).toMatchObject({ httpOnly: true, sameSite: 'lax', path: '/', secure: false });
    expect((await readSession(app, jar.get(cookieName)))?.user).toMatchObject({ id, role: 'teacher' });
  });

  test('over https the cookie is Secure and bound to the host', async () => {
    const { id } = await account();
    const other = await testDatabase();
    const door = { ...app, database: other, config: { ...app.config, origin: 'https://merito.example' } };
    const schoolId = await addSchool(other);
    await other.withSchool(schoolId, ({ tx }) =>
      tx.insert(users).values({ id, schoolId, email: 'a@b.c', name: 'a', role: 'admin', passwordHash }),
    );
    const cookie = await openSession(door, id, null);
    expect(cookie.name).toBe('__Host-merito');
    expect(cookie.attributes).toMatchObject({ secure: true, httpOnly: true, sameSite: 'lax', path: '/' });
    expect(cookie.attributes.domain).toBeUndefined();
  });

  test('ends the session that the browser held before: an id planted beforehand is worth nothing', async () => {
    const { email, id } = await account();
    const jar = new Map<string, string>();
    await signIn(email, password, { jar });
    const before = jar.get(cookieName);
    await signIn(email, password, { jar });
    expect(jar.get(cookieName)).not.toBe(before);
    expect(await readSession(app, before)).toBeNull();
    expect(await sessionRows(id)).toHaveLength(1);
  });

  test('the database holds no session id that would open a door', async () => {
    const { id } = await account();
    const cookie = await openSession(app, id, null);
    const [row] = await sessionRows(id);
    expect(row?.id).not.toBe(cookie.value);
    expect(await readSession(app, row?.id)).toBeNull();
  });

  test('a wrong password, an unknown address and a disabled account get the same words', async () => {
    const known = await account();
    const disabled = await account();
    await database.withSchool(disabled.schoolId, (scope) => setDisabled(scope, disabled.id, now));
    const answers = await Promise.all([
      signIn(known.email, 'not the password'),
      signIn(`nobody-${made}@example.org`, password),
      signIn(disabled.email, password),
    ]);
    const words = answers.map(({ result }) => failureOf(result).data.message);
    expect(new Set(words).size).toBe(1);
    expect(answers.every(({ cookiesSet }) => cookiesSet.length === 0)).toBe(true);
  });

  test('after five wrong tries even the right password waits, from this address alone', async () => {
    const { email } = await account();
    for (let n = 0; n < 5; n++) expect(failureOf((await signIn(email, 'wrong')).result).status).toBe(400);
    expect(failureOf((await signIn(email, password)).result)).toMatchObject({
      status: 429,
      data: { message: expect.stringContaining('15') },
    });
    expect((await signIn(email, password, { address: '192.0.2.99' })).redirect).toBe('/admin');
    now = new Date(now.getTime() + 16_000);
    expect((await signIn(email, password)).redirect).toBe('/admin');
  });

  test('twenty tries at once do not slip through the throttle', async () => {
    const { email } = await account();
    const tries = await Promise.all(
      Array.from({ length: 20 }, () =>
        logIn(app, { email, password: 'wrong', address: '192.0.2.7', sessionId: null }),
      ),
    );
    expect(tries.filter(({ verdict }) => verdict === 'wrong')).toHaveLength(5);
  });

  test.each([
    ['/classes/3?week=2', '/classes/3?week=2'],
    ['//evil.example', '/admin'],
    ['/\\evil.example', '/admin'],
    ['https://evil.example', '/admin'],
  ])('goes on to %s as %s', async (next, to) => {
    const { email } = await account();
    const answer = await signIn(email, password, { form: { email, password, next } });
    expect(answer.redirect).toBe(to);
  });
});

describe('a session', () => {
  test('ends twelve hours after its last use, and use prolongs it', async () => {
    const { id } = await account();
    const { value } = await openSession(app, id, null);
    const expires = async () => (await sessionRows(id))[0]?.expiresAt.getTime() ?? 0;
    expect(Math.abs((await expires()) - Date.now() - 12 * hour)).toBeLessThan(60_000);
    const nearEnd = new Date(Date.now() + 5 * hour);
    await database.system.update(sessions).set({ expiresAt: nearEnd }).where(eq(sessions.userId, id));
    expect((await readSession(app, value))?.cookie?.value).toBe(value);
    expect(await expires()).toBeGreaterThan(Date.now() + 11 * hour);
    await database.system
      .update(sessions)
      .set({ expiresAt: new Date(Date.now() - 1000) })
      .where(eq(sessions.userId, id));
    expect(await readSession(app, value)).toBeNull();
    expect(await sessionRows(id)).toHaveLength(0);
  });

  test('ends thirty days after log-in, however much it is used', async () => {
    const { id } = await account();
    const { value } = await openSession(app, id, null);
    now = new Date(now.getTime() + 30 * 24 * hour - 1000);
    expect(await readSession(app, value)).not.toBeNull();
    now = new Date(now.getTime() + 2000);
    expect(await readSession(app, value)).toBeNull();
    expect(await sessionRows(id)).toHaveLength(0);
  });

  test('a socket that looks on prolongs nothing, and hears its own classes', async () => {
    const { id, schoolId } = await account('teacher');
    const classId = await database.withSchool(schoolId, async (scope) => {
      const added = await addClass(scope, '1A');
      await assignTeacher(scope, id, added);
      return added;
    });
    const { value } = await openSession(app, id, null);
    const nearEnd = new Date(Date.now() + hour);
    await database.system.update(sessions).set({ expiresAt: nearEnd }).where(eq(sessions.userId, id));
    const header = `theme=dark; ${cookieName}=${value}`;
    expect(await listenerOf(app, header)).toMatchObject({ userId: id, schoolId, classIds: [classId] });
    expect((await sessionRows(id))[0]?.expiresAt).toEqual(nearEnd);
    await closeEverySession(app, id);
    expect(await listenerOf(app, header)).toBeNull();
    expect(await peekSession(app, undefined)).toBeNull();
  });

  test('log-out ends this one, log-out everywhere all of them', async () => {
    const { id, email } = await account();
    const [here, there] = [new Map<string, string>(), new Map<string, string>()];
    await signIn(email, password, { jar: here });
    await signIn(email, password, { jar: there });
    const leave = { route: '/(public)/logout', path: '/logout?/here', form: {}, jar: here };
    const answer = await act(logOutActions.here as Action, leave);
    expect(answer.redirect).toBe('/login');
    expect(here.get(cookieName)).toBe('');
    expect(await sessionRows(id)).toHaveLength(1);
    await act(logOutActions.everywhere as Action, { ...leave, path: '/logout?/everywhere', jar: there });
    expect(await sessionRows(id)).toHaveLength(0);
  });

  test('a disabled account is out at once', async () => {
    const { id, schoolId } = await account();
    const { value } = await openSession(app, id, null);
    await database.system.update(users).set({ disabledAt: now }).where(eq(users.id, id));
    expect(await peekSession(app, `${cookieName}=${value}`)).toBeNull();
    expect(await readSession(app, value)).toBeNull();
    await database.withSchool(schoolId, (scope) => setDisabled(scope, id, null));
    expect(await readSession(app, value)).toBeNull();
  });

  test('a cookie of nonsense is nobody', async () => {
    for (const value of ['', 'x', "' or 1=1 --", 'a'.repeat(4000)])
      expect(await readSession(app, value)).toBeNull();
  });
});

describe('passwords', () => {
  test('are kept as Argon2id, and each hash has its own salt', async () => {
    const again = await hashPassword(password);
    expect(again).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(again).not.toBe(passwordHash);
    expect(await isPassword(again, password)).toBe(true);
    expect(await isPassword(again, `${password} `)).toBe(false);
    expect(await isPassword(null, password)).toBe(false);
  });

  test('typed on another keyboard are the same', async () => {
    const stored = await hashPassword('caffè ristretto');
    expect(await isPassword(stored, 'caffe\u0300 ristretto')).toBe(true);
  });

  test('have a shortest and a longest length', async () => {
    expect([passwordFault('123456789'), passwordFault('1234567890'), passwordFault('x'.repeat(201))]).toEqual(
      ['too short', null, 'too long'],
    );
    await expect(hashPassword('short')).rejects.toThrow(/expected 10 to 200 characters/);
    expect(passwordFault(oneTimePassword())).toBeNull();
    expect(oneTimePassword()).not.toBe(oneTimePassword());
  });

  test('changing one asks for the old one and logs every other browser out', async () => {
    const { email, id } = await account();
    const [here, there] = [new Map<string, string>(), new Map<string, string>()];
    await signIn(email, password, { jar: here });
    await signIn(email, password, { jar: there });
    const change = (currentPassword: string, newPassword: string) =>
      act(accountActions.password as Action, {
        route: '/account',
        path: '/account?/password',
        form: { currentPassword, newPassword },
        jar: here,
      });
    expect(failureOf((await change('wrong wrong wrong', 'another long one')).result).status).toBe(400);
    expect(failureOf((await change(password, 'short')).result).status).toBe(400);
    expect((await change(password, 'another long one')).result).toEqual({ done: 'password' });
    expect(await sessionRows(id)).toHaveLength(1);
    expect(await readSession(app, here.get(cookieName))).not.toBeNull();
    expect((await signIn(email, 'another long one')).redirect).toBe('/admin');
  });
});

describe('API keys', () => {
  const bearer = (token: string) => `Bearer ${token}`;

  test('are kept as hashes, carry their scopes, and die at once when revoked', async () => {
    const { schoolId } = await account();
    const wanted = { name: 'register', scopes: ['activity:write'] as const, createdBy: null };
    const { id, token } = await database.withSchool(schoolId, (scope) => createApiKey(scope, wanted, now));
    expect(token).toMatch(/^merito_[\w-]{43}$/);
    const rows = await database.system.select().from(apiKeys).where(eq(apiKeys.id, id));
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(await identifyKey(app, bearer(token))).toEqual({
      id,
      schoolId,
      name: 'register',
      scopes: ['activity:write'],
    });
    expect(await database.withSchool(schoolId, (scope) => revokeApiKey(scope, id, now))).toBe(true);
    expect(await identifyKey(app, bearer(token))).toBeNull();
    expect(await database.withSchool(schoolId, (scope) => revokeApiKey(scope, id, now))).toBe(false);
  });

  test('revoked by another process are believed for five seconds at most', async () => {
    const { schoolId } = await account();
    const wanted = { name: 'x', scopes: ['monitor:read'] as const, createdBy: null };
    const { id, token } = await database.withSchool(schoolId, (scope) => createApiKey(scope, wanted, now));
    await identifyKey(app, bearer(token));
    await database.system.update(apiKeys).set({ revokedAt: now }).where(eq(apiKeys.id, id));
    now = new Date(now.getTime() + 5_001);
    expect(await identifyKey(app, bearer(token))).toBeNull();
  });

  test('of another school cannot be revoked', async () => {
    const { schoolId } = await account();
    const stranger = await school();
    const wanted = { name: 'x', scopes: ['monitor:read'] as const, createdBy: null };
    const { id, token } = await database.withSchool(schoolId, (scope) => createApiKey(scope, wanted, now));
    expect(await database.withSchool(stranger, (scope) => revokeApiKey(scope, id, now))).toBe(false);
    expect(await identifyKey(app, bearer(token))).not.toBeNull();
  });

  test('that are wrong are refused even where a cookie would do', async () => {
    const { email } = await account();
    const jar = new Map<string, string>();
    await signIn(email, password, { jar });
    for (const token of ['merito_wrong', `merito_${'A'.repeat(43)}`, '']) {
      const visit = { route: '/(admin)/admin/keys', path: '/admin/keys', jar };
      const answer = await passHooks(handle, { ...visit, headers: { authorization: `Bearer ${token}` } });
      expect(answer).toMatchObject({ kind: 'refused', status: 401 });
    }
  });

  test('the page shows a new key once and revokes it', async () => {
    const { email } = await account();
    const jar = new Map<string, string>();
    await signIn(email, password, { jar });
    const route = { route: '/(admin)/admin/keys', jar };
    const create = (form: Visit['form']) =>
      act(keyActions.create as Action, { ...route, path: '/admin/keys?/create', form });
    expect(failureOf((await create({ name: '', scopes: 'monitor:read' })).result).status).toBe(400);
    expect(failureOf((await create({ name: 'x', scopes: 'everything' })).result).status).toBe(400);
    const { result } = await create({ name: 'register', scopes: ['monitor:read', 'activity:write'] });
    const { token } = result as { token: string };
    const key = await identifyKey(app, bearer(token));
    expect(key?.scopes).toEqual(['monitor:read', 'activity:write']);
    const revoke = { ...route, path: '/admin/keys?/revoke', form: { id: key?.id ?? '' } };
    await act(keyActions.revoke as Action, revoke);
    expect(await identifyKey(app, bearer(token))).toBeNull();
    expect(failureOf((await act(keyActions.revoke as Action, revoke)).result).status).toBe(404);
  });
});

describe('people', () => {
  test('an address has one account, in any case of letters and in any school', async () => {
    const { email } = await account();
    const elsewhere = await school();
    const again = database.withSchool(elsewhere, (scope) =>
      createUser(scope, { email: email.toUpperCase(), name: 'x', role: 'admin', password: { hash: 'x' } }),
    );
    await expect(again).rejects.toThrow(
      new PeopleError('email', `email: ${email.toUpperCase()} already has an account`),
    );
  });

  test('a learner’s account needs a learner of the same school', async () => {
    const [here, there] = [await school(), await school()];
    const foreign = await database.withSchool(there, (scope) => addLearner(scope, 'a'));
    for (const learnerId of [undefined, null, foreign, 999_999]) {
      const attempt = database.withSchool(here, (scope) =>
        createUser(scope, {
          email: `l${++made}@x.org`,
          name: 'l',
          role: 'learner',
          password: { hash: 'x' },
          learnerId,
        }),
      );
      await expect(attempt).rejects.toThrow(/learnerId: expected a learner of this school/);
    }
  });

  test('a teacher gets classes of the own school alone', async () => {
    const { id, schoolId } = await account('teacher');
    const stranger = await account('teacher');
    const foreignClass = await database.withSchool(stranger.schoolId, (scope) => addClass(scope, '9Z'));
    await database.withSchool(schoolId, async (scope) => {
      await expect(assignTeacher(scope, id, foreignClass)).rejects.toThrow(/classId: expected a class/);
      await expect(assignTeacher(scope, stranger.id, foreignClass)).rejects.toThrow(
        /userId: expected a teacher/,
      );
      const [one, two] = [await addClass(scope, '1A'), await addClass(scope, '1B')];
      await setClasses(scope, id, [one, two]);
      await setClasses(scope, id, [two]);
    });
  });

  test('what crosses a school changes nothing', async () => {
    const { id } = await account();
    const stranger = await school();
    const { value } = await openSession(app, id, null);
    await database.withSchool(stranger, async (scope) => {
      expect(await findPerson(scope, id)).toBeNull();
      expect(await setPassword(scope, id, 'taken over by a stranger')).toBe(false);
      expect(await setDisabled(scope, id, now)).toBe(false);
      expect(await listPeople(scope)).toEqual({ people: [], all: 0 });
    });
    expect(await readSession(app, value)).not.toBeNull();
  });

  test('the list finds by name or address, and its wildcards are letters', async () => {
    const { schoolId, email } = await account();
    await account('teacher', schoolId);
    await database.withSchool(schoolId, async (scope) => {
      expect((await listPeople(scope, { search: email.slice(0, -4).toUpperCase() })).all).toBe(1);
      expect((await listPeople(scope, { search: '%' })).all).toBe(0);
      expect(await listPeople(scope, { limit: 1 })).toMatchObject({ all: 2, people: [{ role: 'admin' }] });
    });
  });

  test('the page adds an account with a password that works', async () => {
    const admin = await account();
    const jar = new Map<string, string>();
    await signIn(admin.email, password, { jar });
    const email = `new-${++made}@example.org`;
    const create = (form: Visit['form']) =>
      act(peopleActions.create as Action, {
        route: '/(admin)/admin/people',
        path: '/admin/people?/create',
        form,
        jar,
      });
    const refused = failureOf((await create({ name: '', email: 'x', role: 'king', externalId: '' })).result);
    expect(Object.keys(refused.data.faults as object)).toEqual(['name', 'email', 'role']);
    const { result } = await create({ name: 'Bo', email, role: 'teacher', externalId: '' });
    const { issued } = result as { issued: { email: string; password: string } };
    expect((await signIn(email, issued.password)).redirect).toBe('/classes');
    const unknown = failureOf(
      (await create({ name: 'C', email: 'c@x.org', role: 'learner', externalId: '?' })).result,
    );
    expect(unknown.data.faults).toHaveProperty('externalId');
  });

  test('an admin cannot lock themselves out', async () => {
    const admin = await account();
    const jar = new Map<string, string>();
    await signIn(admin.email, password, { jar });
    const visit = {
      route: '/(admin)/admin/people',
      path: '/admin/people?/disable',
      form: { id: admin.id },
      jar,
    };
    const answer = await act(peopleActions.disable as Action, visit);
    expect(failureOf(answer.result).status).toBe(400);
    expect(await readSession(app, jar.get(cookieName))).not.toBeNull();
  });
});

describe('the first school', () => {
  const form = {
    schoolName: 'Liceo Galilei',
    slug: 'galilei',
    timeZone: 'Europe/Rome',
    name: 'Maria',
    email: 'maria@galilei.example',
    password: 'a long enough one',
  };

  test('is set up once, with the token of the console', async () => {
    const empty = await testDatabase();
    const site = installApp(empty);
    const send = (fields: Visit['form'], jar = new Map<string, string>()) =>
      act(setUpActions.default as Action, { route: '/(public)/setup', path: '/setup', form: fields, jar });
    const open = () => act(loadSetUp as Action, { route: '/(public)/setup', path: '/setup?token=t' });
    try {
      expect((await open()).status).toBe(404);
      const address = new URL((await announceSetup(site)) ?? '');
      const token = address.searchParams.get('token') ?? '';
      expect(address.pathname).toBe('/setup');
      expect(setupToken(site)).toBe(token);
      expect(statSync(join(site.config.dataFolder, 'setup-token')).mode & 0o777).toBe(0o600);
      expect((await open()).result).toMatchObject({ token: 't' });
      for (const wrong of ['', `${token.slice(1)}x`, `${token}x`])
        expect(failureOf((await send({ ...form, token: wrong })).result).status).toBe(403);
      const faulty = failureOf(
        (await send({ ...form, token, slug: 'A b', timeZone: 'Mars', password: 'x' })).result,
      );
      expect(Object.keys(faulty.data.faults as object)).toEqual(['slug', 'timeZone', 'password']);
      expect(await empty.system.select().from(schools)).toHaveLength(0);
      const jar = new Map<string, string>();
      expect((await send({ ...form, token }, jar)).redirect).toBe('/admin');
      expect((await readSession(site, jar.get(cookieName)))?.user).toMatchObject({
        role: 'admin',
        name: 'Maria',
      });
      expect(isSetupOpen(site)).toBe(false);
      expect((await send({ ...form, token })).status).toBe(404);
      expect(await announceSetup(site)).toBeNull();
      expect(existsSync(join(site.config.dataFolder, 'setup-token'))).toBe(false);
    } finally {
      installApp(database, { clock: { now: () => now } });
    }
  });

  test('two forms sent at once make one school', async () => {
    const empty = await testDatabase();
    const site = installApp(empty);
    try {
      const token = setupToken(site);
      const send = (n: number) =>
        act(setUpActions.default as Action, {
          route: '/(public)/setup',
          path: '/setup',
          form: { ...form, token, slug: `s-${n}`, email: `m${n}@x.org` },
        }).catch((failure: unknown) => failure);
      await Promise.all([send(1), send(2)]);
      expect(await empty.system.select().from(schools)).toHaveLength(1);
      expect(await empty.system.select().from(users)).toHaveLength(1);
    } finally {
      installApp(database, { clock: { now: () => now } });
    }
  });

  test('a refused admin leaves no school behind, and the token stays', async () => {
    const site = installApp(database);
    try {
      const { email } = await account();
      const token = setupToken(site);
      const answer = await act(setUpActions.default as Action, {
        route: '/(public)/setup',
        path: '/setup',
        form: { ...form, token, email, slug: 'left-behind' },
      });
      expect(failureOf(answer.result).data.faults).toHaveProperty('email');
      const left = await database.system.select().from(schools).where(eq(schools.slug, 'left-behind'));
      expect(left).toEqual([]);
      expect(readFileSync(join(site.config.dataFolder, 'setup-token'), 'utf8')).toBe(token);
    } finally {
      installApp(database, { clock: { now: () => now } });
    }
  });
});
