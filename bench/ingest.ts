// How fast activity comes in over HTTP, against one insert a request on the same server, in the same run.
// npm run bench:ingest [-- --seconds 5]
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { activityPath, createActivityEndpoint } from '#lib/server/activity/endpoint.ts';
import { createDirectory } from '#lib/server/activity/directory.ts';
import { readEvent } from '#lib/server/activity/event-schema.ts';
import { place } from '#lib/server/activity/ingest.ts';
import { writeActivity } from '#lib/server/activity/write-activity.ts';
import { createApiKey } from '#lib/server/auth/api-keys.ts';
import { type Load, type LoadResult, runLoad } from './support/load.ts';
import { addBenchSchool, type BenchApp, startTemporaryApp } from './support/temporary-app.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '5' } } });
const learners = 600;
const shapes = [
  { name: 'single posts, 64 callers', callers: 64, eventsPerBody: 1 },
  { name: 'single posts, 256 callers', callers: 256, eventsPerBody: 1 },
  { name: 'bodies of 100, 16 callers', callers: 16, eventsPerBody: 100 },
  { name: 'bodies of 100, 64 callers', callers: 64, eventsPerBody: 100 },
];

function fsyncMs(folder: string): number {
  const file = openSync(join(folder, 'fsync-probe'), 'w');
  const block = Buffer.alloc(8192, 1);
  const times = Array.from({ length: 200 }, () => {
    writeSync(file, block);
    const start = performance.now();
    fdatasyncSync(file);
    return performance.now() - start;
  });
  closeSync(file);
  return times.sort((a, b) => a - b)[100] ?? NaN;
}

/** The same receipts, events and rollups, but a transaction for each request. */
async function commitPerRequest(app: BenchApp, schoolId: number): Promise<RequestListener> {
  const names = Array.from({ length: learners }, (_, i) => `learner-${i}`);
  const entry = await createDirectory(app.database, app.clock).lookUp(schoolId, names, ['3B']);
  const context = { now: app.clock.now(), timeZone: entry.timeZone };
  return async (request, response) => {
    const reading = readEvent(JSON.parse(await bodyText(request)), 0, context);
    if (!reading.ok) throw new Error(JSON.stringify(reading.errors));
    const { placed } = place([reading.event], entry);
    await app.database.withSchool(schoolId, (scope) => writeActivity(scope, placed, app.clock.now()));
    response.writeHead(200).end('{}');
  };
}

async function bodyText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** What most programs do: read the body, insert a row, commit, answer. No receipts, no rollups, no checks. */
function insertPerRequest({ database }: BenchApp): RequestListener {
  return async (request, response) => {
    const { id, learner, kind, at } = JSON.parse(await bodyText(request));
    await database.pool`insert into bench_events (id, learner, kind, at) values (${id}, ${learner}, ${kind}, ${at})`;
    response.writeHead(200).end('{}');
  };
}

async function measure(listener: RequestListener, load: Omit<Load, 'port'>): Promise<LoadResult> {
  const server = createServer(listener);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    return await runLoad({ ...load, port: (server.address() as AddressInfo).port });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function print(name: string, result: LoadResult): void {
  const rate = Math.round(result.events / result.seconds).toLocaleString('en');
  const tail = `p50 ${result.p50Ms.toFixed(1)} ms, p99 ${result.p99Ms.toFixed(1)} ms`;
  const failed = result.failed > 0 ? `, ${result.failed} failed` : '';
  process.stdout.write(`${name.padEnd(44)} ${rate.padStart(8)} events/s   ${tail}${failed}\n`);
}

async function main(): Promise<void> {
  const app = await startTemporaryApp();
  try {
    const schoolId = await addBenchSchool(app.database, learners);
    const wanted = { name: 'bench', scopes: ['activity:write'], createdBy: null } as const;
    const { token } = await app.database.withSchool(schoolId, (scope) =>
      createApiKey(scope, wanted, app.clock.now()),
    );
    await app.database
      .pool`create table bench_events (id text primary key, learner text, kind text, at timestamptz)`;
    const common = {
      path: activityPath,
      authorization: `Bearer ${token}`,
      seconds: Number(values.seconds),
      learners,
    };
    const endpoint = createActivityEndpoint(app);
    const serve: RequestListener = (request, response) => void endpoint.serve(request, response);
    process.stdout.write(`fsync of 8 KB, median of 200: ${fsyncMs(app.folder).toFixed(2)} ms\n`);
    await measure(serve, { ...common, callers: 64, eventsPerBody: 1, seconds: 1, run: 'warm' });
    for (const [i, { name, ...shape }] of shapes.entries())
      print(name, await measure(serve, { ...common, ...shape, run: `run${i}` }));
    const single = { ...common, callers: 64, eventsPerBody: 1 };
    const each = await measure(await commitPerRequest(app, schoolId), { ...single, run: 'each' });
    print('baseline: same writes, a commit each, 64', each);
    print(
      'baseline: one bare insert each, 64',
      await measure(insertPerRequest(app), { ...single, run: 'bare' }),
    );
  } finally {
    await app.stop();
  }
}

await main();
