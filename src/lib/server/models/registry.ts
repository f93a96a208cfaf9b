import { and, desc, eq, inArray } from 'drizzle-orm';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { modelVersions } from '#lib/server/platform/db/schema.ts';
import { artifactPlace } from './artifact-place.ts';
import { networkFiles } from './network-files.ts';
import { encodeTaskModel, readArtifact, versionOf, writeArtifact } from './artifact.ts';
import { type TaskModel, type TaskName, taskNames } from './task-model.ts';

export type ModelStatus = 'champion' | 'challenger' | 'retired' | 'refused';
export type ModelCard = Readonly<Record<string, unknown>>;

/** A model that scores now. */
export interface Champion {
  readonly task: TaskName;
  readonly version: string;
  readonly model: TaskModel;
}

export interface ModelVersion {
  readonly task: string;
  readonly version: string;
  readonly status: ModelStatus;
  readonly card: ModelCard;
  readonly trainedAt: Date;
  readonly message: string | null;
}

/** Every model the school ever trained, the newest first. */
export async function listModels(scope: SchoolScope): Promise<ModelVersion[]> {
  return scope.tx
    .select({
      task: modelVersions.task,
      version: modelVersions.version,
      status: modelVersions.status,
      card: modelVersions.card,
      trainedAt: modelVersions.trainedAt,
      message: modelVersions.message,
    })
    .from(modelVersions)
    .where(eq(modelVersions.schoolId, scope.schoolId))
    .orderBy(desc(modelVersions.trainedAt), desc(modelVersions.version));
}

interface Candidate {
  readonly task: string;
  readonly version: string;
  readonly folder: string;
}

/** The model that scores a task; null when none can. A damaged champion gives way to the newest sound one before it. */
export async function loadChampion(scope: SchoolScope, task: TaskName): Promise<Champion | null> {
  return (await loadChampions(scope, [task])).get(task) ?? null;
}

/** The same for several tasks, with one question to the database. */
export async function loadChampions(
  scope: SchoolScope,
  tasks: readonly TaskName[] = taskNames,
): Promise<ReadonlyMap<TaskName, Champion>> {
  const candidates = await readCandidates(scope, tasks);
  const champions = new Map<TaskName, Champion>();
  for (const task of tasks) {
    const champion = await firstSound(
      scope,
      task,
      candidates.filter((one) => one.task === task),
    );
    if (champion) champions.set(task, champion);
  }
  return champions;
}

/** Champion first, then retired ones from the newest back. */
async function readCandidates(scope: SchoolScope, tasks: readonly TaskName[]): Promise<readonly Candidate[]> {
  return scope.tx
    .select({ task: modelVersions.task, version: modelVersions.version, folder: modelVersions.folder })
    .from(modelVersions)
    .where(
      and(
        eq(modelVersions.schoolId, scope.schoolId),
        inArray(modelVersions.task, [...tasks]),
        inArray(modelVersions.status, ['champion', 'retired']),
      ),
    )
    .orderBy(modelVersions.status, desc(modelVersions.trainedAt));
}

async function firstSound(
  scope: SchoolScope,
  task: TaskName,
  candidates: readonly Candidate[],
): Promise<Champion | null> {
  for (const { version, folder } of candidates) {
    const model = await loadOnce(scope.schoolId, task, version, folder);
    if (model) return { task, version, model };
  }
  return null;
}

// A version never changes once written, so it is read once; a damaged one is reported once and stays out.
const loaded = new Map<string, Promise<TaskModel | null>>();
const mostLoaded = 200;

function loadOnce(
  schoolId: number,
  task: TaskName,
  version: string,
  folder: string,
): Promise<TaskModel | null> {
  const { root, log } = artifactPlace();
  const key = `${root} ${schoolId} ${task} ${version}`;
  const known = loaded.get(key);
  if (known) return known;
  if (loaded.size >= mostLoaded) loaded.clear();
  const loading = readArtifact(root, folder, task).catch((error: unknown) => {
    log.error(
      { err: error, schoolId, task, version },
      'a model is damaged and stays out; an earlier one goes on',
    );
    return null;
  });
  loaded.set(key, loading);
  return loading;
}

/** Reads every model from disk again: after a damaged file was put right, and between tests. */
export function forgetLoadedModels(): void {
  loaded.clear();
}

export interface NewModel {
  readonly task: TaskName;
  readonly model: TaskModel;
  readonly card: ModelCard;
  readonly status: Exclude<ModelStatus, 'retired'>;
  readonly message: string | null;
  readonly at: Date;
}

/**
 * Writes the artifact, then registers it in the caller's transaction; a new champion retires the old one. When the
 * transaction fails, the folder stays behind without a row, and nothing ever reads it.
 */
export async function saveModel(scope: SchoolScope, root: string, made: NewModel): Promise<string> {
  const { task, status, card, message, at } = made;
  const bytes = encodeTaskModel(made.model);
  const version = versionOf(bytes, at);
  const folder = `${scope.schoolId}/${task}/${version}`;
  await writeArtifact(root, folder, bytes, card, networkFiles(made.model.model));
  if (status === 'champion') await retireChampion(scope, task);
  await scope.tx
    .insert(modelVersions)
    .values({ schoolId: scope.schoolId, task, version, status, folder, card, trainedAt: at, message });
  return version;
}

/** Takes the present champion of a task out of work. */
export async function retireChampion(scope: SchoolScope, task: string): Promise<void> {
  await scope.tx
    .update(modelVersions)
    .set({ status: 'retired' })
    .where(
      and(
        eq(modelVersions.schoolId, scope.schoolId),
        eq(modelVersions.task, task),
        eq(modelVersions.status, 'champion'),
      ),
    );
}

/** Makes a challenger or a retired model the champion. @throws RangeError when there is no such model to promote */
export async function promoteModel(scope: SchoolScope, task: TaskName, version: string): Promise<void> {
  await retireChampion(scope, task);
  const promoted = await scope.tx
    .update(modelVersions)
    .set({ status: 'champion' })
    .where(
      and(
        eq(modelVersions.schoolId, scope.schoolId),
        eq(modelVersions.task, task),
        eq(modelVersions.version, version),
        inArray(modelVersions.status, ['challenger', 'retired']),
      ),
    )
    .returning({ version: modelVersions.version });
  if (promoted.length === 0)
    throw new RangeError(
      `model: expected a challenger or retired version of ${task}, got ${JSON.stringify(version)}`,
    );
}
