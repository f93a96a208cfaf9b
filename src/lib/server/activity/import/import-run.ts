import { join } from 'node:path';
import { and, eq, ne } from 'drizzle-orm';
import { ensureMonths } from '#lib/server/activity/months.ts';
import { markEveryonePending, markPending } from '#lib/server/activity/pending.ts';
import { firstOfEachId, type PlacedEvent, writeActivity } from '#lib/server/activity/write-activity.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Config } from '#lib/server/platform/config.ts';
import type { Database, SchoolScope } from '#lib/server/platform/db/client.ts';
import { importRuns } from '#lib/server/platform/db/schema.ts';
import { announce } from '#lib/server/platform/live-messages.ts';
import { openRefusedFile } from './refused-file.ts';
import { ImportError, type RefusedRow } from './source-file.ts';

export type ImportKind = 'oulad' | 'events';

/** Rows that become durable together. */
export interface ImportBatch {
  readonly placed: readonly PlacedEvent[];
  readonly refused: readonly RefusedRow[];
  /** Rows of the source up to the end of this batch, refused ones included: where a resumed run goes on. */
  readonly position: number;
  /** Share of the source read so far, 0 to 1. */
  readonly fraction: number;
}

/** A source of activity that can be read again from any position. */
export interface ImportSource {
  readonly kind: ImportKind;
  /** What people call it: a folder or a file. */
  readonly label: string;
  readonly fingerprint: string;
  /** Batches after the first `position` rows, always cut from the same rows in the same order. */
  batches(position: number): AsyncGenerator<ImportBatch>;
}

export interface ImportProgress {
  readonly rows: number;
  readonly accepted: number;
  readonly refused: number;
  readonly fraction: number;
  readonly rowsPerSecond: number;
  readonly secondsLeft: number;
}

export type ImportRun = typeof importRuns.$inferSelect;

export interface ImportOptions {
  readonly clock: Clock;
  /** Where the files of refused rows lie. */
  readonly folder: string;
  onProgress(progress: ImportProgress): void | Promise<void>;
}

export interface ImportResult {
  readonly run: ImportRun;
  /** True when this source had been imported before and nothing was done. */
  readonly isRepeated: boolean;
}

/**
 * Brings a source into the school, batch by batch. The events of a batch, their rollups and the position after
 * them commit together: killed at any moment and run again, it ends with the same rows. A source already
 * imported does nothing.
 */
