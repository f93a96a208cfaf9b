import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  access,
  type Allowed,
  type ApiScope,
  apiScopes,
  decide,
  type Operation,
  roles,
  type Visitor,
} from '#lib/server/auth/access.ts';
import { sessionCookieName } from '#lib/server/auth/sessions.ts';
import { handle } from '../../src/hooks.server.ts';
import { testDatabase } from '../support/database.ts';
import { type Answer, installApp, passHooks, type Visit } from '../support/doors.ts';
import { addTown, people, type Person, type Town } from '../support/people.ts';

// Who may do what, walked from the router: each route, each operation it really has, each kind of visitor.

const routesFolder = join(import.meta.dirname, '../../src/routes');
const modules = import.meta.glob<Record<string, unknown>>([
  '../../src/routes/**/+server.ts',
  '../../src/routes/**/+page.server.ts',
]);
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'];
/** What an exported `fallback` answers, as far as the table can open it. */
const caught = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

interface RouteFiles {
  readonly id: string;
  readonly files: readonly string[];
}

function routes(folder = routesFolder): RouteFiles[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  const below = entries
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => routes(join(folder, name)));
  const hasRoute = files.some((name) => /^\+(page|server)\b/.test(name));
  return hasRoute ? [{ id: `/${relative(routesFolder, folder)}`, files }, ...below] : below;
}

/** What the router can be asked of a route, read from what its modules export. */
async function operations({ id, files }: RouteFiles): Promise<string[]> {
  const read = async (name: string) => {
    const load = modules[`../../src/routes${id === '/' ? '' : id}/${name}`];
    if (!files.includes(name) || !load) return {};
    return load();
  };
  const [page, server] = [await read('+page.server.ts'), await read('+server.ts')];
  const hasPage = files.some((name) => name.startsWith('+page'));
  const actions = Object.keys((page.actions ?? {}) as object).map((name) => `?/${name}`);
  return [
    ...(hasPage ? ['load'] : []),
    ...actions,
    ...('fallback' in server ? caught : Object.keys(server).filter((name) => methods.includes(name))),
  ];
}

const walked = await Promise.all(
  routes().map(async (route) => ({ ...route, operations: await operations(route) })),
);

describe('the access table and the router', () => {
  test('every operation of every route is declared', () => {
    const missing = walked.flatMap(({ id, operations }) =>
      operations.filter((name) => !access[id]?.[name as Operation]).map((name) => `${id} ${name}`),
    );
    expect(missing).toEqual([]);
  });

  test('nothing is declared that the router does not have', () => {
    const known = new Map(walked.map(({ id, operations }) => [id, operations]));
    const stale = Object.entries(access).flatMap(([id, rules]) =>
      Object.keys(rules)
        .filter((name) => !known.get(id)?.includes(name))
        .map((name) => `${id} ${name}`),
    );
    expect(stale).toEqual([]);
  });

  test('a route is a page or an endpoint, not both: the table could not tell them apart', () => {
    const both = walked.filter(
      ({ files }) => files.includes('+server.ts') && files.some((name) => name.startsWith('+page')),
    );
    expect(both.map(({ id }) => id)).toEqual([]);
  });

  test('a page has one unnamed action or named ones: SvelteKit refuses every post to a page with both', () => {
    const mixed = walked.filter(
      ({ operations }) =>
        operations.includes('?/default') && operations.filter((name) => name.startsWith('?/')).length > 1,
    );
    expect(mixed.map(({ id }) => id)).toEqual([]);
  });

  test('a route parameter that names a person or a class is always reached for', () => {
    for (const [id, rules] of Object.entries(access)) {
      if (!/\[(classId|learnerId|id)\]/.test(id)) continue;
      for (const [name, rule] of Object.entries(rules))
        expect(rule, `${id} ${name}`).toHaveProperty('reaches');
    }
  });

  test('what an undeclared route or operation gets is a refusal, whoever asks', () => {
    for (const visitor of everyVisitor) {
      expect(decide('/forgotten', 'load', visitor)).toMatchObject({ verdict: 'refuse', status: 404 });
      expect(decide('/(public)', '?/forgotten', visitor)).toMatchObject({ verdict: 'refuse', status: 405 });
      expect(decide('constructor', 'load', visitor)).toMatchObject({ verdict: 'refuse', status: 404 });
    }
  });
});

const everyVisitor: readonly Visitor[] = [
  { kind: 'anonymous' },
  ...roles.map((role) => ({ kind: 'person', role }) as const),
  ...apiScopes.map((scope) => ({ kind: 'program', scopes: [scope] }) as const),
];

