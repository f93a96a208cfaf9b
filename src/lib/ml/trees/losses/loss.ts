import type { LossName } from '../model.ts';

/**
 * A loss as boosting sees it. All arrays of one call belong to the same rows, in the same order: `labels` and `weights` hold
 * one number a row, `margins` holds `outputs` numbers a row, row-major.
 *
 * A booster checks labels once (`checkLabels`), asks for the margins to begin with (`start`), then round by round for
 * gradients and, where the loss offers `renewLeaf`, for the values of the finished leaves. A ranking loss is bound to the
 * groups of its rows, so training and validation rows each need a loss of their own from `lossOf`.
 */
export interface Loss {
  readonly name: LossName;
  /** Margins a row has. */
  readonly outputs: number;
  /**
   * Whether a row's gradient depends on that row alone. Only then may `gradientsInto` be asked for a part of the rows, and
   * threads share the work.
   */
  readonly isRowwise: boolean;
  /** How far one leaf may move a margin before shrinkage unless the caller sets another limit; 0 for no limit. */
  readonly maxDeltaStep: number;
  /** @throws RangeError when a label means nothing to this loss, or the rows are not those it was made for. */
  checkLabels(labels: ArrayLike<number>, rows: number): void;
  /** The constant margins that fit best, or the loss's customary ones: `outputs` numbers. */
  start(labels: Float64Array, weights: Float64Array): Float64Array;
  /**
   * Writes weight × [first, second derivative] by the margin of output `output`, interleaved: row i's stand at 2i and
   * 2i + 1. Rows `from` to `to` − 1, all of them unless told.
   */
  gradientsInto(
    gradients: Float64Array,
    margins: Float64Array,
    labels: Float64Array,
    weights: Float64Array,
    output: number,
    from?: number,
    to?: number,
  ): void;
  /** Weighted mean loss, for early stopping; terms that no margin changes may be left out. */
  mean(margins: Float64Array, labels: Float64Array, weights: Float64Array): number;
  /**
   * The value, before shrinkage, that a leaf takes instead of its Newton step. The leaf's rows are those numbered
   * rows[from] to rows[to − 1], at least one; `margins` are those from before this tree. Losses whose second derivative says
   * nothing about the scale offer it.
   */
  renewLeaf?(
    margins: Float64Array,
    labels: Float64Array,
    weights: Float64Array,
    rows: Uint32Array,
    from: number,
    to: number,
  ): number;
}

/** What some losses need to know besides labels. */
export interface LossSettings {
  /** Of quantile: the share of labels that shall lie below the answer, above 0 and below 1; 0.5. */
  readonly quantile?: number;
  /** Of poisson: how far a leaf may move a margin; widens the second derivative too. 0.7, as XGBoost. */
  readonly maxDeltaStep?: number;
  /** Of softmax: what p(1 − p) is multiplied with for the second derivative; 2, as XGBoost. */
  readonly curvature?: number;
  /** Of ranking, and required there: how many consecutive rows make each group; together all rows. */
  readonly groups?: ArrayLike<number>;
  /** Of ranking: places from the top that count; 30. */
  readonly truncation?: number;
  /** Of ranking: whether a group's gradients are scaled so that long or well separated groups do not outweigh others; true. */
  readonly isNormalised?: boolean;
}

/** XGBoost's floor under the second derivative. */
export const leastHessian = 1e-16;

/** Σ weight × value(row) ÷ Σ weight. */
export function weightedMean(weights: Float64Array, valueOf: (row: number) => number): number {
  let sum = 0;
  let total = 0;
  for (let row = 0; row < weights.length; row++) {
    sum += weights[row] * valueOf(row);
    total += weights[row];
  }
  return sum / total;
}

/** @throws RangeError unless there is one label a row and each is sound: `expected` says what that means. */
export function checkLabels(
  labels: ArrayLike<number>,
  rows: number,
  expected: string,
  isSound: (label: number) => boolean,
): void {
  if (labels.length !== rows)
    throw new RangeError(`labels: expected ${rows}, one a row, got ${labels.length}`);
  for (let row = 0; row < rows; row++) {
    if (!isSound(labels[row]))
      throw new RangeError(`labels[${row}]: expected ${expected}, got ${labels[row]}`);
  }
}
