import type { RequestEvent, RequestHandler } from '@sveltejs/kit';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { formatSchoolDay, parseSchoolDay } from '#lib/domain/activity/school-day.ts';
import { openApiDocument } from '#lib/server/api/openapi.ts';
import { operations } from '#lib/server/api/operations.ts';
import { readApi } from '#lib/server/api/reading.ts';
import { access, type ApiScope, apiScopes, type HttpMethod } from '#lib/server/auth/access.ts';
import { createApiKey } from '#lib/server/auth/api-keys.ts';
import { app } from '#lib/server/platform/app.ts';
import { connect } from '#lib/server/platform/db/client.ts';
import { modelVersions, scores } from '#lib/server/platform/db/schema.ts';
import { handle } from '../../src/hooks.server.ts';
import { addSchool, testDatabase } from '../support/database.ts';
import { eventOf, installApp } from '../support/doors.ts';
import {
  addClass,
  addLearner,
  daysFrom,
  evening,
  live,
  makeBadge,
  putBadges,
} from '../support/learner-life.ts';

const database = await testDatabase();
const today = parseSchoolDay('2026-03-12');
installApp(database, { clock: { now: () => evening(today) } });
const document = openApiDocument('0.0.0');
const modules = import.meta.glob<Record<string, RequestHandler>>('../../src/routes/**/+server.ts');
const ladder = { measure: 'active-days', window: 28, is: 'at-least' } as const;

let schoolId: number;
let classId: number;
let learnerId: number;
let token: string;
let weakToken: string;

beforeAll(async () => {
  schoolId = await addSchool(database);
  classId = await addClass(database, schoolId);
  learnerId = await addLearner(database, schoolId, classId, 'a/1 è');
  await putBadges(database, schoolId, [
    makeBadge('ten', { ...ladder, value: 10 }),
    makeBadge('board', { ...ladder, value: 8 }, { isConsequential: true }),
    makeBadge('twenty', { all: [{ holds: 'ten' }, { ...ladder, value: 20 }] }),
    makeBadge('steps', {
      sequence: [
        { ...ladder, value: 5 },
        { ...ladder, value: 30 },
      ],
      withinDays: 60,
    }),
  ]);
  await live(database, schoolId, learnerId, daysFrom(today - 10, today), {}, classId);
  await database.withSchool(schoolId, async (scope) => {
    const key = async (scopes: readonly ApiScope[]) =>
      (await createApiKey(scope, { name: 'test', scopes, createdBy: null }, evening(today))).token;
    token = await key(apiScopes);
    weakToken = await key([]);
    await scope.tx.insert(modelVersions).values({
      schoolId,
      task: 'at-risk',
      version: 'v1',
      status: 'champion',
      folder: 'none',
      card: {},
      trainedAt: evening(today - 3),
    });
  });
});

// Without a champion an evaluation takes all scores away, so every test gets its own.
beforeEach(async () => {
  await database.withSchool(schoolId, async (scope) => {
    const score = {
      schoolId,
      learnerId,
      label: null,
      confidence: 0.8,
      modelVersion: 'v1',
      scoredAt: evening(today),
    };
    const explanation = { base: 0.1, contributions: [{ feature: 'active-days-28', value: 11, effect: 0.4 }] };
    await scope.tx
      .insert(scores)
      .values([
        { ...score, task: 'at-risk', subject: String(classId), value: 0.2, explanation },
        { ...score, task: 'badge-chance', subject: 'twenty', value: 0.6, explanation },
        { ...score, task: 'engagement-level', value: 3, label: 'high', explanation },
      ])
      .onConflictDoNothing();
  });
});

interface Asked {
  readonly key?: string | null;
  readonly body?: string;
  readonly type?: string;
}

/** Calls an address as a program would: through the hooks into the route's own handler. */
async function ask(method: string, path: string, { key = token, body, type }: Asked = {}): Promise<Response> {
  const url = new URL(path, 'http://localhost:3000');
  const { route, params } = routeOf(url.pathname);
  const headers = { ...(key && { authorization: `Bearer ${key}` }), ...(type && { 'content-type': type }) };
  const { event } = eventOf({ route, path, params, method, headers });
  const request = new Request(url, { method, headers, body });
  return handle({
    event: { ...event, request } as RequestEvent,
    resolve: (inside) => respond(method, inside),
  });
}