export async function runImport(
  database: Database,
  schoolId: number,
  source: ImportSource,
  options: ImportOptions,
): Promise<ImportResult> {
  const run = await database.withSchool(schoolId, (scope) => beginRun(scope, source));
  if (run.status === 'done') return { run, isRepeated: true };
  try {
    await importBatches(database, run, source, options);
    return {
      run: await finish(database, run, { status: 'done', message: null }, options),
      isRepeated: false,
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    await finish(database, run, { status: 'failed', message }, options);
    throw error;
  }
}

async function beginRun({ tx, schoolId }: SchoolScope, source: ImportSource): Promise<ImportRun> {
  const { kind, label, fingerprint } = source;
  if (kind === 'oulad') await refuseSecondFolder({ tx, schoolId }, fingerprint);
  const rows = await tx
    .insert(importRuns)
    .values({ schoolId, kind, label, fingerprint, status: 'running' })
    .onConflictDoUpdate({ target: [importRuns.schoolId, importRuns.fingerprint], set: { label } })
    .returning();
  const run = rows[0];
  if (!run) throw new Error('import_runs: expected one row');
  return run;
}

/** Clicks carry no ids: two folders that share a module presentation would count it twice. */
async function refuseSecondFolder(
  { tx, schoolId }: Pick<SchoolScope, 'tx' | 'schoolId'>,
  fingerprint: string,
) {
  const others = await tx
    .select()
    .from(importRuns)
    .where(
      and(
        eq(importRuns.schoolId, schoolId),
        eq(importRuns.kind, 'oulad'),
        ne(importRuns.fingerprint, fingerprint),
      ),
    );
  const other = others.find(({ position }) => position > 0);
  if (other)
    throw new ImportError(
      `school: expected one without OULAD activity, got import ${other.id} of ${other.label}. Use another school.`,
    );
}

async function importBatches(
  database: Database,
  run: ImportRun,
  source: ImportSource,
  options: ImportOptions,
): Promise<void> {
  const refusedFile = await openRefusedFile(options.folder, run);
  const touched = new Set<number>();
  const progress = progressFrom(run);
  let from = run.position;
  for await (const batch of oneAhead(source.batches(from))) {
    await refusedFile.write(batch.refused);
    const accepted = await commitBatch(database, run, from, batch, options.clock);
    for (const { rollup } of batch.placed) touched.add(rollup.learnerId);
    from = batch.position;
    await options.onProgress(progress(batch, accepted));
  }
  await database.withSchool(run.schoolId, (scope) =>
    askForEvaluation(scope, run, touched, options.clock.now()),
  );
}

/** Reads and checks the next batch while the database writes this one. */
async function* oneAhead<T>(batches: AsyncGenerator<T>): AsyncGenerator<T> {
  try {
    let next = batches.next();
    for (;;) {
      const { done, value } = await next;
      if (done) return;
      next = batches.next();
      // Its error is thrown by the await above; without this line it would count as unhandled until then.
      next.catch(() => undefined);
      yield value;
    }
  } finally {
    await batches.return(undefined);
  }
}

/** Writes a batch and the position after it in one transaction. Returns how many events were new. */
async function commitBatch(
  database: Database,
  run: ImportRun,
  from: number,
  batch: ImportBatch,
  clock: Clock,
): Promise<number> {
  await ensureMonths(
    database,
    batch.placed.map(({ rollup }) => rollup.day),
  );
  return database.withSchool(run.schoolId, async (scope) => {
    const fresh = await writeActivity(scope, firstOfEachId(batch.placed), clock.now(), {
      marksPending: false,
    });
    const accepted = fresh.length;
    await advance(scope, run.id, from, batch, accepted);
    if (accepted > 0) await announce(scope, { role: 'admin' }, { type: 'activity', accepted });
    return accepted;
  });
}

async function advance(
  { sql, schoolId }: SchoolScope,
  runId: number,
  from: number,
  batch: ImportBatch,
  accepted: number,
): Promise<void> {
  const rows = await sql`
    update import_runs set position = ${batch.position}, status = 'running', message = null,
      accepted = accepted + ${accepted}, refused = refused + ${batch.refused.length},
      repeated = repeated + ${batch.placed.length - accepted}
    where school_id = ${schoolId} and id = ${runId} and position = ${from}
    returning id`;
  if (rows.length === 0)
    throw new ImportError(
      `import ${runId}: expected position ${from}; another process imports the same source`,
    );
}

/** After a kill the learners of the earlier part are not known any more: then everybody is evaluated. */
async function askForEvaluation(scope: SchoolScope, run: ImportRun, touched: Set<number>, at: Date) {
  return run.position === 0 ? markPending(scope, touched, at) : markEveryonePending(scope, at);
}

async function finish(
  database: Database,
  run: ImportRun,
  end: Pick<ImportRun, 'status' | 'message'>,
  { clock }: ImportOptions,
): Promise<ImportRun> {
  const rows = await database.withSchool(run.schoolId, ({ tx }) =>
    tx
      .update(importRuns)
      .set({ ...end, endedAt: clock.now() })
      .where(and(eq(importRuns.schoolId, run.schoolId), eq(importRuns.id, run.id)))
      .returning(),
  );
  const row = rows[0];
  if (!row) throw new Error(`import_runs: expected run ${run.id}, found none`);
  return row;
}

function progressFrom(run: ImportRun): (batch: ImportBatch, accepted: number) => ImportProgress {
  const start = performance.now();
  let { accepted, refused } = run;
  let firstFraction: number | null = null;
  return (batch, fresh) => {
    accepted += fresh;
    refused += batch.refused.length;
    firstFraction ??= run.position === 0 ? 0 : batch.fraction;
    const seconds = (performance.now() - start) / 1000;
    const done = batch.fraction - firstFraction;
    return {
      rows: batch.position,
      accepted,
      refused,
      fraction: batch.fraction,
      rowsPerSecond: (batch.position - run.position) / seconds,
      secondsLeft: done > 0 ? (seconds * (1 - batch.fraction)) / done : NaN,
    };
  };
}

export interface DryRun {
  readonly rows: number;
  readonly events: number;
  readonly refused: number;
  readonly firstErrors: readonly RefusedRow[];
}

/** Reads and checks everything and writes nothing. */
export async function dryRun(source: ImportSource, mostErrors = 20): Promise<DryRun> {
  const firstErrors: RefusedRow[] = [];
  let [rows, events, refused] = [0, 0, 0];
  for await (const batch of source.batches(0)) {
    rows = batch.position;
    events += batch.placed.length;
    refused += batch.refused.length;
    firstErrors.push(...batch.refused.slice(0, mostErrors - firstErrors.length));
  }
  return { rows, events, refused, firstErrors };
}

/** Where uploaded files and refused rows lie. */
export function importFolder({ dataFolder }: Pick<Config, 'dataFolder'>): string {
  return join(dataFolder, 'imports');
}
