import { formatSchoolDay, localMoment } from '#lib/domain/activity/school-day.ts';
import { timeZoneOf } from '#lib/server/activity/directory.ts';
import { catalogueVersion } from '#lib/domain/features/index.ts';
import type { App } from '#lib/server/platform/app.ts';
import { imitatedTask, loadPreviewModel, previewTask } from '#lib/server/models/preview-model.ts';
import { loadChampion, type ModelCard, type ModelStatus, saveModel } from '#lib/server/models/registry.ts';
import type { TaskModel, TaskName } from '#lib/server/models/task-model.ts';
import { codeVersion } from './code-version.ts';
import { type Dataset, parts, TooLittleData } from './dataset.ts';
import { distilChampion, type TrainedPreview } from './distil-champion.ts';
import { fairnessBoundOf, readProtectedGroups } from './protected-groups.ts';
import type { Learned } from './learn.ts';
import { learnInWorker } from './run-worker.ts';
import { taskNamed } from './tasks/index.ts';
import type { Method, Task } from './task.ts';
import { verdictOf } from './verdict.ts';

export { TooLittleData } from './dataset.ts';

export interface TrainOptions {
  readonly at: Date;
  /** 1 unless told. */
  readonly seed?: number;
  /** `share` from 0 to 1, with the step in words and the model it works on. */
  onProgress?(share: number, step: string, of: TaskName | typeof previewTask): void;
}

export interface Trained {
  readonly task: TaskName;
  readonly version: string;
  readonly status: ModelStatus;
  /** Why it has that status. */
  readonly message: string;
  readonly card: ModelCard;
  /** Of badge-chance: what became of the small model for the browser, or why there is none. Null when none was due. */
  readonly preview: TrainedPreview | TooLittleData | null;
}

/**
 * Trains a task on the school's own past, writes the artifact and lets the better model be the champion.
 * @throws TooLittleData when the school has not lived enough for this task yet
 */
export async function trainTask(
  app: Pick<App, 'config' | 'database' | 'log'>,
  schoolId: number,
  name: TaskName,
  options: TrainOptions,
): Promise<Trained> {
  const task = taskNamed(name);
  const dataset = await collectDataset(app, schoolId, task, options);
  return trainOn(app, schoolId, task, dataset, options);
}

/** What the task can learn from in this school. @throws TooLittleData */
export async function collectDataset(
  { database }: Pick<App, 'database'>,
  schoolId: number,
  task: Task,
  { at, seed = 1, onProgress = () => undefined }: TrainOptions,
): Promise<Dataset> {
  const today = localMoment(at, await database.withSchool(schoolId, timeZoneOf)).day + 1;
  return database.withSchool(schoolId, (scope) =>
    task.collect(scope, {
      today,
      seed,
      onProgress: (share) => onProgress(0.4 * share, 'collecting', task.name),
    }),
  );
}

/** The same from a dataset already collected. */
export async function trainOn(
  app: Pick<App, 'config' | 'database' | 'log'>,
  schoolId: number,
  task: Task,
  dataset: Dataset,
  options: TrainOptions,
): Promise<Trained> {
  const { at, seed = 1, onProgress = () => undefined } = options;
  const { name, method, flag } = task;
  const groups = await app.database.withSchool(schoolId, readProtectedGroups);
  const learned = await learnInWorker({ dataset, method, seed, fairness: { groups, flag } }, (share) =>
    onProgress(0.4 + 0.4 * share, 'learning', name),
  );
  const model = taskModelOf(name, dataset, learned);
  const card = await cardOf(task, dataset, learned, at, seed);
  const saved = await app.database.withSchool(schoolId, async (scope) => {
    const champion = await loadChampion(scope, name);
    const gate = { groups, flag, bound: await fairnessBoundOf(scope) };
    const verdict = verdictOf(dataset, model, champion?.model ?? null, seed, gate);
    const version = await saveModel(scope, app.config.artifactFolder, {
      task: name,
      model,
      card,
      at,
      ...verdict,
    });
    return { task: name, version, card, ...verdict };
  });
  app.log.info({ schoolId, task: name, version: saved.version, status: saved.status }, saved.message);
  const preview = name === imitatedTask ? await previewFor(app, schoolId, dataset, options) : null;
  onProgress(1, saved.status, name);
  return { ...saved, preview };
}