async function respond(method: string, event: RequestEvent): Promise<Response> {
  const module = await modules[`../../src/routes${event.route.id}/+server.ts`]();
  const handler = module[method] ?? module.fallback;
  return handler(event as Parameters<RequestHandler>[0]);
}

/** The router, as far as the API needs one. */
function routeOf(path: string): { route: string; params: Record<string, string> } {
  const user = /^\/api\/v1\/users\/([^/]+)\/(\w[\w-]*)$/.exec(path);
  if (user) return { route: `/api/v1/users/[id]/${user[2]}`, params: { id: decodeURIComponent(user[1]) } };
  return Object.hasOwn(access, path)
    ? { route: path, params: {} }
    : { route: '/api/v1/[...rest]', params: { rest: path.slice(8) } };
}

const samples: Readonly<Record<string, Asked & { readonly query?: string }>> = {
  sendActivity: {
    type: 'application/json',
    body: JSON.stringify([
      { id: 'one', learner: 'a/1 è', kind: 'practice', at: '2026-03-12T10:00:00+01:00' },
      { id: 'two', learner: 'a/1 è', kind: 'dance', at: '2026-03-12' },
    ]),
  },
  engagementAnalytics: { query: '?days=14' },
  predictionAnalytics: { query: '?task=at-risk&limit=5' },
};

function addressOf(path: string): string {
  return path.replace('{id}', encodeURIComponent('a/1 è'));
}

/** The document's own schema of an answer, references resolved: nothing of the code that made the answer. */
function documented(operationId: string, status: number, type: string): z.ZodType {
  const operation = Object.values(document.paths)
    .flatMap((methods) => Object.values(methods))
    .find((one) => one.operationId === operationId);
  const responses = operation?.responses as Record<
    number,
    { content: Record<string, { schema: { $ref: string } }> }
  >;
  const name = responses[status]?.content[type]?.schema.$ref.split('/').at(-1);
  if (!name) throw new Error(`${operationId}: the document has no ${status} ${type}`);
  const { schemas } = document.components;
  const text = JSON.stringify({ ...schemas[name], $defs: schemas });
  return z.fromJSONSchema(JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')));
}

describe('every operation of the document', () => {
  test.each(operations.map(({ id, method, path }) => [id, method.toUpperCase(), path]))(
    '%s answers as documented',
    async (id, method, path) => {
      const sample = samples[id] ?? {};
      const response = await ask(method, addressOf(path) + (sample.query ?? ''), sample);
      const body: unknown = await response.json();
      expect(response.status, JSON.stringify(body)).toBe(200);
      expect(documented(id, 200, 'application/json').safeParse(body).error).toBeUndefined();
    },
  );

  test.each(
    operations.filter(({ scope }) => scope).map(({ id, method, path }) => [id, method.toUpperCase(), path]),
  )('%s refuses who has no key, or a key without the scope, with a problem', async (id, method, path) => {
    for (const [key, status] of [
      [null, 401],
      [weakToken, 403],
    ] as const) {
      const response = await ask(method, addressOf(path), { ...samples[id], key });
      expect(response.status).toBe(status);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      const body: unknown = await response.json();
      expect(documented(id, status, 'application/problem+json').safeParse(body).error).toBeUndefined();
    }
  });

  test('stands in the router and asks for the scope that the access table asks for', () => {
    for (const { path, method, scope } of operations) {
      const rule = access[path.replace(/\{(\w+)\}/g, '[$1]')]?.[method.toUpperCase() as HttpMethod];
      expect(rule, path).toBeDefined();
      expect(rule === 'anyone' ? null : rule?.scope, path).toBe(scope);
    }
  });
});

describe('the document', () => {
  test('names every schema that it refers to', () => {
    const references = [...JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)].map(
      ([, name]) => name,
    );
    expect(references.length).toBeGreaterThan(20);
    for (const name of references) expect(document.components.schemas).toHaveProperty(name);
    expect(JSON.stringify(document)).not.toContain('#/$defs/');
  });

  test('is what the server hands out, and its page reads all of it', async () => {
    const served = (await (
      await ask('GET', '/api/v1/openapi.json', { key: null })
    ).json()) as typeof document;
    expect(served.openapi).toBe('3.1.0');
    expect(served.paths).toEqual(JSON.parse(JSON.stringify(document.paths)));
    const reading = readApi();
    expect(reading.operations.map(({ id }) => id)).toEqual(operations.map(({ id }) => id));
    for (const { answer } of reading.operations)
      expect(reading.schemas.map(({ name }) => name)).toContain(answer);
  });
});

