import { quantileCuts, weightedCuts } from '../bins.ts';
import { leastRoundingTo } from '../single.ts';
import { sortSingles } from './sort-singles.ts';
import type { Thread } from './thread.ts';

// Beyond this many rows the quantiles come from an even sample.
const sampleRows = 60_000;

/** Finds the cuts of this thread's own columns of numbers and bins them. The table's float32 values lie in memory. */
export function binOwnColumns(thread: Thread, isWeighted: boolean): void {
  const { first, end, plan } = thread;
  const sample = columnSample(thread, isWeighted);
  for (let column = first; column < end; column++) {
    if (plan.isCategory[column] === 0) binNumbers(thread, column, sample(column));
  }
}

function binNumbers(
  { kernel, plan, views, index, first, end }: Thread,
  column: number,
  cuts: Float32Array,
): void {
  const { layout, rows, columns } = plan;
  const padded = new Float32Array(views.buffer, layout.cuts + 1024 * column, 256);
  padded.fill(Infinity);
  padded.set(cuts);
  views.bins[column] = cuts.length + 1;
  views.slots[column] = cuts.length + 2;
  kernel.binColumn(
    layout.values + 4 * column,
    4 * columns,
    rows,
    layout.cuts + 1024 * column,
    cuts.length + 1,
    layout.columnBins + column * rows,
    layout.rowBins[index] + column - first,
    end - first,
  );
}

/** The cuts of a column by its quantiles. */
function columnSample({ plan, views }: Thread, isWeighted: boolean): (column: number) => Float32Array {
  const { rows, columns, layout, maxBins } = plan;
  const values = new Float32Array(views.buffer, layout.values, rows * columns);
  const step = Math.ceil(rows / sampleRows);
  const most = Math.ceil(rows / step);
  const sample = new Float32Array(most);
  const scratch = new Float32Array(most);
  const weights = new Float64Array(isWeighted ? most : 0);
  return (column) => {
    let count = 0;
    for (let row = 0; row < rows; row += step) {
      const value = values[row * columns + column];
      if (value !== value) continue;
      if (isWeighted) weights[count] = views.weights[row];
      sample[count++] = value;
    }
    const found = sample.subarray(0, count);
    if (isWeighted) return weightedCuts(found, weights, maxBins);
    sortSingles(found, scratch);
    return quantileCuts(found, maxBins);
  };
}

/** The threshold t such that `v < t` says what `bin ≤ b` says; infinite where only missing values go right. */
export function thresholdAt({ plan, views }: Thread, column: number, bin: number): number {
  const [cut] = new Float32Array(views.buffer, plan.layout.cuts + 1024 * column + 4 * bin, 1);
  return leastRoundingTo(cut);
}
