import { formatSchoolDay, localMoment } from '#lib/domain/activity/school-day.ts';
import { catalogueVersion } from '#lib/domain/features/index.ts';
import { timeZoneOf } from '#lib/server/activity/directory.ts';
import type { App } from '#lib/server/platform/app.ts';
import { codeVersion } from '#lib/server/training/code-version.ts';
import type { LearntPaths, PathJudgement } from './learn.ts';
import { learnPathsInWorker } from './learn-worker.ts';
import { type NewPathModel, pathTask, savePathModel } from './path-model.ts';
import { replacePlaces } from './places.ts';
import { collectSnapshots, type PathSnapshots, stepDays } from './snapshots.ts';

export interface PathTraining {
  readonly at: Date;
  /** 1 unless told. */
  readonly seed?: number;
  /** `share` from 0 to 1, with the step in words. */
  onProgress?(share: number, step: string): void;
}

export interface TrainedPaths {
  readonly version: string;
  readonly status: NewPathModel['status'];
  /** Why it has that status. */
  readonly message: string;
  readonly card: NewPathModel['card'];
  /** Snapshots placed. */
  readonly placed: number;
}

/**
 * Learns where the school's learners stand, writes the artifact, and places everyone on past days and today. A model that
 * keeps no more of learners it never saw than their means, or noise, would is refused; the places stay as they were.
 * @throws TooLittleData when the school has not lived enough, or has too few learners
 */
export async function trainPaths(
  app: Pick<App, 'config' | 'database' | 'log'>,
  schoolId: number,
  { at, seed = 1, onProgress = () => undefined }: PathTraining,
): Promise<TrainedPaths> {
  const { database, config, log } = app;
  const before = localMoment(at, await database.withSchool(schoolId, timeZoneOf)).day + 1;
  const snapshots = await database.withSchool(schoolId, (scope) =>
    collectSnapshots(scope, before, (share) => onProgress(0.5 * share, 'collecting')),
  );
  const learnt = await learnPathsInWorker({ snapshots, seed }, (share) =>
    onProgress(0.5 + 0.4 * share, 'learning'),
  );
  const card = await cardOf(snapshots, learnt, at, seed);
  const verdict = verdictOf(learnt.judgement);
  const { learnerIds, days } = snapshots;
  const version = await database.withSchool(schoolId, async (scope) => {
    const autoencoder = learnt.model;
    const saved = await savePathModel(scope, config.artifactFolder, { autoencoder, card, at, ...verdict });
    if (verdict.status === 'champion')
      await replacePlaces(scope, { learnerIds, days, modelVersion: saved, values: learnt.places });
    return saved;
  });
  onProgress(1, verdict.status);
  log.info({ schoolId, task: pathTask, version, status: verdict.status }, verdict.message);
  return { version, card, ...verdict, placed: verdict.status === 'champion' ? days.length : 0 };
}

/** Sound when it surely keeps more than the means do, and more than its numbers would keep of noise. */
export function verdictOf({ kept, keptOfNoise }: PathJudgement): Pick<NewPathModel, 'status' | 'message'> {
  const share = `${percent(kept.value)} (${percent(kept.low)} to ${percent(kept.high)})`;
  if (!(kept.low > keptOfNoise))
    return {
      status: 'refused',
      message: `keeps ${share} of how learners it never saw differ: expected more than ${percent(keptOfNoise)}, as of noise`,
    };
  return { status: 'champion', message: `keeps ${share} of how learners it never saw differ` };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

async function cardOf(
  { days }: PathSnapshots,
  { model, judgement, trainedOn }: LearntPaths,
  at: Date,
  seed: number,
): Promise<NewPathModel['card']> {
  const [from, to] = [Math.min(...new Set(days)), Math.max(...new Set(days))];
  return {
    task: pathTask,
    trainedAt: at.toISOString(),
    codeVersion: await codeVersion(process.cwd()),
    catalogueVersion,
    seed,
    method: { kind: 'autoencoder', bottleneck: model.bottleneck, layers: model.network.layers },
    window: { from: formatSchoolDay(from), to: formatSchoolDay(to), stepDays },
    split: 'by learner: a fifth judges, a seventh of the rest says when to stop',
    trainedOn,
    judgement,
  };
}
