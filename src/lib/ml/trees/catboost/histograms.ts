import type { Candidate, ScoreSegment } from './candidate.ts';
import { addScores, type ChannelLayout, type ScoreSums } from './scores.ts';

/** Where the sums of a column come from, level by level. */
export interface HistogramStore {
  /** Adds what each border of a candidate scores. `index` is its place among the lasting columns, or −1. */
  addScores(sums: ScoreSums, candidate: Candidate<unknown>, index: number, leaves: number): void;
  /** Called when the rows have moved to the leaves of level `level` + 1. */
  split(level: number): void;
}

/** Memory for the sums of lasting columns, reused from tree to tree. */
export interface HistogramPool {
  of(index: number): Float64Array;
  /** At least so many numbers, for sums that are not kept. */
  scratch(length: number): Float64Array;
}

const mostBytes = 2 ** 30;

/** @throws RangeError when the sums would take more than a gigabyte */
export function histogramPool(
  columns: readonly Candidate<unknown>[],
  depth: number,
  layout: ChannelLayout,
): HistogramPool {
  const leaves = 1 << (depth - 1);
  const lengths = columns.map(({ size }) => leaves * size * layout.channels);
  const bytes = 8 * lengths.reduce((sum, length) => sum + length, 0);
  if (bytes > mostBytes)
    throw new RangeError(
      `depth, borders: expected histograms of at most ${mostBytes} bytes, got ${bytes}: grow less deep or take fewer borders`,
    );
  const made: Float64Array[] = [];
  let scratch = new Float64Array(0);
  return {
    of: (index) => (made[index] ??= new Float64Array(lengths[index])),
    scratch: (length) => {
      if (scratch.length < length) scratch = new Float64Array(length);
      return scratch;
    },
  };
}

/** Rows to add up, each with the leaf its sums go to. */
interface Batch {
  readonly rows: Uint32Array;
  readonly slots: Uint32Array;
  readonly stats: Float64Array;
}

/** Adds all rows anew for every candidate and segment. */
export function scratchStore(
  segments: readonly ScoreSegment[],
  leafOf: Uint16Array,
  layout: ChannelLayout,
  pool: HistogramPool,
): HistogramStore {
  let batches: readonly Batch[] | undefined;
  return {
    addScores: (sums, { size, bins, isEqual }, _index, leaves) => {
      const filled = (batches ??= segments.map((segment) => wholeBatch(segment, leafOf)));
      const length = leaves * size * layout.channels;
      const histogram = pool.scratch(length).fill(0, 0, length);
      segments.forEach(({ ridge }, i) => {
        if (i > 0) histogram.fill(0, 0, length);
        addRows(histogram, size, bins, filled[i], layout.channels);
        addScores(sums, histogram, size, leaves, isEqual, layout, ridge);
      });
    },
    split: () => void (batches = undefined),
  };
}

/**
 * Adds only the rows of the smaller child of each leaf; the sums of the larger are its parent's less the smaller's. Every
 * lasting column must be scored on every level.
 */
export function subtractingStore(
  segment: ScoreSegment,
  leafOf: Uint16Array,
  layout: ChannelLayout,
  pool: HistogramPool,
): HistogramStore {
  const scratch = scratchStore([segment], leafOf, layout, pool);
  let batch = wholeBatch(segment, leafOf);
  let isFirst = true;
  let isLeftFresh: Uint8Array = new Uint8Array(0);
  return {
    addScores: (sums, candidate, index, leaves) => {
      if (index < 0) return scratch.addScores(sums, candidate, index, leaves);
      const { size, bins, isEqual } = candidate;
      const histogram = pool.of(index);
      const width = size * layout.channels;
      const parents = isFirst ? 0 : leaves / 2;
      histogram.fill(0, parents * width, leaves * width);
      addRows(histogram, size, bins, batch, layout.channels);
      for (let parent = 0; parent < parents; parent++)
        subtract(histogram, parent * width, (parent + parents) * width, width, isLeftFresh[parent] === 1);
      addScores(sums, histogram, size, leaves, isEqual, layout, segment.ridge);
    },
    split: (level) => {
      scratch.split(level);
      isFirst = false;
      isLeftFresh = smallerIsLeft(segment, leafOf, level);
      batch = smallerBatch(segment, leafOf, level, layout.channels, isLeftFresh);
    },
  };
}

/** `fresh` holds the smaller child, `parent` both: afterwards `parent` holds the left one and `fresh` the right one. */
function subtract(
  histogram: Float64Array,
  parent: number,
  fresh: number,
  width: number,
  isLeftFresh: boolean,
): void {
  for (let i = 0; i < width; i++) {
    const small = histogram[fresh + i];
    const large = histogram[parent + i] - small;
    histogram[parent + i] = isLeftFresh ? small : large;
    histogram[fresh + i] = isLeftFresh ? large : small;
  }
}

function wholeBatch({ rows, stats }: ScoreSegment, leafOf: Uint16Array): Batch {
  const slots = new Uint32Array(rows.length);
  for (let i = 0; i < rows.length; i++) slots[i] = leafOf[rows[i]];
  return { rows, stats, slots };
}

function smallerIsLeft({ rows }: ScoreSegment, leafOf: Uint16Array, level: number): Uint8Array {
  const parents = 1 << level;
  const counts = new Uint32Array(2 * parents);
  for (const row of rows) counts[leafOf[row]]++;
  return Uint8Array.from({ length: parents }, (_, leaf) => Number(counts[leaf] < counts[leaf + parents]));
}

function smallerBatch(
  { rows, stats }: ScoreSegment,
  leafOf: Uint16Array,
  level: number,
  channels: number,
  isLeftFresh: Uint8Array,
): Batch {
  const parents = 1 << level;
  const small: Batch = {
    rows: new Uint32Array(rows.length),
    slots: new Uint32Array(rows.length),
    stats: new Float64Array(stats.length),
  };
  let count = 0;
  for (let i = 0; i < rows.length; i++) {
    const leaf = leafOf[rows[i]];
    const parent = leaf & (parents - 1);
    if ((leaf === parent) !== (isLeftFresh[parent] === 1)) continue;
    small.rows[count] = rows[i];
    small.slots[count] = parent + parents;
    for (let c = 0; c < channels; c++) small.stats[count * channels + c] = stats[i * channels + c];
    count++;
  }
  return {
    rows: small.rows.subarray(0, count),
    slots: small.slots.subarray(0, count),
    stats: small.stats.subarray(0, count * channels),
  };
}

function addRows(
  histogram: Float64Array,
  size: number,
  bins: Uint8Array,
  { rows, slots, stats }: Batch,
  channels: number,
): void {
  if (channels === 2) return addPairs(histogram, size, bins, rows, slots, stats);
  for (let i = 0; i < rows.length; i++) {
    const at = (slots[i] * size + bins[rows[i]]) * channels;
    for (let c = 0; c < channels; c++) histogram[at + c] += stats[i * channels + c];
  }
}

function addPairs(
  histogram: Float64Array,
  size: number,
  bins: Uint8Array,
  rows: Uint32Array,
  slots: Uint32Array,
  stats: Float64Array,
): void {
  for (let i = 0; i < rows.length; i++) {
    const at = 2 * (slots[i] * size + bins[rows[i]]);
    histogram[at] += stats[2 * i];
    histogram[at + 1] += stats[2 * i + 1];
  }
}
