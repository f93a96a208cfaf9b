/** Bytes from one column's histogram to the next, slots of [gradient, hessian] as float64 pairs; the kernel says why. */
export const histogramStride = 4160;

/** Where the numbers of a node stand for `scan` and `addScores`, as float64. */
export const nodeFields = {
  gradient: 0,
  hessian: 1,
  rows: 2,
  lambda: 3,
  alpha: 4,
  leastHessian: 5,
  leastRows: 6,
  /** 1 to begin at the highest bin. */
  descends: 7,
} as const;

/** What `scan` writes about the best cut, as float64. */
export const bestFields = { score: 0, gradient: 1, hessian: 2, bin: 3, defaultLeft: 4 } as const;

/**
 * The inner loops of training, on one linear memory that threads may share. Arguments named after arrays are byte offsets.
 * Two implementations stand behind it, SIMD and plain; both do the same arithmetic in the same order.
 */
export interface Kernel {
  /** Writes the bin of each float32 of a column, standing `step` bytes apart, into its column and into its rows. */
  binColumn(
    values: number,
    step: number,
    count: number,
    cuts: number,
    missing: number,
    column: number,
    rows: number,
    rowBytes: number,
  ): void;
  /** Weighted derivatives of the cross-entropy of rows `from` (even) to `to` − 1; may write the row after an odd `to`. */
  logisticGradients(
    margins: number,
    labels: number,
    weights: number,
    from: number,
    to: number,
    gradients: number,
  ): void;
  /** Sums [gradient, hessian] over listed rows. */
  sumRows(gradients: number, rows: number, count: number, sum: number): void;
  /** Zeroes the used slots of each column's histogram. */
  clear(histogram: number, slots: number, columns: number): void;
  /** Adds the listed rows to the histograms of all columns of a block; `buffer` holds rows that are copied first. */
  build(
    bins: number,
    rowBytes: number,
    columns: number,
    rows: number,
    count: number,
    gradients: number,
    histogram: number,
    buffer: number,
  ): void;
  /** `build` for the columns at the listed places of the block. */
  buildListed(
    bins: number,
    rowBytes: number,
    list: number,
    listed: number,
    rows: number,
    count: number,
    gradients: number,
    histogram: number,
  ): void;
  /** Turns a parent's histogram into that of the larger child. */
  subtract(parent: number, child: number, slots: number, columns: number): void;
  /**
   * The best cut of a column: its rounded score, and all about it in `best` when that is above `least`. Cuts with the
   * missing rows right come first, from the lowest, then those with the missing rows left, from the highest: of equal
   * scores the first stays, as in XGBoost. A node that `descends` does it the other way round, as LightGBM.
   */
  scan(histogram: number, bins: number, node: number, least: number, best: number): number;
  /** Adds this node's score under each cut of a column: missing right, missing left. */
  addScores(histogram: number, bins: number, node: number, level: number): void;
  /** Moves rows whose bin is marked to the front, all in their order; how many they are. */
  partition(column: number, rows: number, count: number, goesLeft: number, scratch: number): number;
  /** Adds a value to the margins of rows, `step` bytes apart; in float32 when `isSingle` is 1. */
  addLeaf(margins: number, step: number, rows: number, count: number, value: number, isSingle: number): void;
}

/** Rounded to 33 bits: sums of the same rows in another order differ in their last bits, which must not decide a split. */
export function roundedScore(score: number): number {
  const high = score * 1048577;
  return high - (high - score);
}

/** A hessian below this is what rounding left of an empty bin. */
export const emptyHessian = 1e-10;
