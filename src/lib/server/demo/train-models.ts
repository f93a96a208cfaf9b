import { and, eq, inArray } from 'drizzle-orm';
import type { App } from '#lib/server/platform/app.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { jobRuns, modelVersions } from '#lib/server/platform/db/schema.ts';
import { systemActor } from '#lib/server/decisions/log.ts';

const trainJob = 'train';

/**
 * Queues the training of all models unless it was done or is under way. The server is usable meanwhile; the admin's
 * page shows how far it is, and everyone is scored at its end.
 */
export async function ensureModels(app: Pick<App, 'database' | 'jobs'>, schoolId: number): Promise<void> {
  await app.database.withSchool(schoolId, async (scope) => {
    if ((await hasModels(scope)) || (await isTraining(scope))) return;
    await app.jobs.enqueue(scope, trainJob, {}, systemActor);
  });
}

async function hasModels({ tx, schoolId }: SchoolScope): Promise<boolean> {
  return (await tx.$count(modelVersions, eq(modelVersions.schoolId, schoolId))) > 0;
}

async function isTraining({ tx, schoolId }: SchoolScope): Promise<boolean> {
  const underWay = and(
    eq(jobRuns.schoolId, schoolId),
    eq(jobRuns.kind, trainJob),
    inArray(jobRuns.status, ['queued', 'running']),
  );
  return (await tx.$count(jobRuns, underWay)) > 0;
}
