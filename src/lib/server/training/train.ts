import { formatSchoolDay, localMoment } from '#lib/domain/activity/school-day.ts';
import { timeZoneOf } from '#lib/server/activity/directory.ts';
import { catalogueVersion } from '#lib/domain/features/index.ts';
import type { App } from '#lib/server/platform/app.ts';
import { loadChampion, type ModelCard, type ModelStatus, saveModel } from '#lib/server/models/registry.ts';
import type { TaskModel, TaskName } from '#lib/server/models/task-model.ts';
import { codeVersion } from './code-version.ts';
import { type Dataset, parts } from './dataset.ts';
import type { Learned } from './learn.ts';
import { learnInWorker } from './run-worker.ts';
import { taskNamed } from './tasks/index.ts';
import type { Task } from './task.ts';
import { verdictOf } from './verdict.ts';

export { TooLittleData } from './dataset.ts';

export interface TrainOptions {
  readonly at: Date;
  /** 1 unless told. */
  readonly seed?: number;
  /** `share` from 0 to 1, with the step in words. */
  onProgress?(share: number, step: string): void;
}

export interface Trained {
  readonly task: TaskName;
  readonly version: string;
  readonly status: ModelStatus;
  /** Why it has that status. */
  readonly message: string;
  readonly card: ModelCard;
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
  const { at, seed = 1, onProgress = () => undefined } = options;
  const task = taskNamed(name);
  const today = localMoment(at, await app.database.withSchool(schoolId, timeZoneOf)).day + 1;
  const dataset = await app.database.withSchool(schoolId, (scope) =>
    task.collect(scope, { today, seed, onProgress: (share) => onProgress(0.4 * share, 'collecting') }),
  );
  const learned = await learnInWorker({ dataset, method: task.method, seed }, (share) =>
    onProgress(0.4 + 0.55 * share, 'learning'),
  );
  const model = taskModelOf(name, dataset, learned);
  const card = await cardOf(task, dataset, learned, at, seed);
  const saved = await app.database.withSchool(schoolId, async (scope) => {
    const champion = await loadChampion(scope, name);
    const verdict = verdictOf(dataset, model, champion?.model ?? null, seed);
    const version = await saveModel(scope, app.config.artifactFolder, {
      task: name,
      model,
      card,
      at,
      ...verdict,
    });
    return { task: name, version, card, ...verdict };
  });
  onProgress(1, saved.status);
  app.log.info({ schoolId, task: name, version: saved.version, status: saved.status }, saved.message);
  return saved;
}

function taskModelOf(task: TaskName, dataset: Dataset, { model, calibrations }: Learned): TaskModel {
  const { columns, facts } = dataset;
  return { kind: 'task-model', version: 1, task, catalogueVersion, columns, model, calibrations, facts };
}

async function cardOf(
  task: Task,
  dataset: Dataset,
  learned: Learned,
  at: Date,
  seed: number,
): Promise<ModelCard> {
  const { train, test } = dataset.parts;
  return {
    task: task.name,
    trainedAt: at.toISOString(),
    codeVersion: await codeVersion(process.cwd()),
    catalogueVersion,
    window: { from: formatSchoolDay(train.from), to: formatSchoolDay(test.to) },
    split: dataset.split,
    rows: Object.fromEntries(parts.map((part) => [part, partCard(dataset, part)])),
    seed,
    method: task.method,
    metrics: learned.judgement.metrics,
    reliability: learned.judgement.reliability,
    calibration: learned.calibrations.map(({ kind }) => kind),
    baselines: learned.baselines.map(({ name, judgement }) => ({ name, metrics: judgement.metrics })),
    importance: learned.importance.slice(0, 20),
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