/** The small model for the browser, when the champion of badge-chance has none that may be shown yet. */
async function previewFor(
  app: Pick<App, 'config' | 'database' | 'log'>,
  schoolId: number,
  dataset: Dataset,
  options: TrainOptions,
): Promise<Trained['preview']> {
  const hasOne = (await app.database.withSchool(schoolId, loadPreviewModel)) !== null;
  if (hasOne) return null;
  try {
    return await previewOn(app, schoolId, dataset, options);
  } catch (error) {
    if (error instanceof TooLittleData) return error;
    throw error;
  }
}

async function previewOn(
  app: Pick<App, 'config' | 'database' | 'log'>,
  schoolId: number,
  dataset: Dataset,
  { at, seed = 1, onProgress = () => undefined }: TrainOptions,
): Promise<TrainedPreview> {
  const champion = await app.database.withSchool(schoolId, (scope) => loadChampion(scope, imitatedTask));
  if (champion?.model.catalogueVersion !== catalogueVersion)
    throw new TooLittleData(`${imitatedTask}: expected a champion that reads today's features, got none`);
  return distilChampion(app, schoolId, champion, dataset, {
    at,
    seed,
    onProgress: (share) => onProgress(0.8 + 0.2 * share, 'learning', previewTask),
  });
}

/**
 * Teaches the small model for the browser anew, from the champion of badge-chance as it is.
 * @throws TooLittleData without a champion, or when the school has not lived enough
 */
export async function trainPreview(
  app: Pick<App, 'config' | 'database' | 'log'>,
  schoolId: number,
  options: TrainOptions,
): Promise<TrainedPreview> {
  const { onProgress = () => undefined } = options;
  const dataset = await collectDataset(app, schoolId, taskNamed(imitatedTask), {
    ...options,
    onProgress: (share, step) => onProgress(share, step, previewTask),
  });
  return previewOn(app, schoolId, dataset, options);
}

export function taskModelOf(task: TaskName, dataset: Dataset, learned: Learned): TaskModel {
  const { facts } = dataset;
  const { model, columns, calibration, sets, summary } = learned;
  return {
    kind: 'task-model',
    version: 2,
    task,
    catalogueVersion,
    columns,
    model,
    calibration,
    sets,
    summary,
    facts,
  };
}

async function cardOf(
  task: Task,
  dataset: Dataset,
  learned: Learned,
  at: Date,
  seed: number,
): Promise<ModelCard> {
  const { train, test } = dataset.parts;
  const { served, members, networks, judgement, pictures } = learned;
  return {
    task: task.name,
    trainedAt: at.toISOString(),
    codeVersion: await codeVersion(process.cwd()),
    catalogueVersion,
    window: { from: formatSchoolDay(train.from), to: formatSchoolDay(test.to) },
    split: dataset.split,
    rows: Object.fromEntries(parts.map((part) => [part, partCard(dataset, part)])),
    seed,
    method: methodCard(task.method),
    served,
    members,
    ...(networks.length > 0 && { networks }),
    metrics: judgement.metrics,
    reliability: judgement.reliability,
    calibration: [learned.calibration.map.kind],
    baselines: learned.baselines.map((baseline) => ({
      name: baseline.name,
      metrics: baseline.judgement.metrics,
    })),
    conformal: conformalCard(dataset, learned),
    fairness: learned.fairness,
    ...pictures,
    importance: pictures.importance.slice(0, 20),
  };
}

/** Kind and options: of a stack, how each member learns. */
function methodCard(method: Method): ModelCard {
  if (method.kind !== 'stack') return { kind: method.kind, options: method.options };
  const members = [...method.members, ...(method.networks ?? [])].map(({ name, method: own }) => [
    name,
    own.options,
  ]);
  return { kind: 'stack', options: { folds: method.folds, ...Object.fromEntries(members) } };
}

function conformalCard({ classNames, parts: { test } }: Dataset, { coverage, sets }: Learned): ModelCard {
  return {
    coverage: sets.coverage,
    classes: coverage.byClass.map((one, c) => ({ name: classNames[c], ...one })),
    meanSize: coverage.meanSize,
    undecided: 1 - coverage.sizes[1] / test.labels.length,
  };
}

function partCard(dataset: Dataset, part: (typeof parts)[number]): ModelCard {
  const { labels, learners, from, to } = dataset.parts[part];
  const counts = Array.from(
    { length: dataset.classes },
    (_, c) => labels.filter((label) => label === c).length,
  );
  return {
    from: formatSchoolDay(from),
    to: formatSchoolDay(to),
    rows: labels.length,
    learners: new Set(learners).size,
    ...(dataset.classes === 2 ? { positives: counts[1] } : { byClass: counts }),
  };
}
