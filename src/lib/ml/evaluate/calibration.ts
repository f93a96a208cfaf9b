import { checkBinary, checkPaired, checkProbabilities } from './checks.ts';
import { logLoss } from './losses.ts';

/** A monotone map from a model's probability to the share that happened. */
export type Calibration =
  | { readonly kind: 'identity'; readonly version: 1 }
  /** 1 / (1 + e^−(slope · logit(p) + offset)) */
  | { readonly kind: 'platt'; readonly version: 1; readonly slope: number; readonly offset: number }
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
  if (calibration.kind === 'identity') return probability;
  if (calibration.kind === 'platt')
    return sigmoid(calibration.slope * logit(probability) + calibration.offset);
  return interpolate(calibration.at, calibration.share, probability);
}

export function calibrateAll(calibration: Calibration, probabilities: Float64Array): Float64Array {
  return probabilities.map((probability) => calibrate(calibration, probability));
}

function sigmoid(margin: number): number {
  return 1 / (1 + Math.exp(-margin));
}

function logit(probability: number): number {
  const inside = Math.min(1 - 1e-12, Math.max(1e-12, probability));
  return Math.log(inside / (1 - inside));
}

function interpolate(at: Float64Array, share: Float64Array, x: number): number {
  const last = at.length - 1;
  if (x <= at[0]) return share[0];
  if (x >= at[last]) return share[last];
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (at[middle] <= x) low = middle;
    else high = middle;
  }
  return share[low] + ((x - at[low]) / (at[high] - at[low])) * (share[high] - share[low]);
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

/**
 * Pool adjacent violators: the monotone step function nearest to the labels, joined by straight lines between block
 * centres. Each block counts one extra row at the overall share, so that no answer becomes exactly 0 or 1.
 * @see Barlow et al. 1972; Zadrozny and Elkan 2002
 */
export function fitIsotonic(answers: Float64Array, labels: ArrayLike<number>): Calibration {
  checkFit('fitIsotonic', answers, labels);
  const order = Uint32Array.from(answers, (_, i) => i).sort((a, b) => answers[a] - answers[b]);
  const blocks = poolAdjacentViolators(order, answers, labels);
  const total = blocks.reduce((sum, block) => sum + block.positives, 0) / answers.length;
  return {
    kind: 'isotonic',
    version: 1,
    at: Float64Array.from(blocks, (block) => block.answerSum / block.rows),
    share: monotone(Float64Array.from(blocks, (block) => (block.positives + total) / (block.rows + 1))),
  };
}

interface Block {
  rows: number;
  positives: number;
  answerSum: number;
}

function poolAdjacentViolators(
  order: Uint32Array,
  answers: Float64Array,
  labels: ArrayLike<number>,
): Block[] {
  const blocks: Block[] = [];
  for (let k = 0; k < order.length; k++) {
    const answer = answers[order[k]];
    const isTie = k > 0 && answer === answers[order[k - 1]];
    const block = { rows: 1, positives: labels[order[k]], answerSum: answer };
    if (isTie) mergeInto(blocks[blocks.length - 1], block);
    else blocks.push(block);
    const nextIsTie = k + 1 < order.length && answers[order[k + 1]] === answer;
    if (!nextIsTie) poolLast(blocks);
  }
  return blocks;
}

function poolLast(blocks: Block[]): void {
  while (blocks.length > 1) {
    const last = blocks[blocks.length - 1];
    const before = blocks[blocks.length - 2];
    if (before.positives * last.rows < last.positives * before.rows) return;
    mergeInto(before, last);
    blocks.pop();
  }
}

function mergeInto(block: Block, other: Block): void {
  block.rows += other.rows;
  block.positives += other.positives;
  block.answerSum += other.answerSum;
}

/** The extra row pulls small blocks more than large ones, which may dent the order by a hair. */
function monotone(shares: Float64Array): Float64Array {
  for (let i = 1; i < shares.length; i++) shares[i] = Math.max(shares[i], shares[i - 1]);
  return shares;
}

/**
 * Fits each kind on the even rows, keeps the kind with the least log loss on the odd ones, and fits that kind on all.
 * Rows should come in an order that carries no meaning for the label.
 */
export function fitCalibration(answers: Float64Array, labels: ArrayLike<number>): Calibration {
  checkFit('fitCalibration', answers, labels);
  const [even, odd] = [0, 1].map((parity) => everySecond(answers, labels, parity));
  if (!hasBoth(even.labels) || !hasBoth(odd.labels)) return identityCalibration;
  const fits = [() => identityCalibration, fitPlatt, fitIsotonic];
  const losses = fits.map((fit) =>
    logLoss(calibrateAll(fit(even.answers, even.labels), odd.answers), odd.labels),
  );
  return fits[losses.indexOf(Math.min(...losses))](answers, labels);
}

function everySecond(answers: Float64Array, labels: ArrayLike<number>, parity: number) {
  return {
    answers: answers.filter((_, i) => i % 2 === parity),
    labels: Uint8Array.from(labels).filter((_, i) => i % 2 === parity),
  };
}

function hasBoth(labels: Uint8Array): boolean {
  return labels.includes(0) && labels.includes(1);
}

function checkFit(name: string, answers: Float64Array, labels: ArrayLike<number>): void {
  checkPaired(name, answers, labels);
  checkBinary(name, labels);
  checkProbabilities(name, answers);
}
