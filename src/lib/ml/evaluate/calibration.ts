import { sigmoid } from '../core/sigmoid.ts';
import { checkBinary, checkPaired, checkProbabilities } from './checks.ts';
import { type Fold, foldsOf, type FoldOptions } from './folds.ts';
import { interpolate, type MonotoneBlock, poolAdjacentViolators } from './isotonic.ts';
import { logLoss } from './losses.ts';
import { fitTemperature } from './temperature.ts';

/** A monotone map from a model's probability to the share that happened. */
export type Calibration =
  | { readonly kind: 'identity'; readonly version: 1 }
  /** 1 / (1 + e^−(slope · logit(p) + offset)) */
  | { readonly kind: 'platt'; readonly version: 1; readonly slope: number; readonly offset: number }
  /** 1 / (1 + e^−(logit(p) / temperature)): a half stays a half. */
  | { readonly kind: 'temperature'; readonly version: 1; readonly temperature: number }
  /** Straight lines between the points (at, share); flat outside. */
  | {
      readonly kind: 'isotonic';
      readonly version: 1;
      readonly at: Float64Array;
      readonly share: Float64Array;
    };

export const identityCalibration: Calibration = { kind: 'identity', version: 1 };

export function calibrate(calibration: Calibration, probability: number): number {
  if (!(probability >= 0 && probability <= 1))
    throw new RangeError(`calibrate: expected a probability, got ${probability}`);
  switch (calibration.kind) {
    case 'identity':
      return probability;
    case 'platt':
      return sigmoid(calibration.slope * logit(probability) + calibration.offset);
    case 'temperature':
      return sigmoid(logit(probability) / calibration.temperature);
    case 'isotonic':
      return interpolate(calibration.at, calibration.share, probability);
  }
}

export function calibrateAll(calibration: Calibration, probabilities: Float64Array): Float64Array {
  return probabilities.map((probability) => calibrate(calibration, probability));
}

function logit(probability: number): number {
  const inside = Math.min(1 - 1e-12, Math.max(1e-12, probability));
  return Math.log(inside / (1 - inside));
}

/**
 * Two parameters fitted by Newton's method to smoothed targets.
 * @see Platt 1999; Lin, Lin and Weng, "A note on Platt's probabilistic outputs" (2007)
 */
export function fitPlatt(answers: Float64Array, labels: ArrayLike<number>): Calibration {
  checkFit('fitPlatt', answers, labels);
  const margins = answers.map(logit);
  const positives = Float64Array.from(labels).reduce((sum, label) => sum + label, 0);
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (labels.length - positives + 2);
  let [slope, offset] = [1, 0];
  for (let step = 0; step < 100; step++) {
    const [bySlope, byOffset] = plattStep(margins, labels, high, low, slope, offset);
    slope -= bySlope;
    offset -= byOffset;
    if (Math.abs(bySlope) + Math.abs(byOffset) < 1e-10) break;
  }
  // A falling map would turn the model's order around: such answers carry no order worth keeping.
  if (!(slope > 0)) [slope, offset] = [0, logit((positives + 1) / (labels.length + 2))];
  return { kind: 'platt', version: 1, slope, offset };
}

/** One Newton step (slope, offset) of the regularised logistic likelihood. */
function plattStep(
  margins: Float64Array,
  labels: ArrayLike<number>,
  high: number,
  low: number,
  slope: number,
  offset: number,
): readonly [number, number] {
  let [gradientSlope, gradientOffset, a, b, c] = [0, 0, 1e-9, 0, 1e-9];
  for (let i = 0; i < margins.length; i++) {
    const p = sigmoid(slope * margins[i] + offset);
    const error = p - (labels[i] === 1 ? high : low);
    const weight = p * (1 - p);
    gradientSlope += error * margins[i];
    gradientOffset += error;
    a += weight * margins[i] * margins[i];
    b += weight * margins[i];
    c += weight;
  }
  const determinant = a * c - b * b;
  // A full Newton step may leap past the optimum on separable data; half the margin scale is always enough.
  const shrink = (step: number) => Math.max(-2, Math.min(2, step));
  return [
    shrink((c * gradientSlope - b * gradientOffset) / determinant),
    shrink((a * gradientOffset - b * gradientSlope) / determinant),
  ];
}

/** One number that makes all answers bolder or more cautious: temperature scaling of the logits. */
export function fitTemperatureCalibration(answers: Float64Array, labels: ArrayLike<number>): Calibration {
  checkFit('fitTemperatureCalibration', answers, labels);
  const scores = new Float64Array(2 * answers.length);
  answers.forEach((answer, i) => (scores[2 * i + 1] = logit(answer)));
  return { kind: 'temperature', version: 1, temperature: fitTemperature(scores, labels, 2) };
}