describe('a learner', () => {
  const path = (rest: string) => `/api/v1/users/${encodeURIComponent('a/1 è')}/${rest}`;

  test('assigned badges gets those whose rule is met, once', async () => {
    const first = (await (await ask('POST', path('assign-badges'))).json()) as {
      decisions: { badge: { id: string }; verdict: string; crossedOn: string }[];
      awards: { badge: { id: string } }[];
    };
    const again = (await (await ask('POST', path('assign-badges'))).json()) as typeof first;
    expect(again.decisions).toEqual([]);
    expect(again.awards).toEqual(first.awards);
    expect(first.awards.map(({ badge }) => badge.id)).toEqual(['ten']);
  });

  test('is told what is missing for each next badge, the most worthwhile first', async () => {
    const { recommendations } = (await (await ask('GET', path('recommendations'))).json()) as {
      recommendations: {
        badge: { id: string };
        chance: number | null;
        priority: number;
        missing: object[];
      }[];
    };
    expect(recommendations.map(({ badge }) => badge.id)).not.toContain('ten');
    const twenty = recommendations.find(({ badge }) => badge.id === 'twenty');
    expect(twenty?.chance).toBe(0.6);
    expect(twenty?.missing).toMatchObject([{ kind: 'measure', needed: 20, actual: 11, gap: 9 }]);
    const priorities = recommendations.map(({ priority }) => priority);
    expect(priorities).toEqual(priorities.toSorted((a, b) => b - a));
  });

  test('is analysed with names for the measures and the school’s own id of the class', async () => {
    const analysis = (await (await ask('GET', path('analysis'))).json()) as {
      risk: { subject: string; because: { name: { it: string } }[] }[];
      measuredBefore: string;
    };
    expect(analysis.measuredBefore).toBe(formatSchoolDay(today + 1));
    expect(analysis.risk[0].subject).toBe('3B');
    expect(analysis.risk[0].because[0].name.it).not.toBe('active-days-28');
  });

  test('of another school, or of none, is not found', async () => {
    const response = await ask('GET', '/api/v1/users/nobody/analysis');
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
  });
});

describe('a wrong request', () => {
  test('is told the parameter, what was expected and what came', async () => {
    const response = await ask('GET', '/api/v1/analytics/engagement?days=zero&colour=red');
    expect(response.status).toBe(400);
    const { errors } = (await response.json()) as { errors: { field: string; got: string }[] };
    expect(errors.map(({ field, got }) => [field, got])).toEqual([
      ['colour', 'red'],
      ['days', 'zero'],
    ]);
  });

  test('to an address that is not there gets a problem, not a page', async () => {
    const response = await ask('DELETE', '/api/v1/badges');
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
  });

  test('with a method that the address does not know gets a problem', async () => {
    const response = await ask('POST', '/api/v1/monitor/metrics');
    expect(response.status).toBe(405);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
  });
});

test('readiness says no while the database is away', async () => {
  const away = connect('postgres://nobody@127.0.0.1:1/none');
  const running = await app();
  const slot = globalThis as { [slot: symbol]: unknown };
  slot[Symbol.for('merito.app')] = Promise.resolve({
    ...running,
    database: { ...database, pool: away.pool },
  });
  try {
    const { event } = eventOf({ route: '/ready', path: '/ready' });
    const response = await respond('GET', event);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ status: 503, title: 'Not ready' });
  } finally {
    slot[Symbol.for('merito.app')] = Promise.resolve(running);
    await away.close();
  }
});
