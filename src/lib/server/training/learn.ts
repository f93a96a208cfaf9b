import {
  type Calibration,
  fitCalibration,
  identityCalibration,
  multiclassLogLoss,
} from '#lib/ml/evaluate/index.ts';
import {
  fitBoosting,
  fitForest,
  gainImportance,
  predictProbability,
  type TreeModel,
} from '#lib/ml/trees/index.ts';
import { answersOf, calibrateAnswers } from '#lib/server/models/task-model.ts';
import { type Baseline, type Dataset, type PartRows, pickColumns } from './dataset.ts';
import { judge, type Judgement } from './judge.ts';
import type { Method } from './task.ts';

export interface Assignment {
  readonly dataset: Dataset;
  readonly method: Method;
  readonly seed: number;
}

/** What comes back from the worker: the model, and how it did on the rows it never saw. */
export interface Learned {
  readonly model: TreeModel;
  readonly calibrations: readonly Calibration[];
  /** On the test part. */
  readonly judgement: Judgement;
  readonly baselines: readonly { readonly name: string; readonly judgement: Judgement }[];
  /** Share of all split gain by column, largest first. */
  readonly importance: readonly { readonly feature: string; readonly share: number }[];
}

/** Fits on the train part, calibrates on the next, judges model and baselines on the last. Pure: same input, same bytes. */
export function learn({ dataset, method, seed }: Assignment, onProgress: (share: number) => void): Learned {
  const { train, calibrate, test } = dataset.parts;
  const model = fitModel(method, train, seed, (share) => onProgress(0.7 * share));
  const calibrations = calibrationsFor(model, calibrate, dataset.classes);
  onProgress(0.8);
  const judgement = judge(answersOf({ model, calibrations }, test.x), test, dataset.classes, seed);
  const baselines = dataset.baselines.map((baseline) => ({
    name: baseline.name,
    judgement: judge(baselineAnswers(baseline, dataset, seed), test, dataset.classes, seed),
  }));
  onProgress(1);
  const importance = [...gainImportance(model)]
    .map((share, i) => ({ feature: dataset.columns[i], share }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share);
  return { model, calibrations, judgement, baselines, importance };
}

function fitModel(
  method: Method,
  part: PartRows,
  seed: number,
  onProgress: (share: number) => void,
): TreeModel {
  const data = { x: part.x, labels: part.labels };
  if (method.kind === 'forest') {
    const onTree = (tree: number) => onProgress(tree / (method.options.trees ?? 100));
    return fitForest(data, { ...method.options, seed, onTree }).model;
  }
  const onRound = (round: number) => onProgress(round / (method.options.rounds ?? 100));
  return fitBoosting(data, { ...method.options, seed, onRound });
}

/** One map for yes or no; for several classes one each, kept only when together they lower the log loss. */
function calibrationsFor(model: TreeModel, part: PartRows, classes: number): readonly Calibration[] {
  const answers = predictProbability(model, part.x);
  if (classes === 2) return [fitCalibration(answers, part.labels)];
  const plain = Array.from({ length: classes }, () => identityCalibration);
  const fitted = plain.map((_, c) =>
    fitCalibration(
      answers.filter((_answer, i) => i % classes === c).map((answer) => Math.min(1, answer)),
      part.labels.map((label) => Number(label === c)),
    ),
  );
  const loss = (calibrations: readonly Calibration[]) =>
    multiclassLogLoss(calibrateAnswers(calibrations, answers), part.labels, classes);
  return loss(fitted) < loss(plain) ? fitted : plain;
}

/** A small model of the baseline's columns alone, fitted on the same rows; the share of each class for no column. */
function baselineAnswers({ columns }: Baseline, dataset: Dataset, seed: number): Float64Array {
  const { train, test } = dataset.parts;
  if (columns.length === 0) return baseRate(train, test, dataset.classes);
  const chosen = columns.map((name) => dataset.columns.indexOf(name));
  const model = fitBoosting(
    { x: pickColumns(train.x, chosen), labels: train.labels },
    {
      seed,
      loss: dataset.classes === 2 ? 'logistic' : 'softmax',
      classes: dataset.classes,
      rounds: 60,
      rate: 0.1,
      depth: 2,
      minChildWeight: 10,
      maxBins: 64,
    },
  );
  return predictProbability(model, pickColumns(test.x, chosen));
}

/** The share of each class in training, for every test row. */
export function baseRate(train: PartRows, test: PartRows, classes: number): Float64Array {
  // One row more for each class, so that none is impossible.
  const share = (c: number) =>
    (train.labels.filter((label) => label === c).length + 1) / (train.labels.length + classes);
  if (classes === 2) return new Float64Array(test.labels.length).fill(share(1));
  const shares = Array.from({ length: classes }, (_, c) => share(c));
  return Float64Array.from({ length: test.labels.length * classes }, (_, i) => shares[i % classes]);
}