/**
 * The monotone step function nearest to the labels, joined by straight lines between block centres. Each block counts
 * one extra row at the overall share, so that no answer becomes exactly 0 or 1.
 * @see Zadrozny and Elkan, "Transforming Classifier Scores into Accurate Multiclass Probability Estimates" (2002)
 */
export function fitIsotonic(answers: Float64Array, labels: ArrayLike<number>): Calibration {
  checkFit('fitIsotonic', answers, labels);
  const blocks = poolAdjacentViolators(answers, labels);
  const total = blocks.reduce((sum, block) => sum + block.sumY, 0) / answers.length;
  return {
    kind: 'isotonic',
    version: 1,
    at: Float64Array.from(blocks, ({ sumX, weight }) => sumX / weight),
    share: monotone(Float64Array.from(blocks, ({ sumY, weight }) => (sumY + total) / (weight + 1))),
  };
}

/** The extra row pulls small blocks more than large ones, which may dent the order by a hair. */
function monotone(shares: Float64Array): Float64Array {
  for (let i = 1; i < shares.length; i++) shares[i] = Math.max(shares[i], shares[i - 1]);
  return shares;
}

/**
 * The plain form: each block keeps its own share over its whole width, straight lines join the blocks. Answers may
 * become exactly 0 or 1, which costs infinitely much where it is wrong; `fitIsotonic` is the cautious form.
 * @see scikit-learn's IsotonicRegression with out_of_bounds="clip"
 */
export function fitPlainIsotonic(
  answers: Float64Array,
  labels: ArrayLike<number>,
  weights?: ArrayLike<number>,
): Calibration {
  checkFit('fitPlainIsotonic', answers, labels);
  const ends = poolAdjacentViolators(answers, labels, weights).flatMap(endsOf);
  return {
    kind: 'isotonic',
    version: 1,
    at: Float64Array.from(ends, ({ at }) => at),
    share: Float64Array.from(ends, ({ share }) => share),
  };
}

function endsOf({ from, to, sumY, weight }: MonotoneBlock) {
  // Weighted sums of labels may miss the weight itself by a rounding.
  const share = Math.min(1, sumY / weight);
  return from === to ? [{ at: from, share }] : [from, to].map((at) => ({ at, share }));
}

/**
 * Fits every kind on all folds but one and counts the log loss on that one, for each fold in turn; keeps the kind with
 * the least loss, the simplest of equals, and fits it on all rows. Identity where an outcome is too rare to do that.
 *
 * With `groups` no learner's rows stand in two folds: a learner met before is no test of a map.
 * Without, rows should come in an order that carries no meaning for the label.
 */
export function fitCalibration(
  answers: Float64Array,
  labels: ArrayLike<number>,
  options: FoldOptions = {},
): Calibration {
  return chooseCalibration(answers, labels, foldsOf(labels.length, options)).calibration;
}

/** A map, and what maps of its kind said of each fold when fitted on the others. */
export interface ChosenCalibration {
  readonly calibration: Calibration;
  readonly heldOut: Float64Array;
}

/** What `fitCalibration` does, on folds of the caller's. */
export function chooseCalibration(
  answers: Float64Array,
  labels: ArrayLike<number>,
  folds: readonly Fold[],
): ChosenCalibration {
  checkFit('fitCalibration', answers, labels);
  const canChoose = folds.length > 0 && folds.every(({ fit }) => hasBoth(labels, fit));
  if (!canChoose) return { calibration: identityCalibration, heldOut: answers };
  const fits = [() => identityCalibration, fitTemperatureCalibration, fitPlatt, fitIsotonic];
  const heldOut = fits.map((fitKind) => answersHeldOut(fitKind, answers, labels, folds));
  const losses = heldOut.map((calibrated) => logLoss(calibrated, labels));
  const best = losses.indexOf(Math.min(...losses));
  return { calibration: fits[best](answers, labels), heldOut: heldOut[best] };
}

function answersHeldOut(
  fitKind: (answers: Float64Array, labels: ArrayLike<number>) => Calibration,
  answers: Float64Array,
  labels: ArrayLike<number>,
  folds: readonly Fold[],
): Float64Array {
  const heldOut = new Float64Array(answers.length);
  for (const { fit, judge } of folds) {
    const calibration = fitKind(
      Float64Array.from(fit, (row) => answers[row]),
      Uint8Array.from(fit, (row) => labels[row]),
    );
    for (const row of judge) heldOut[row] = calibrate(calibration, answers[row]);
  }
  return heldOut;
}

function hasBoth(labels: ArrayLike<number>, rows: Uint32Array): boolean {
  return rows.some((row) => labels[row] === 0) && rows.some((row) => labels[row] === 1);
}

function checkFit(name: string, answers: Float64Array, labels: ArrayLike<number>): void {
  checkPaired(name, answers, labels);
  checkBinary(name, labels);
  checkProbabilities(name, answers);
}
