import { and, eq, inArray } from 'drizzle-orm';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { modelVersions } from '#lib/server/platform/db/schema.ts';
import { promoteModel } from './registry.ts';
import type { TaskName } from './task-model.ts';

/**
 * Puts a challenger or a retired version to work because a person says so, against what training decided. Its note keeps
 * who and when. False when the school has no such version.
 */
export async function overrideVerdict(
  scope: SchoolScope,
  task: TaskName,
  version: string,
  actor: string,
  at: Date,
): Promise<boolean> {
  const own = and(
    eq(modelVersions.schoolId, scope.schoolId),
    eq(modelVersions.task, task),
    eq(modelVersions.version, version),
  );
  const [found] = await scope.tx
    .select({ message: modelVersions.message })
    .from(modelVersions)
    .where(and(own, inArray(modelVersions.status, ['challenger', 'retired'])))
    .for('update');
  if (!found) return false;
  await promoteModel(scope, task, version);
  const note = `put to work by ${actor} on ${at.toISOString().slice(0, 10)}`;
  const message = found.message === null ? note : `${found.message}; ${note}`;
  await scope.tx.update(modelVersions).set({ message }).where(own);
  return true;
}
