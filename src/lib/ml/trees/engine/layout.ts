import { barrierWords } from './barrier.ts';
import { histogramStride } from './kernel.ts';

/** Where everything of one training lies in its memory, as byte offsets. */
export interface Layout {
  readonly bytes: number;
  /** The barrier's words. */
  readonly barrier: number;
  /** What the leading thread asks the others to do, as float64: see `orders`. */
  readonly order: number;
  /** Derivatives, [gradient, hessian] a row. */
  readonly gradients: number;
  /** Rows × outputs. */
  readonly margins: number;
  /** The margins before the round, where a round has more than one tree. */
  readonly before: number;
  readonly labels: number;
  readonly weights: number;
  /** Bins column by column, a byte each: partitions read one column. */
  readonly columnBins: number;
  /** Bins row by row, one block a thread with that thread's columns: histograms read whole rows. */
  readonly rowBins: readonly number[];
  /** Thread t owns columns firstColumn[t] to firstColumn[t + 1] − 1. */
  readonly firstColumn: readonly number[];
  /** Row numbers; every node owns a stretch. */
  readonly rows: number;
  readonly scratch: number;
  /** A sum of gradients for each chunk of rows. */
  readonly sums: number;
  /** Bins of values of each column, u32. */
  readonly bins: number;
  /** Used histogram slots of each column, u32: the bins and one for missing values. */
  readonly slots: number;
  /** What became of each column in bundles, u32: see `bundleFields`. */
  readonly bundles: number;
  /** Histograms of the bytes that columns share, before they are taken apart; each thread begins at its first column. */
  readonly bundled: number;
  /** 256 float32 a column, padded with infinity. */
  readonly cuts: number;
  /** How many rows went left, i32: two for each node of a batch. */
  readonly counts: number;
  /** The best split of each node of a batch as each thread sees it. */
  readonly candidates: number;
  /** What each thread needs for itself alone. */
  readonly own: readonly number[];
  /** Used histogram slots of each byte of a thread's row where columns share bytes, u32. */
  readonly placeSlots: readonly number[];
  /** Room for each thread's rows that the kernel copies. */
  readonly gathered: readonly number[];
  /** Scores of cuts summed over a level of a symmetric tree. */
  readonly level: number;
  /** Leaf values by leaf, float64. */
  readonly leaves: number;
  readonly histograms: number;
  readonly histogramBytes: number;
  readonly histogramCount: number;
  /** The table itself as float32, until it is binned; histograms take its place. */
  readonly values: number;
}

export interface LayoutNeeds {
  readonly rows: number;
  readonly columns: number;
  readonly outputs: number;
  readonly threads: number;
  /** Histograms that growing a tree can put to use at most. */
  readonly histograms: number;
  /** Nodes whose children are made in one go. */
  readonly batch: number;
  readonly leaves: number;
  /** Whether columns may share bytes. */
  readonly bundling: boolean;
}

/** Rows whose gradients are summed in one go: sums by chunk do not depend on how many threads share the chunks. */
export const chunkRows = 4096;
/** Bytes of a candidate: 8 float64, then a mark for each of 256 bins. */
export const candidateBytes = 320;
/** Per thread: node fields, the best cut, marks of 256 bins, a list of columns follows. */
export const ownParts = { node: 0, best: 64, goesLeft: 128, list: 384 } as const;
/** The bundle of a column, from 1 and 0 for none; its common bin; the slots of its other bins. */
export const bundleFields = { bundle: 0, common: 1, width: 2, count: 3 } as const;
// The kernel copies 32 rows of a gradient and 64 bins where rows lie far apart.
const gatherBytes = 32 * 80;
// Beyond this, histograms are not kept for the children but counted anew.
const mostHistogramBytes = 2 ** 27;

export function layoutOf(needs: LayoutNeeds): Layout {
  const { rows, columns, outputs, threads } = needs;
  let end = 0;
  const take = (bytes: number) => {
    const at = end;
    end += Math.ceil((bytes + 64) / 64) * 64;
    return at;
  };
  const firstColumn = Array.from({ length: threads + 1 }, (_, t) => Math.floor((columns * t) / threads));
  const each = <T>(make: (thread: number) => T) => Array.from({ length: threads }, (_, t) => make(t));
  const histogramBytes = columns * histogramStride;
  const affordable = Math.max(4, Math.floor(mostHistogramBytes / histogramBytes));
  const histogramCount = Math.min(needs.histograms, affordable);
  const fixed = {
    barrier: take(4 * barrierWords),
    order: take(64),
    gradients: take(16 * rows + 16),
    margins: take(8 * rows * outputs + 8),
    before: take(outputs > 1 ? 8 * rows * outputs : 0),
    labels: take(8 * rows + 8),
    weights: take(8 * rows + 8),
    columnBins: take(rows * columns),
    rowBins: each((t) => take(rows * (firstColumn[t + 1] - firstColumn[t]))),
    firstColumn,
    rows: take(4 * rows),
    scratch: take(4 * rows),
    sums: take(16 * Math.ceil(rows / chunkRows)),
    bins: take(4 * columns),
    slots: take(4 * columns),
    bundles: take(needs.bundling ? 4 * bundleFields.count * columns : 0),
    bundled: take(needs.bundling ? histogramBytes : 0),
    cuts: take(1024 * columns),
    counts: take(8 * needs.batch),
    candidates: take(candidateBytes * threads * 2 * needs.batch),
    own: each(() => take(ownParts.list + 4 * columns)),
    placeSlots: each(() => take(needs.bundling ? 4 * columns : 0)),
    gathered: each(() => take(gatherBytes)),
    level: take(histogramBytes),
    leaves: take(8 * needs.leaves),
  };
  const tail = take(Math.max(histogramCount * histogramBytes, 4 * rows * columns));
  return { ...fixed, histograms: tail, histogramBytes, histogramCount, values: tail, bytes: end };
}
