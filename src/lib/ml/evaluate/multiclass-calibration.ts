import { calibrate, type Calibration, chooseCalibration } from './calibration.ts';
import { checkClassAnswers, checkProbabilities } from './checks.ts';
import { type Fold, foldsOf, type FoldOptions } from './folds.ts';
import { multiclassLogLoss } from './losses.ts';
import { fitTemperature } from './temperature.ts';

/** A map from a model's class probabilities to calibrated ones that sum to 1. */
export type MulticlassCalibration =
  | { readonly kind: 'identity'; readonly version: 1 }
  /** softmax(ln p / temperature): the order of the classes stays. */
  | { readonly kind: 'temperature'; readonly version: 1; readonly temperature: number }
  /** One map a class, the results divided by their sum. */
  | { readonly kind: 'per-class'; readonly version: 1; readonly maps: readonly Calibration[] };

const identity: MulticlassCalibration = { kind: 'identity', version: 1 };

/**
 * Keeps whichever of identity, one temperature for all and one map a class has the least log loss on folds it was not
 * fitted on, the simplest of equals, fitted on all rows. `groups` keep a learner's rows in one fold.
 *
 * @param probabilities rows × classes, row-major
 */
export function fitMulticlassCalibration(
  probabilities: Float64Array,
  labels: ArrayLike<number>,
  classes: number,
  options: FoldOptions = {},
): MulticlassCalibration {
  const said = withoutRounding(probabilities);
  checkClassAnswers('fitMulticlassCalibration', said, labels, classes);
  const folds = foldsOf(labels.length, options);
  if (folds.length === 0) return identity;
  const choices = [
    { calibration: identity, heldOut: said },
    chooseTemperature(said, labels, classes, folds),
    chooseMaps(said, labels, classes, folds),
  ];
  const losses = choices.map(({ heldOut }) => multiclassLogLoss(heldOut, labels, classes));
  return choices[losses.indexOf(Math.min(...losses))].calibration;
}

/** A map fitted on all rows, and what its like said of each fold when fitted on the others. */
interface Choice {
  readonly calibration: MulticlassCalibration;
  readonly heldOut: Float64Array;
}

function chooseTemperature(
  said: Float64Array,
  labels: ArrayLike<number>,
  classes: number,
  folds: readonly Fold[],
): Choice {
  const scores = said.map(logOf);
  const heldOut = new Float64Array(said.length);
  for (const { fit, judge } of folds) {
    const labelsToFit = Uint32Array.from(fit, (row) => labels[row]);
    const temperature = fitTemperature(pickRows(scores, fit, classes), labelsToFit, classes);
    const judged = softened(pickRows(said, judge, classes), classes, temperature);
    judge.forEach((row, i) => heldOut.set(judged.subarray(i * classes, (i + 1) * classes), row * classes));
  }
  const temperature = fitTemperature(scores, labels, classes);
  return { calibration: { kind: 'temperature', version: 1, temperature }, heldOut };
}

/** Each class chooses the kind of its map on the same folds. */
function chooseMaps(
  said: Float64Array,
  labels: ArrayLike<number>,
  classes: number,
  folds: readonly Fold[],
): Choice {
  const chosen = Array.from({ length: classes }, (_, c) =>
    chooseCalibration(
      Float64Array.from({ length: labels.length }, (_value, row) => said[row * classes + c]),
      Uint8Array.from(labels, (label) => Number(label === c)),
      folds,
    ),
  );
  const maps = chosen.map(({ calibration }) => calibration);
  const heldOut = said.map((_, i) => chosen[i % classes].heldOut[Math.floor(i / classes)]);
  return { calibration: { kind: 'per-class', version: 1, maps }, heldOut: normalised(heldOut, classes) };
}

function pickRows(values: Float64Array, rows: Uint32Array, classes: number): Float64Array {
  const picked = new Float64Array(rows.length * classes);
  rows.forEach((row, i) => picked.set(values.subarray(row * classes, (row + 1) * classes), i * classes));
  return picked;
}

/** @param probabilities rows × classes, row-major @returns the same shape, each row summing to 1 unless untouched */
export function calibrateClasses(
  calibration: MulticlassCalibration,
  probabilities: Float64Array,
  classes: number,
): Float64Array {
  const inside = withoutRounding(probabilities);
  checkProbabilities('calibrateClasses', inside);
  switch (calibration.kind) {
    case 'identity':
      return inside;
    case 'temperature':
      return softened(inside, classes, calibration.temperature);
    case 'per-class':
      return normalised(
        inside.map((probability, i) => calibrate(calibration.maps[i % classes], probability)),
        classes,
      );
  }
}

function logOf(probability: number): number {
  return Math.log(Math.max(1e-12, probability));
}

/** softmax(ln p / temperature) of each row. */
function softened(probabilities: Float64Array, classes: number, temperature: number): Float64Array {
  const scores = probabilities.map(logOf);
  for (let first = 0; first < scores.length; first += classes) {
    const row = scores.subarray(first, first + classes);
    // Less the greatest, so that a low temperature cannot make all of a row vanish.
    const greatest = Math.max(...row);
    row.forEach((score, c) => (row[c] = Math.exp((score - greatest) / temperature)));
  }
  return normalised(scores, classes);
}

/** A mean of many trees may come out a few roundings above 1. */
function withoutRounding(probabilities: Float64Array): Float64Array {
  return probabilities.map((probability) => (probability > 1 && probability < 1 + 1e-9 ? 1 : probability));
}

function normalised(values: Float64Array, classes: number): Float64Array {
  for (let first = 0; first < values.length; first += classes) {
    const row = values.subarray(first, first + classes);
    const sum = row.reduce((total, value) => total + value, 0);
    // Maps that give every class nothing know nothing of the row.
    row.forEach((value, c) => (row[c] = sum > 0 ? value / sum : 1 / classes));
  }
  return values;
}
