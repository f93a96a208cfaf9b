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
import { type PartRows, pickRows } from './dataset.ts';

/** The promised share of learners whose true class is in the set, within every class. */
export const setCoverage = 0.9;

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
  const answers = probabilitiesOf(model, part.x);
  const outputs = model.outputs;
  const calibration = fitTaskCalibration(pickAnswers(answers, fit, outputs), pickRows(part, fit), classes);
  const own = calibrateAnswers(calibration, pickAnswers(answers, judge, outputs), outputs);
  const sets = fitConformalSets(classAnswers(own, classes), pickRows(part, judge).labels, classes, {
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
export function fitTaskCalibration(answers: Float64Array, part: PartRows, classes: number): TaskCalibration {
  const groups = part.learners;
  if (classes === 2) return { of: 'probability', map: fitCalibration(answers, part.labels, { groups }) };
  return { of: 'classes', map: fitMulticlassCalibration(answers, part.labels, classes, { groups }) };
}

/**
 * Log loss after calibration, each half of the learners with the map of the other: what a model is worth once it is
 * calibrated, on rows that its map has not seen.
 */
export function calibratedLoss(model: Model, part: PartRows, classes: number): number {
  const answers = probabilitiesOf(model, part.x);
  const { outputs } = model;
  let sum = 0;
  for (const { fit, judge } of halvesOf(part)) {
    const map = fitTaskCalibration(pickAnswers(answers, fit, outputs), pickRows(part, fit), classes);
    const own = calibrateAnswers(map, pickAnswers(answers, judge, outputs), outputs);
    const { labels } = pickRows(part, judge);
    sum += judge.length * (classes === 2 ? logLoss(own, labels) : multiclassLogLoss(own, labels, classes));
  }
  return sum / part.labels.length;
}

function halvesOf({ labels, learners }: PartRows) {
  return foldsOf(labels.length, { folds: 2, groups: learners });
}

function pickAnswers(answers: Float64Array, rows: Uint32Array, outputs: number): Float64Array {
  const picked = new Float64Array(rows.length * outputs);
  rows.forEach((row, i) => {
    for (let c = 0; c < outputs; c++) picked[i * outputs + c] = answers[row * outputs + c];
  });
  return picked;
}
