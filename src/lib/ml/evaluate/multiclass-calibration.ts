import { type Calibration, calibrate, fitCalibration } from './calibration.ts';
import { checkClassAnswers, checkProbabilities } from './checks.ts';
import { foldsOf, type FoldOptions } from './folds.ts';
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
 * fitted on, and fits it on all rows.
 *
 * @param probabilities rows × classes, row-major
 */
export function fitMulticlassCalibration(
  probabilities: Float64Array,
  labels: ArrayLike<number>,
  classes: number,
  options: FoldOptions = {},
): MulticlassCalibration {
  const data = { probabilities: withoutRounding(probabilities), labels, groups: options.groups };
  checkClassAnswers('fitMulticlassCalibration', data.probabilities, labels, classes);
  const folds = foldsOf(labels.length, options).map(({ fit, judge }) => ({
    fit: pick(data, fit, classes),
    judge: pick(data, judge, classes),
  }));
  if (folds.length === 0) return identity;
  const fits = [() => identity, fitOneTemperature, fitPerClass];
  const losses = fits.map((fitKind) =>
    folds.reduce((sum, { fit, judge }) => {
      const calibrated = calibrateClasses(fitKind(fit, classes, options), judge.probabilities, classes);
      return sum + judge.labels.length * multiclassLogLoss(calibrated, judge.labels, classes);
    }, 0),
  );
  return fits[losses.indexOf(Math.min(...losses))](data, classes, options);
}

interface ClassAnswers {
  readonly probabilities: Float64Array;
  readonly labels: ArrayLike<number>;
  readonly groups: ArrayLike<number> | undefined;
}

function pick({ probabilities, labels, groups }: ClassAnswers, rows: Uint32Array, classes: number) {
  return {
    probabilities: Float64Array.from(
      { length: rows.length * classes },
      (_, i) => probabilities[rows[Math.floor(i / classes)] * classes + (i % classes)],
    ),
    labels: Uint32Array.from(rows, (row) => labels[row]),
    groups: groups && Float64Array.from(rows, (row) => groups[row]),
  };
}

function fitOneTemperature({ probabilities, labels }: ClassAnswers, classes: number): MulticlassCalibration {
  const temperature = fitTemperature(probabilities.map(logOf), labels, classes);
  return { kind: 'temperature', version: 1, temperature };
}

function fitPerClass(
  { probabilities, labels, groups }: ClassAnswers,
  classes: number,
  { folds }: FoldOptions,
): MulticlassCalibration {
  const maps = Array.from({ length: classes }, (_, c) =>
    fitCalibration(
      probabilities.filter((_probability, i) => i % classes === c),
      Uint8Array.from(labels, (label) => Number(label === c)),
      { folds, groups },
    ),
  );
  return { kind: 'per-class', version: 1, maps };
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
