import { fidelityBounds } from '#lib/ml/distil/index.ts';
import type { PreviewCard } from '#lib/server/models/card.ts';
import { previewTask, savePreviewModel } from '#lib/server/models/preview-model.ts';
import type { Champion } from '#lib/server/models/registry.ts';
import type { App } from '#lib/server/platform/app.ts';
import { codeVersion } from './code-version.ts';
import type { Dataset } from './dataset.ts';
import type { Distilled } from './distil.ts';
import { distilInWorker } from './distil-worker.ts';

export interface DistilOptions {
  readonly at: Date;
  readonly seed: number;
  /** 0 to 1. */
  onProgress(share: number): void;
}

/** What became of the small model for the browser. */
export interface TrainedPreview {
  readonly version: string;
  readonly status: 'champion' | 'refused';
  /** Why it has that status. */
  readonly message: string;
  readonly card: PreviewCard;
}

/**
 * Teaches the small model for the browser what the champion answers, writes its artifact and registers it; refused, with the
 * reason, when it is too far from the champion.
 * @throws TooLittleData when there are too few learners to hold some out
 */
export async function distilChampion(
  app: Pick<App, 'config' | 'database' | 'log'>,
  schoolId: number,
  champion: Champion,
  dataset: Dataset,
  { at, seed, onProgress }: DistilOptions,
): Promise<TrainedPreview> {
  const start = performance.now();
  const { version: imitates, model: teacher } = champion;
  const distilled = await distilInWorker({ dataset, teacher, version: imitates, seed }, onProgress);
  const card: PreviewCard = {
    imitates,
    trainedAt: at.toISOString(),
    codeVersion: await codeVersion(process.cwd()),
    seed,
    ...distilled.facts,
    layers: [...distilled.facts.layers],
    seconds: (performance.now() - start) / 1000,
    bounds: fidelityBounds,
    fidelity: distilled.fidelity,
    whatIf: distilled.whatIf,
    outcomes: distilled.outcomes,
  };
  const verdict = verdictOf(distilled);
  const version = await app.database.withSchool(schoolId, (scope) =>
    savePreviewModel(scope, app.config.artifactFolder, { files: distilled.files, card, at, ...verdict }),
  );
  app.log.info({ schoolId, task: previewTask, version, status: verdict.status }, verdict.message);
  return { version, card, ...verdict };
}

function verdictOf({ doubts, fidelity, facts }: Distilled): Pick<TrainedPreview, 'status' | 'message'> {
  if (doubts.length > 0)
    return { status: 'refused', message: `too far from the model it imitates: ${doubts.join('; ')}` };
  const order = fidelity.spearman.value.toFixed(3);
  const error = fidelity.calibrationError.value.toFixed(4);
  return {
    status: 'champion',
    message: `rank correlation ${order} and calibration error ${error} with the model it imitates, ${facts.bytes} bytes`,
  };
}
