import { bundleFields } from './layout.ts';
import type { PlacedColumn, RowBytes, SharedByte } from './row-bytes.ts';
import type { Thread } from './thread.ts';

// Bundles of exclusive columns: columns that mostly hold one value and never differ from it in the same row share one byte
// a row. Histograms are counted over the bytes, then taken apart into one a column, where the slot of the common value is
// what the others leave of the node's sums. LightGBM lets columns of a bundle meet in a few rows; here they never do, so
// bundles change sums in their last bits only.
// @see Ke et al., "LightGBM" (2017), algorithms 3 and 4; LightGBM 4, src/io/dataset.cpp, FindGroups, FixHistogram

/** Slots that a byte tells apart besides the one where all columns hold their common values. */
const mostWidth = 255;
/** The common value is looked for in so many rows. */
const sampleRows = 4096;
/** Bundles that may still grow, as each costs a bit a row to check. */
const mostOpen = 128;
/** Taking histograms apart costs something, so bundles must spare this share of the bytes. */
const leastSpared = 0.25;

interface SparseColumn {
  readonly column: number;
  /** The bin that most rows hold. */
  readonly common: number;
  /** Rows in another bin. */
  readonly others: number;
  /** Slots besides the common one; that of missing values only where there are any. */
  readonly width: number;
}

interface Bundle {
  readonly columns: SparseColumn[];
  /** A bit for each row where one of the columns is not in its common bin. */
  readonly taken: Uint32Array;
  width: number;
}

/**
 * Puts exclusive columns into bundles, greedily from those with the most uncommon values, and writes for every thread what
 * has become of each column. Columns of categories stay alone, as do all when too little would be spared.
 * @returns how many bundles there are
 */
export function findBundles(thread: Thread): number {
  const { plan, views } = thread;
  views.bundles.fill(0);
  const listed = new Uint32Array(plan.rows);
  const sparse: SparseColumn[] = [];
  for (let column = 0; column < plan.columns; column++) {
    const found = sparseColumn(thread, column, listed);
    if (found) sparse.push(found);
  }
  sparse.sort((a, b) => b.others - a.others || a.column - b.column);
  const bundles = bundled(thread, sparse, listed).filter(({ columns }) => columns.length > 1);
  const spared = bundles.reduce((bytes, { columns }) => bytes + columns.length - 1, 0);
  if (spared < leastSpared * plan.columns) return 0;
  bundles.forEach((bundle, k) => writeBundle(thread, bundle, k + 1));
  return bundles.length;
}

/** Null for a column without a bin that most rows hold. */
function sparseColumn(thread: Thread, column: number, listed: Uint32Array): SparseColumn | null {
  const { plan, views } = thread;
  if (plan.isCategory[column] === 1) return null;
  const missing = views.bins[column];
  const common = commonBin(thread, column);
  if (common === null || common === missing) return null;
  const others = listOthers(thread, column, common, listed);
  if (2 * others >= plan.rows) return null;
  const first = plan.layout.columnBins + column * plan.rows;
  const hasMissing = listed.subarray(0, others).some((row) => views.bytes[first + row] === missing);
  return { column, common, others, width: hasMissing ? missing : missing - 1 };
}

/** The bin that more than half of an even sample of the rows hold. */
function commonBin({ plan, views }: Thread, column: number): number | null {
  const counts = new Uint32Array(256);
  const step = Math.ceil(plan.rows / sampleRows);
  const first = plan.layout.columnBins + column * plan.rows;
  for (let row = 0; row < plan.rows; row += step) counts[views.bytes[first + row]]++;
  const bin = counts.indexOf(counts.reduce((most, count) => Math.max(most, count)));
  return 2 * counts[bin] > Math.ceil(plan.rows / step) ? bin : null;
}

/** Lists the rows that are not in the common bin; how many they are. */
function listOthers({ plan, views }: Thread, column: number, common: number, listed: Uint32Array): number {
  const { bytes } = views;
  const first = plan.layout.columnBins + column * plan.rows;
  let count = 0;
  for (let row = 0; row < plan.rows; row++) if (bytes[first + row] !== common) listed[count++] = row;
  return count;
}

function bundled(thread: Thread, sparse: readonly SparseColumn[], listed: Uint32Array): Bundle[] {
  const bundles: Bundle[] = [];
  for (const found of sparse) {
    const rows = listed.subarray(0, listOthers(thread, found.column, found.common, listed));
    const fits = ({ width, taken }: Bundle) =>
      width + found.width <= mostWidth && rows.every((row) => ((taken[row >>> 5] >>> (row & 31)) & 1) === 0);
    let bundle = bundles.find(fits);
    if (!bundle) {
      if (bundles.length === mostOpen) continue;
      bundle = { columns: [], taken: new Uint32Array((thread.plan.rows + 31) >>> 5), width: 0 };
      bundles.push(bundle);
    }
    for (const row of rows) bundle.taken[row >>> 5] |= 1 << (row & 31);
    bundle.columns.push(found);
    bundle.width += found.width;
  }
  return bundles;
}

function writeBundle({ views }: Thread, { columns }: Bundle, number: number): void {
  for (const { column, common, width } of columns) {
    const at = bundleFields.count * column;
    views.bundles[at + bundleFields.bundle] = number;
    views.bundles[at + bundleFields.common] = common;
    views.bundles[at + bundleFields.width] = width;
  }
}

/** Writes this thread's rows of bins anew, with bundles; null where none of its columns shares a byte. */
export function bundleOwnRows(thread: Thread): RowBytes | null {
  const { views, first, end } = thread;
  const places = new Map<number, number>();
  const slotsAt: number[] = [];
  const columns: PlacedColumn[] = [];
  for (let column = first; column < end; column++) {
    const at = bundleFields.count * column;
    const [bundle, common, width] = views.bundles.subarray(at, at + bundleFields.count);
    const slots = views.slots[column];
    const place = places.get(bundle) ?? slotsAt.length;
    if (bundle === 0) {
      slotsAt.push(slots);
      columns.push({ place, slots, shared: null });
      continue;
    }
    places.set(bundle, place);
    const from = slotsAt[place] ?? 1;
    slotsAt[place] = from + width;
    columns.push({ place, slots, shared: { first: from, width, common } });
  }
  if (places.size === 0) return null;
  views.placeSlots.set(slotsAt);
  const rowBytes = { count: slotsAt.length, columns };
  writeRows(thread, rowBytes);
  return rowBytes;
}

function writeRows({ plan, views, first, index }: Thread, { count, columns }: RowBytes): void {
  const { layout, rows } = plan;
  const { bytes } = views;
  const block = layout.rowBins[index];
  bytes.fill(0, block, block + rows * count);
  columns.forEach(({ place, shared }, k) => {
    const bins = layout.columnBins + (first + k) * rows;
    const byteOf = byteOfBin(shared);
    for (let row = 0; row < rows; row++) {
      const byte = byteOf[bytes[bins + row]];
      if (byte > 0) bytes[block + row * count + place] = byte;
    }
  });
}

function byteOfBin(shared: SharedByte | null): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, bin) => {
    if (!shared) return bin;
    if (bin === shared.common) return 0;
    return shared.first + (bin < shared.common ? bin : bin - 1);
  });
}
