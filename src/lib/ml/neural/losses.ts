import { expectEqual, expectWhole } from './layers/checks.ts';

/**
 * `binary-cross-entropy`: outputs are margins, targets 0 to 1. `squared-error`: any numbers. `softmax-cross-entropy`: outputs
 * are the margins of classes, targets their shares. A target of NaN is unknown and counts for nothing.
 */
export const lossNames = ['binary-cross-entropy', 'squared-error', 'softmax-cross-entropy'] as const;
export type LossName = (typeof lossNames)[number];

/** Some columns of a network's output and what they are held to. */
export interface Head {
  /** So many columns, after those of the heads before. */
  readonly columns: number;
  readonly loss: LossName;
  /** How much it counts beside the others. */
  readonly weight: number;
}

/** One loss for all columns, or heads that share them out. */
export type Loss = LossName | readonly Head[];

interface PlacedHead extends Head {
  readonly from: number;
}

/** Rows of outputs and what they should have been, `width` numbers each. */
export interface LossRows {
  readonly outputs: Float32Array;
  readonly targets: Float32Array;
  readonly rows: number;
}

/** Sum and count of what is known, a head; they add up over batches. */
export interface LossSums {
  readonly sums: Float64Array;
  readonly counts: Float64Array;
}

/** A loss made for outputs of one width. */
export interface PreparedLoss {
  readonly width: number;
  /** Sums over the rows; writes the gradient of `value` into `gradient` when there is one. */
  measure(rows: LossRows, gradient?: Float32Array): LossSums;
  /** Of each head the mean over what is known (cells, or rows of a softmax), times its weight, summed. */
  value(sums: LossSums): number;
}

/** @throws RangeError unless the heads cover the columns exactly */
export function prepareLoss(loss: Loss, width: number): PreparedLoss {
  const heads = placeHeads(typeof loss === 'string' ? [{ columns: width, loss, weight: 1 }] : loss, width);
  return {
    width,
    measure(rows, gradient) {
      const sums = new Float64Array(heads.length);
      const counts = new Float64Array(heads.length);
      for (const [h, head] of heads.entries()) {
        const measure = head.loss === 'softmax-cross-entropy' ? measureRows : measureCells;
        [sums[h], counts[h]] = measure(head, rows, width, gradient);
      }
      return { sums, counts };
    },
    value: ({ sums, counts }) =>
      heads.reduce((sum, { weight }, h) => sum + (counts[h] > 0 ? (weight * sums[h]) / counts[h] : 0), 0),
  };
}

/** The sums of two sets of rows together. */
export function addLosses(a: LossSums, b: LossSums): LossSums {
  return { sums: a.sums.map((sum, h) => sum + b.sums[h]), counts: a.counts.map((n, h) => n + b.counts[h]) };
}

function placeHeads(heads: readonly Head[], width: number): PlacedHead[] {
  let from = 0;
  const placed = heads.map((head, h) => {
    expectWhole(`heads[${h}].columns`, head.columns, 1);
    if (!lossNames.includes(head.loss))
      throw new RangeError(`heads[${h}].loss: expected one of ${lossNames.join(', ')}, got ${head.loss}`);
    if (!(head.weight > 0 && Number.isFinite(head.weight)))
      throw new RangeError(`heads[${h}].weight: expected above 0, got ${head.weight}`);
    from += head.columns;
    return { ...head, from: from - head.columns };
  });
  expectEqual('columns of all heads', width, from);
  return placed;
}

type Measured = readonly [sum: number, count: number];

/** Losses of single cells: each known target counts once. */
function measureCells(
  { columns, loss, weight, from }: PlacedHead,
  { outputs, targets, rows }: LossRows,
  width: number,
  gradient: Float32Array | undefined,
): Measured {
  const measure = loss === 'squared-error' ? squaredErrors : binaryCrossEntropies;
  let [sum, count] = [0, 0];
  for (let row = 0; row < rows; row++) count += countKnown(targets, row * width + from, columns);
  const share = weight / Math.max(1, count);
  for (let row = 0; row < rows; row++)
    sum += measure({ outputs, targets, gradient, share }, row * width + from, columns);
  return [sum, count];
}

