import { type Model, probabilitiesOf } from '#lib/ml/ensemble/index.ts';
import {
  bothClasses,
  type ConformalSets,
  coverageReport,
  type CoverageReport,
  fitCalibration,
  fitConformalSets,
  fitMulticlassCalibration,
  foldsOf,
  logLoss,
  multiclassLogLoss,
} from '#lib/ml/evaluate/index.ts';
import { calibrateAnswers, type TaskCalibration } from '#lib/server/models/task-model.ts';
import { inputsOf, type PartRows } from './dataset.ts';
import { takeAnswers } from './judge.ts';

/** The promised share of learners whose true class is in the set, within every class. */
export const setCoverage = 0.9;

type Outcomes = Pick<PartRows, 'labels' | 'learners'>;

/** What makes a model's probabilities honest. */
export interface Confidence {
  readonly calibration: TaskCalibration;
  readonly sets: ConformalSets;
}

/**
 * Calibrates on one half of the learners and fits the conformal sets on the other: a set must rest on answers that no map
 * was fitted to.
 */
export function fitConfidence(model: Model, part: PartRows, classes: number): Confidence {
  const [{ fit, judge }] = halvesOf(part);
  const answers = probabilitiesOf(model, inputsOf(part, model.columns));
  const outputs = model.outputs;
  const calibration = fitTaskCalibration(takeAnswers(answers, fit, outputs), outcomesOf(part, fit), classes);
  const own = calibrateAnswers(calibration, takeAnswers(answers, judge, outputs), outputs);
  const sets = fitConformalSets(classAnswers(own, classes), outcomesOf(part, judge).labels, classes, {
    coverage: setCoverage,
  });
  return { calibration, sets };
}

/** What the sets kept of their promise on rows that neither model nor map has seen. */
export function judgeSets(sets: ConformalSets, answers: Float64Array, part: PartRows): CoverageReport {
  return coverageReport(sets, classAnswers(answers, sets.thresholds.length), part.labels);
}

/** Rows × classes, also for yes-or-no answers. */
export function classAnswers(answers: Float64Array, classes: number): Float64Array {
  return classes === 2 ? bothClasses(answers) : answers;
}

/** The map with the least log loss on learners it was not fitted to. */
export function fitTaskCalibration(answers: Float64Array, part: Outcomes, classes: number): TaskCalibration {
  const groups = part.learners;
  if (classes === 2) return { of: 'probability', map: fitCalibration(answers, part.labels, { groups }) };
  return { of: 'classes', map: fitMulticlassCalibration(answers, part.labels, classes, { groups }) };
}

/**
 * Answers after calibration, each half of the learners with the map of the other: what a model says once it is calibrated, on
 * rows that its map has not seen.
 */
export function calibratedAnswers(model: Model, part: PartRows, classes: number): Float64Array {
  const answers = probabilitiesOf(model, inputsOf(part, model.columns));
  const { outputs } = model;
  const calibrated = new Float64Array(answers.length);
  for (const { fit, judge } of halvesOf(part)) {
    const map = fitTaskCalibration(takeAnswers(answers, fit, outputs), outcomesOf(part, fit), classes);
    const own = calibrateAnswers(map, takeAnswers(answers, judge, outputs), outputs);
    judge.forEach((row, i) => calibrated.set(own.subarray(i * outputs, (i + 1) * outputs), row * outputs));
  }
  return calibrated;
}

/** The log loss of `calibratedAnswers`. */
export function calibratedLoss(model: Model, part: PartRows, classes: number): number {
  const answers = calibratedAnswers(model, part, classes);
  return classes === 2 ? logLoss(answers, part.labels) : multiclassLogLoss(answers, part.labels, classes);
}

function halvesOf({ labels, learners }: PartRows) {
  return foldsOf(labels.length, { folds: 2, groups: learners });
}

/** What happened to some rows, and to whom, without copying what was measured of them. */
function outcomesOf({ labels, learners }: PartRows, rows: Uint32Array): Outcomes {
  return {
    labels: Uint8Array.from(rows, (row) => labels[row]),
    learners: Int32Array.from(rows, (row) => learners[row]),
  };
}
