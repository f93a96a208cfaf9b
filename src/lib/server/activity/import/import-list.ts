import { and, desc, eq } from 'drizzle-orm';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { importRuns, jobRuns } from '#lib/server/platform/db/schema.ts';
import type { ImportRun } from './import-run.ts';
import { importEventsJob } from './upload.ts';

const most = 50;

/** The latest imports, newest first. */
export async function listImports({ tx, schoolId }: SchoolScope): Promise<ImportRun[]> {
  return tx
    .select()
    .from(importRuns)
    .where(eq(importRuns.schoolId, schoolId))
    .orderBy(desc(importRuns.startedAt))
    .limit(most);
}

/** Uploads that wait or are under way, and the last that failed. */
export async function listImportJobs({ tx, schoolId }: SchoolScope) {
  const rows = await tx
    .select()
    .from(jobRuns)
    .where(and(eq(jobRuns.schoolId, schoolId), eq(jobRuns.kind, importEventsJob)))
    .orderBy(desc(jobRuns.id))
    .limit(5);
  return rows
    .filter(({ status }, i) => status !== 'done' && (status !== 'failed' || i === 0))
    .map(({ id, status, progress, message }) => ({ id, status, progress, message }));
}

/** One import of the school, or null. */
export async function findImport({ tx, schoolId }: SchoolScope, id: number): Promise<ImportRun | null> {
  const rows = await tx
    .select()
    .from(importRuns)
    .where(and(eq(importRuns.schoolId, schoolId), eq(importRuns.id, id)));
  return rows[0] ?? null;
}
