import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { activityPath, createActivityEndpoint } from '#lib/server/activity/endpoint.ts';
import { createApiKey } from '#lib/server/auth/api-keys.ts';
import { readConfig } from '#lib/server/platform/config.ts';
import { createLog } from '#lib/server/platform/log.ts';
import { learners } from '#lib/server/platform/db/schema.ts';
import { addSchool, testDatabase } from '../support/database.ts';

const clock = { now: () => new Date('2026-03-20T12:00:00Z') };
const good = { learner: 'ada', kind: 'view', at: '2026-03-10T09:10:00+01:00' };
let key: string;
let reader: string;
let address: string;
let close: () => void;

beforeAll(async () => {
  const database = await testDatabase();
  const schoolId = await addSchool(database);
  await database.withSchool(schoolId, async (scope) => {
    await scope.tx
      .insert(learners)
      .values({ schoolId, externalId: 'ada', name: 'Ada', joinedOn: '2025-09-01' });
    const make = (scopes: readonly ('activity:write' | 'analysis:read')[]) =>
      createApiKey(scope, { name: 'test', scopes, createdBy: null }, clock.now());
    key = (await make(['activity:write'])).token;
    reader = (await make(['analysis:read'])).token;
  });
  const endpoint = createActivityEndpoint({
    config: readConfig({}),
    database,
    clock,
    log: createLog('silent'),
  });
  const server = createServer((request, response) => void endpoint.serve(request, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}${activityPath}`;
  close = () => server.close();
});
afterAll(() => close());

interface Sent {
  readonly token?: string;
  readonly type?: string;
  readonly query?: string;
  readonly encoding?: string;
}

async function post(
  body: string | Buffer<ArrayBuffer>,
  { token = key, type = 'application/json', query = '', encoding }: Sent = {},
) {
  const headers: Record<string, string> = { authorization: `Bearer ${token}`, 'content-type': type };
  if (encoding) headers['content-encoding'] = encoding;
  const response = await fetch(address + query, { method: 'POST', headers, body });
  return { status: response.status, type: response.headers.get('content-type'), body: await response.json() };
}

let made = 0;
const event = (change: object = {}) => ({ id: `e${++made}`, ...good, ...change });
const ndjson = { type: 'application/x-ndjson' };

describe('bodies', () => {
  test('one event, an array and lines are taken', async () => {
    expect(await post(JSON.stringify(event()))).toMatchObject({ status: 200, body: { accepted: 1 } });
    expect(await post(JSON.stringify([event(), event()]))).toMatchObject({
      status: 200,
      body: { accepted: 2 },
    });
    const lines = `${JSON.stringify(event())}\n\n${JSON.stringify(event())}\n`;
    expect(await post(lines, ndjson)).toMatchObject({ status: 200, body: { accepted: 2 } });
  });

  test('a bad line is refused by its line, the others are kept', async () => {
    const lines = ['{"id":', JSON.stringify(event()), '', JSON.stringify(event({ kind: 'danced' }))].join(
      '\n',
    );
    const { status, body } = await post(lines, ndjson);
    expect(status).toBe(200);
    expect(body.accepted).toBe(1);
    expect(body.refused).toEqual([
      { index: 0, field: '', expected: 'one JSON object a line', got: '{"id":' },
      { index: 3, field: 'kind', expected: expect.stringContaining('one of attend'), got: 'danced' },
    ]);
  });

  test('places are those of the request when events before are refused by the schema', async () => {
    const { body } = await post(JSON.stringify([{ id: 1 }, event({ learner: 'nobody' }), event()]));
    expect(body.refused.map((error: { index: number; field: string }) => [error.index, error.field])).toEqual(
      [
        [0, 'id'],
        [0, 'learner'],
        [0, 'kind'],
        [0, 'at'],
        [1, 'learner'],
      ],
    );
  });

  test('atomic: none is kept, and the answer is a problem', async () => {
    const first = event();
    const { status, type, body } = await post(JSON.stringify([first, event({ score: 101 })]), {
      query: '?atomic=true',
    });
    expect({ status, type }).toEqual({ status: 422, type: 'application/problem+json' });
    expect(body).toMatchObject({
      errors: [{ index: 1, field: 'score', got: '101' }],
      title: expect.any(String),
    });
    expect(await post(JSON.stringify(first))).toMatchObject({ body: { accepted: 1, repeated: 0 } });
  });

  test.each([
    ['a day before 2000', { at: '1999-12-31' }, 'at'],
    ['two days ahead', { at: '2026-03-22' }, 'at'],
    ['a time without an offset', { at: '2026-03-10T09:10:00' }, 'at'],
    ['a day that is none', { at: '2026-02-30' }, 'at'],
    ['a NUL in an id', { id: 'a\u0000b' }, 'id'],
    ['half a character', { id: 'a\ud800' }, 'id'],
    ['an id of 201 characters', { id: 'x'.repeat(201) }, 'id'],
    ['a negative quantity', { quantity: -1 }, 'quantity'],
    ['more than a day of seconds', { seconds: 86_401 }, 'seconds'],
    ['a field nobody knows', { scor: 5 }, ''],
    ['the deadline as a number', { due: 20260310 }, 'due'],
  ])('%s is refused', async (_, change, field) => {
    const { status, body } = await post(JSON.stringify(event(change)));
    expect(status).toBe(422);
    expect(body.errors).toEqual([{ index: 0, field, expected: expect.any(String), got: expect.any(String) }]);
  });
});

describe('doors and limits', () => {
  test.each([
    ['no JSON', '{', {}, 400],
    ['no event', '[]', {}, 400],
    ['no text', Buffer.from([0xff, 0xfe]), {}, 400],
    ['a form', 'a=1', { type: 'application/x-www-form-urlencoded' }, 415],
    ['a gzipped body', Buffer.from(gzipSync('[]')), { encoding: 'gzip' }, 415],
    ['a strange parameter', '[]', { query: '?atomic=perhaps' }, 400],
    ['too many events', `[${'1,'.repeat(10_000)}1]`, {}, 413],
    ['too many bytes', `"${'x'.repeat(4 * 1024 * 1024)}"`, {}, 413],
    ['no key', '[]', { token: 'merito_nothing' }, 401],
  ])('%s', async (_, body, sent, status) => {
    const answer = await post(body, sent);
    expect(answer).toMatchObject({ status, type: 'application/problem+json', body: { status } });
  });

  test('a key without the scope is refused', async () => {
    expect(await post('[]', { token: reader })).toMatchObject({ status: 403 });
  });

  test('depth and prototypes do no harm', async () => {
    const deep = `{"id":"d","item":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect((await post(deep)).status).toBe(422);
    const poisoned = `{"id":"p","learner":"ada","kind":"view","at":"2026-03-10","__proto__":{"polluted":1}}`;
    expect((await post(poisoned)).status).toBe(422);
    expect('polluted' in {}).toBe(false);
  });
});