function countKnown(targets: Float32Array, start: number, columns: number): number {
  let count = 0;
  for (let i = start; i < start + columns; i++) if (!Number.isNaN(targets[i])) count++;
  return count;
}

/** What the losses of some cells read, and where their gradient goes: `share` is what one cell counts. */
interface Cells {
  readonly outputs: Float32Array;
  readonly targets: Float32Array;
  readonly gradient: Float32Array | undefined;
  readonly share: number;
}

function squaredErrors({ outputs, targets, gradient, share }: Cells, start: number, columns: number): number {
  let sum = 0;
  for (let i = start; i < start + columns; i++) {
    const error = Number.isNaN(targets[i]) ? 0 : outputs[i] - targets[i];
    sum += error * error;
    if (gradient) gradient[i] = 2 * share * error;
  }
  return sum;
}

/** −t log σ(m) − (1 − t) log(1 − σ(m)), by an exponential that cannot overflow. */
function binaryCrossEntropies(
  { outputs, targets, gradient, share }: Cells,
  start: number,
  columns: number,
): number {
  let sum = 0;
  for (let i = start; i < start + columns; i++) {
    if (gradient) gradient[i] = 0;
    if (Number.isNaN(targets[i])) continue;
    const [margin, target] = [outputs[i], targets[i]];
    const small = Math.exp(-Math.abs(margin));
    sum += Math.max(margin, 0) - margin * target + Math.log1p(small);
    if (gradient) gradient[i] = share * ((margin >= 0 ? 1 : small) / (1 + small) - target);
  }
  return sum;
}

/** Losses of whole rows: a row counts once, if all its targets are known. */
function measureRows(
  { columns, weight, from }: PlacedHead,
  { outputs, targets, rows }: LossRows,
  width: number,
  gradient: Float32Array | undefined,
): Measured {
  const known: number[] = [];
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const start = row * width + from;
    gradient?.fill(0, start, start + columns);
    if (countKnown(targets, start, columns) < columns) continue;
    known.push(start);
    sum += softmaxCrossEntropy(outputs, targets, start, columns);
  }
  if (!gradient) return [sum, known.length];
  for (const start of known)
    softmaxSlope({ outputs, targets, gradient, start, columns, share: weight / known.length });
  return [sum, known.length];
}

function softmaxCrossEntropy(
  outputs: Float32Array,
  targets: Float32Array,
  start: number,
  columns: number,
): number {
  const logSum = logSumOfExponentials(outputs, start, columns);
  let loss = 0;
  for (let i = start; i < start + columns; i++)
    if (targets[i] > 0) loss += targets[i] * (logSum - outputs[i]);
  return loss;
}

function softmaxSlope(row: {
  readonly outputs: Float32Array;
  readonly targets: Float32Array;
  readonly gradient: Float32Array;
  readonly start: number;
  readonly columns: number;
  readonly share: number;
}): void {
  const { outputs, targets, gradient, start, columns, share } = row;
  const logSum = logSumOfExponentials(outputs, start, columns);
  let whole = 0;
  for (let i = start; i < start + columns; i++) whole += targets[i];
  for (let i = start; i < start + columns; i++)
    gradient[i] = share * (whole * Math.exp(outputs[i] - logSum) - targets[i]);
}

function logSumOfExponentials(values: Float32Array, start: number, count: number): number {
  let most = -Infinity;
  for (let i = start; i < start + count; i++) most = Math.max(most, values[i]);
  let sum = 0;
  for (let i = start; i < start + count; i++) sum += Math.exp(values[i] - most);
  return most + Math.log(sum);
}
