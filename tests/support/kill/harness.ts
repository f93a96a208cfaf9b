import { type ChildProcess, fork } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { activityPath } from '#lib/server/activity/endpoint.ts';
import { createApiKey } from '#lib/server/auth/api-keys.ts';
import { connect, type Database, type SchoolScope } from '#lib/server/platform/db/client.ts';
import { classes, learners } from '#lib/server/platform/db/schema.ts';
import { addSchool } from '../database.ts';

export interface RunningChild {
  readonly process: ChildProcess;
  readonly port: number;
}

/** Starts a server of its own process on the database; resolves once it listens. */
export function startChild(databaseUrl: string): Promise<RunningChild> {
  const child = fork(new URL('activity-server.ts', import.meta.url), [databaseUrl], { execArgv: [] });
  return new Promise((ready, failed) => {
    child.once('message', (address) => ready({ process: child, port: (address as AddressInfo).port }));
    child.once('exit', (code) => failed(new Error(`activity-server ended at once with code ${code}`)));
  });
}

export function killChild({ process: child }: RunningChild): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((ended) => {
    child.once('exit', () => ended());
    child.kill('SIGKILL');
  });
}

export interface KillSchool {
  readonly schoolId: number;
  readonly token: string;
}

const learnerCount = 20;

export async function addKillSchool(database: Database, slug = 'kill'): Promise<KillSchool> {
  const schoolId = await addSchool(database, slug);
  return database.withSchool(schoolId, async (scope) => {
    const people = Array.from({ length: learnerCount }, (_, i) => `learner-${i}`);
    await scope.tx
      .insert(learners)
      .values(people.map((name) => ({ schoolId, externalId: name, name, joinedOn: '2025-09-01' })));
    const dates = { startsOn: '2025-09-01', endsOn: '2026-06-30' };
    await scope.tx.insert(classes).values({ schoolId, externalId: '3B', name: '3B', ...dates });
    const wanted = { name: 'kill', scopes: ['activity:write'], createdBy: null } as const;
    const { token } = await createApiKey(scope, wanted, new Date());
    return { schoolId, token };
  });
}

export interface Senders {
  /** Ids whose acknowledgement arrived. */
  readonly acknowledged: ReadonlySet<string>;
  readonly sent: ReadonlySet<string>;
  /** Answers by status, and 0 for connections that broke. */
  readonly answers: ReadonlyMap<number, number>;
  /** Lets every sender finish what it sends, retries included. */
  stop(): Promise<void>;
}

export interface SenderOptions {
  /** Keeps the ids of several runs apart. */
  readonly run?: string;
  readonly callers?: number;
  readonly eventsPerBody?: number;
}

/** Callers that send small batches and send each again, with the same ids, until it is acknowledged. */
export function startSenders(
  token: string,
  port: () => number,
  { run = 'run', callers = 8, eventsPerBody = 5 }: SenderOptions = {},
): Senders {
  const acknowledged = new Set<string>();
  const sent = new Set<string>();
  const answers = new Map<number, number>();
  let isStopping = false;

  async function sendOnce(body: string): Promise<boolean> {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const status = await fetch(`http://127.0.0.1:${port()}${activityPath}`, {
      method: 'POST',
      headers,
      body,
    }).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status;
      },
      () => 0,
    );
    answers.set(status, (answers.get(status) ?? 0) + 1);
    return status === 200;
  }

  async function caller(number: number): Promise<void> {
    for (let request = 0; !isStopping; request++) {
      const ids = Array.from({ length: eventsPerBody }, (_, i) => `${run}-${number}-${request}-${i}`);
      for (const id of ids) sent.add(id);
      const body = JSON.stringify(ids.map((id, i) => eventOf(id, number * 3 + request + i)));
      while (!(await sendOnce(body))) await new Promise((wake) => setTimeout(wake, 20));
      for (const id of ids) acknowledged.add(id);
    }
  }

  const running = Promise.all(Array.from({ length: callers }, (_, number) => caller(number)));
  return {
    acknowledged,
    sent,
    answers,
    stop: async () => {
      isStopping = true;
      await running;
    },
  };
}

function eventOf(id: string, number: number) {
  const kind = ['view', 'read', 'practice'][number % 3];
  const at = `2026-03-${10 + (number % 5)}T09:10:00+01:00`;
  return { id, learner: `learner-${number % learnerCount}`, kind, at, class: '3B', quantity: 2 };
}

export interface Stored {
  readonly ids: readonly string[];
  /** Events counted by learners' rollups and by classes' rollups. */
  readonly inRollups: number;
  readonly inClassRollups: number;
  readonly receipts: number;
}

export async function readStored({ url }: Database, schoolId: number): Promise<Stored> {
  // Connections of its own: those from before a fall go on telling of it for a while.
  const database = connect(url, { connections: 1 });
  try {
    return await database.withSchool(schoolId, countStored);
  } finally {
    await database.close();
  }
}

async function countStored({ sql }: SchoolScope): Promise<Stored> {
  const events = await sql<{ event_id: string }[]>`select event_id from activity_events`;
  const [sums] = await sql<{ daily: number; class: number; receipts: number }[]>`select
    (select coalesce(sum(count), 0)::int from daily_rollups) as daily,
    (select coalesce(sum(count), 0)::int from class_rollups) as class,
    (select count(*)::int from event_receipts) as receipts`;
  if (!sums) throw new Error('sums: expected one row');
  const ids = events.map((row) => row.event_id);
  return { ids, inRollups: sums.daily, inClassRollups: sums.class, receipts: sums.receipts };
}