const declared = Object.entries(access).flatMap(([id, rules]) =>
  Object.entries(rules).flatMap(([name, rule]) => (rule ? [{ id, name: name as Operation, rule }] : [])),
);

describe('who the table lets in', () => {
  const inside = (id: string, name: Operation, visitor: Visitor) =>
    decide(id, name, visitor).verdict === 'allow';

  test('these doors, and no others, are open to anyone', () => {
    const open = declared.filter(({ rule }) => rule === 'anyone').map(({ id, name }) => `${name} ${id}`);
    expect(open.sort()).toEqual(openDoors.toSorted());
  });

  test.each([
    ['/(learner)/', ['learner']],
    ['/(teacher)/', ['teacher', 'admin']],
    ['/(admin)/', ['admin']],
  ] as const)('below %s stand %j alone', (group, allowed) => {
    for (const { id, name } of declared.filter(({ id }) => id.startsWith(group))) {
      for (const visitor of everyVisitor) {
        const may = visitor.kind === 'person' && (allowed as readonly string[]).includes(visitor.role);
        expect(inside(id, name, visitor), `${name} ${id} ${JSON.stringify(visitor)}`).toBe(may);
      }
    }
  });

  test('a program enters the API alone, and each operation by one scope at most', () => {
    for (const { id, name, rule } of declared) {
      if (rule === 'anyone') continue;
      const by = apiScopes.filter((scope) => inside(id, name, { kind: 'program', scopes: [scope] }));
      expect(by, `${name} ${id}`).toEqual(rule.scope ? [rule.scope] : []);
      if (by.length > 0) expect(id).toMatch(/^\/api\//);
    }
  });
});

const openDoors = [
  'load /(public)',
  'load /(public)/login',
  '?/default /(public)/login',
  'load /(public)/logout',
  '?/here /(public)/logout',
  'load /(public)/setup',
  '?/default /(public)/setup',
  'load /(public)/api',
  'POST /preferences',
  'GET /health',
  'GET /ready',
  'GET /api/v1',
  'GET /api/v1/health',
  'GET /api/v1/openapi.json',
  ...['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((method) => `${method} /api/v1/[...rest]`),
];

// ── Through the hooks, with real rows ────────────────────────────────────────────────────────────

type Caller = 'nobody' | Person | `key ${ApiScope}` | 'key of another school';
const callers: readonly Caller[] = [
  'nobody',
  ...people,
  ...apiScopes.map((scope) => `key ${scope}` as const),
  'key of another school',
];

/** Who reaches ada and her class, once their role or scope has let them in. */
const reachesAda: Readonly<Record<string, boolean>> = {
  ada: true,
  'a classmate': false,
  'a learner of another school': false,
  'the teacher of ada': true,
  'a teacher of another class': false,
  'a teacher of another school': false,
  'an admin': true,
  'an admin of another school': false,
  'key of another school': false,
};

let town: Town;
const database = await testDatabase();
const app = installApp(database);
beforeAll(async () => {
  town = await addTown(app);
});

function visitorOf(caller: Caller): Visitor {
  if (caller === 'nobody') return { kind: 'anonymous' };
  if (caller === 'key of another school') return { kind: 'program', scopes: apiScopes };
  if (caller.startsWith('key ')) return { kind: 'program', scopes: [caller.slice(4) as ApiScope] };
  if (caller.includes('admin')) return { kind: 'person', role: 'admin' };
  return { kind: 'person', role: caller.includes('teacher') ? 'teacher' : 'learner' };
}

/** What must come out: told by the table for the role, and by reachesAda for the object. */
function expected(id: string, name: Operation, caller: Caller): string {
  const decision = decide(id, name, visitorOf(caller));
  const isPage = access[id]?.load !== undefined;
  if (decision.verdict === 'refuse') return String(decision.status);
  if (decision.verdict === 'log in') return isPage ? '/login' : '401';
  return !decision.reaches || (reachesAda[caller] ?? true) ? 'entered' : '404';
}

function visitOf(id: string, name: Operation, caller: Caller): Visit {
  const isAction = name.startsWith('?/');
  const method = isAction ? 'POST' : name === 'load' ? 'GET' : name;
  const query = isAction && name !== '?/default' ? name : '';
  const params = paramsOf(id);
  const path = id
    .replaceAll(/\/\([^)]*\)/g, '')
    .replaceAll(/\[(?:\.\.\.)?(\w+)\]/g, (_, parameter: string) => params[parameter] ?? 'x');
  return { route: id, path: `${path || '/'}${query}`, method, params, ...identify(caller) };
}

function paramsOf(id: string): Record<string, string> {
  const rules = Object.values(access[id] ?? {}).filter((rule): rule is Allowed => rule !== 'anyone');
  const reach = rules.map(({ reaches }) => reaches).find(Boolean);
  if (!reach) return {};
  if ('class' in reach) return { [reach.class]: String(town.adasClass) };
  return 'learner' in reach ? { [reach.learner]: String(town.ada) } : { [reach.externalLearner]: 'ada-here' };
}

function identify(caller: Caller): Pick<Visit, 'jar' | 'headers'> {
  if (caller === 'nobody') return {};
  if (caller.startsWith('key')) {
    const token =
      town.keys[
        caller === 'key of another school' ? 'every scope, other school' : (caller.slice(4) as ApiScope)
      ];
    return { headers: { authorization: `Bearer ${token}` } };
  }
  return { jar: new Map([[sessionCookieName(app.config.origin), town.cookies[caller as Person]]]) };
}

function outcome(answer: Answer): string {
  if (answer.kind === 'redirected') return answer.to.replace(/\?.*/, '');
  return answer.kind === 'entered' ? 'entered' : String(answer.status);
}

describe.each(callers)('%s', (caller) => {
  test('enters exactly where allowed', async () => {
    const met: Record<string, string> = {};
    const wanted: Record<string, string> = {};
    for (const { id, name } of declared) {
      met[`${name} ${id}`] = outcome(await passHooks(handle, visitOf(id, name, caller)));
      wanted[`${name} ${id}`] = expected(id, name, caller);
    }
    expect(met).toEqual(wanted);
  });
});

describe('what crosses a school', () => {
  test('is answered like what does not exist', async () => {
    const route = '/(teacher)/learners/[learnerId]';
    const ask = (learnerId: string, caller: Caller) =>
      passHooks(handle, {
        ...visitOf(route, 'load', caller),
        path: `/learners/${learnerId}`,
        params: { learnerId },
      });
    const there = await ask(String(town.ada), 'an admin of another school');
    const nowhere = await ask('999999', 'an admin of another school');
    if (there.kind !== 'refused' || nowhere.kind !== 'refused') throw new Error('expected two refusals');
    expect([there.status, await there.response.text()]).toEqual([404, await nowhere.response.text()]);
  });

  test.each(['abc', '0', '-1', '1e3', '99999999999', '1 or 1=1', ''])(
    'an id such as %j reaches nothing',
    async (id) => {
      const visit = visitOf('/(teacher)/classes/[classId]', 'load', 'an admin');
      const answer = await passHooks(handle, { ...visit, params: { classId: id } });
      expect(outcome(answer)).toBe('404');
    },
  );
});

describe('a refusal speaks the language of the asker', () => {
  test('a program gets a problem', async () => {
    const answer = await passHooks(handle, visitOf('/api/v1/monitor/metrics', 'GET', 'nobody'));
    if (answer.kind !== 'refused') throw new Error('expected a refusal');
    expect(answer.response.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.response.headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect(await answer.response.json()).toMatchObject({ status: 401, title: expect.any(String) });
  });

  test('a page gets a page, the client of SvelteKit data, an enhanced form its result', async () => {
    const visit = visitOf('/(admin)/admin/keys', 'load', 'ada');
    const page = await passHooks(handle, visit);
    const data = await passHooks(handle, { ...visit, isDataRequest: true });
    const form = await passHooks(handle, {
      ...visitOf('/(admin)/admin/keys', '?/create', 'ada'),
      headers: { accept: 'application/json' },
    });
    if (page.kind !== 'refused' || data.kind !== 'refused' || form.kind !== 'refused')
      throw new Error('expected three refusals');
    expect(await page.response.text()).toContain('<h1>');
    expect(await data.response.json()).toEqual({ message: expect.any(String) });
    expect(await form.response.json()).toMatchObject({ type: 'error', status: 403 });
  });

  test('every answer carries the security headers', async () => {
    for (const caller of ['nobody', 'ada', 'an admin'] as const) {
      const answer = await passHooks(handle, visitOf('/(public)', 'load', caller));
      if (answer.kind !== 'entered') throw new Error('expected to enter');
      const { headers } = answer.response;
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('referrer-policy')).toBe('strict-origin-when-cross-origin');
      expect(headers.get('cache-control')).toBe(caller === 'nobody' ? null : 'private, no-store');
    }
  });
});
