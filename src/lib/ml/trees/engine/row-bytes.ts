import type { Sums } from './gain.ts';
import { histogramStride } from './kernel.ts';

/** How a thread's rows of bins are laid out where columns share bytes. */
export interface RowBytes {
  /** Bytes a row. */
  readonly count: number;
  /** What became of each own column. */
  readonly columns: readonly PlacedColumn[];
}

export interface PlacedColumn {
  /** Its byte in the row. */
  readonly place: number;
  readonly slots: number;
  /** Null for a column with a byte of its own. */
  readonly shared: SharedByte | null;
}

export interface SharedByte {
  /** Its bins but the common one follow each other from this value of the byte. */
  readonly first: number;
  readonly width: number;
  readonly common: number;
}

/** Takes the histograms of bytes apart into those of this thread's columns. Offsets are those of the first of each. */
export function takeApart(
  { columns }: RowBytes,
  doubles: Float64Array,
  node: Sums,
  counted: number,
  histogram: number,
): void {
  columns.forEach(({ place, slots, shared }, k) => {
    const from = (counted + place * histogramStride) >>> 3;
    const to = (histogram + k * histogramStride) >>> 3;
    if (shared) takeColumn(doubles, from, to, slots, shared, node);
    else doubles.copyWithin(to, from, from + 2 * slots);
  });
}

function takeColumn(
  doubles: Float64Array,
  from: number,
  to: number,
  slots: number,
  { first, width, common }: SharedByte,
  node: Sums,
): void {
  let { gradient, hessian } = node;
  // Without missing values the last slot is not in the bundle.
  doubles.fill(0, to + 2 * slots - 2, to + 2 * slots);
  for (let k = 0; k < width; k++) {
    const counted = from + 2 * (first + k);
    const slot = to + 2 * (k < common ? k : k + 1);
    gradient -= doubles[slot] = doubles[counted];
    hessian -= doubles[slot + 1] = doubles[counted + 1];
  }
  doubles[to + 2 * common] = gradient;
  doubles[to + 2 * common + 1] = hessian;
}
