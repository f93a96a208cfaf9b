import { and, eq, sql } from 'drizzle-orm';
import { fromDrizzle, type Job, PgBoss } from 'pg-boss';
import type { Database, SchoolScope } from './db/client.ts';
import { jobRuns } from './db/schema.ts';
import { announce } from './live-messages.ts';
import type { Log } from './log.ts';

/** What a handler may say while it works; at most four times a second reach the page. */
export interface JobRun {
  readonly schoolId: number;
  readonly id: number;
  /** `fraction` from 0 to 1. */
  progress(fraction: number, message: string): Promise<void>;
}

/** Does the work; its result is the closing message. Must be safe to run again: a job may be delivered twice. */
export type JobHandler = (data: Readonly<Record<string, unknown>>, run: JobRun) => Promise<string>;

export interface Jobs {
  /** Queues a job in the caller's transaction; returns the id of its row in `job_runs`. */
  enqueue(
    scope: SchoolScope,
    kind: string,
    data: Readonly<Record<string, unknown>>,
    startedBy: string,
  ): Promise<number>;
  /** Starts working on jobs of these kinds in this process, one at a time. */
  work(handlers: Readonly<Record<string, JobHandler>>): Promise<void>;
  /** Runs `task` at a cron time in UTC, once among all processes. */
  schedule(name: string, cron: string, task: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

interface JobData {
  readonly schoolId: number;
  readonly runId: number;
  readonly data: Readonly<Record<string, unknown>>;
}

const queue = 'work';
const queueOptions = {
  retryLimit: 2,
  retryBackoff: true,
  expireInSeconds: 3600,
  heartbeatSeconds: 30,
  notify: true,
};
const polling = { pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 5 };
const progressPauseMs = 250;

/** Jobs on the school's own PostgreSQL; pg-boss starts with the first call that needs it. */
export function createJobs(database: Database, log: Log): Jobs {
  let starting: Promise<PgBoss> | undefined;
  const boss = () => (starting ??= startBoss(database.url, log));
  return {
    enqueue: async (scope, kind, data, startedBy) => {
      const runId = await addRun(scope, kind, startedBy);
      const job: JobData = { schoolId: scope.schoolId, runId, data };
      await (await boss()).send(queue, { kind, ...job }, { db: fromDrizzle(scope.tx, sql) });
      return runId;
    },
    work: async (handlers) => {
      await (
        await boss()
      ).work<JobData & { kind: string }>(queue, polling, async (jobs) => {
        for (const job of jobs) await runJob(database, log, handlers, job);
      });
    },
    schedule: async (name, cron, task) => {
      const started = await boss();
      await started.createQueue(name, { retryLimit: 2, retryBackoff: true });
      await started.schedule(name, cron);
      await started.work(name, polling, task);
    },
    stop: async () => {
      if (starting) await (await starting).stop({ graceful: true, timeout: 5_000 });
    },
  };
}

async function startBoss(url: string, log: Log): Promise<PgBoss> {
  const boss = new PgBoss({ connectionString: url, max: 4, useListenNotify: true });
  boss.on('error', (error) => log.error({ error }, 'jobs: the queue reported an error'));
  await boss.start();
  await boss.createQueue(queue, queueOptions);
  return boss;
}

async function addRun(scope: SchoolScope, kind: string, startedBy: string): Promise<number> {
  const rows = await scope.tx
    .insert(jobRuns)
    .values({ schoolId: scope.schoolId, kind, status: 'queued', startedBy })
    .returning({ id: jobRuns.id });
  const row = rows[0];
  if (!row) throw new Error('job_runs: expected one inserted row');
  return row.id;
}

type RunState = Partial<typeof jobRuns.$inferInsert>;

async function runJob(
  database: Database,
  log: Log,
  handlers: Readonly<Record<string, JobHandler>>,
  job: Job<JobData & { kind: string }>,
): Promise<void> {
  const { kind, schoolId, runId, data } = job.data;
  const record = (state: RunState) =>
    database.withSchool(schoolId, (scope) => recordRun(scope, runId, state));
  try {
    const handler = handlers[kind];
    if (!handler) throw new Error(`job: expected one of ${Object.keys(handlers).join(', ')}, got ${kind}`);
    await record({ status: 'running', progress: 0, message: null });
    const message = await handler(data, { schoolId, id: runId, progress: paced(record) });
    await record({ status: 'done', progress: 1, message, endedAt: new Date() });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    log.error({ error, kind, schoolId, runId }, 'jobs: a job failed');
    await record({ status: 'failed', message, endedAt: new Date() });
    throw error;
  }
}

/** Lets a handler report as often as it likes without a write each time. */
function paced(record: (state: RunState) => Promise<void>): JobRun['progress'] {
  let last = 0;
  return async (fraction, message) => {
    const now = performance.now();
    if (now - last < progressPauseMs && fraction < 1) return;
    last = now;
    await record({ progress: fraction, message });
  };
}

async function recordRun(scope: SchoolScope, id: number, state: RunState): Promise<void> {
  const rows = await scope.tx
    .update(jobRuns)
    .set(state)
    .where(and(eq(jobRuns.schoolId, scope.schoolId), eq(jobRuns.id, id)))
    .returning();
  const row = rows[0];
  if (!row) throw new Error(`job_runs: expected run ${id}, found none`);
  const { kind, status, progress, message } = row;
  await announce(scope, { role: 'admin' }, { type: 'job', id, kind, status, progress, message });
}
