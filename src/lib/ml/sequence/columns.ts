import type { Matrix } from '../core/matrix.ts';
import type { SequenceEffects } from './explain.ts';
import type { Sequences } from './sequences.ts';

/**
 * How sequences lie in the columns of a table: from column `first` on, how many weeks are known, then the latest week's
 * channels, those of the week before, and so on; NaN for weeks that are not known.
 */
export interface WeekColumns {
  readonly first: number;
  readonly weeks: number;
  readonly channels: number;
}

/** Columns that they take in all. */
export function widthOf({ weeks, channels }: Omit<WeekColumns, 'first'>): number {
  return 1 + weeks * channels;
}

/**
 * The sequences of a table's rows, oldest week first. A count of weeks below 1 reads as 1, one above `weeks` as that many.
 * @throws RangeError when the table ends before its weeks do, or a count of weeks is missing
 */
export function sequencesOf(x: Matrix, layout: WeekColumns): Sequences {
  const { first, weeks, channels } = layout;
  if (first + widthOf(layout) > x.columns)
    throw new RangeError(`columns: expected ${first + widthOf(layout)} at least, got ${x.columns}`);
  const lengths = new Int32Array(x.rows);
  const values = new Float64Array(x.rows * weeks * channels).fill(NaN);
  for (let row = 0; row < x.rows; row++) {
    const known = x.values[row * x.columns + first];
    if (Number.isNaN(known)) throw new RangeError(`row ${row}: expected the number of its weeks, got none`);
    const length = Math.max(1, Math.min(weeks, Math.round(known)));
    lengths[row] = length;
    for (let week = 0; week < length; week++) {
      const from = columnOf(row, length - 1 - week, x.columns, layout);
      values.set(x.values.subarray(from, from + channels), (row * weeks + week) * channels);
    }
  }
  return { weeks, channels, values, lengths };
}

/** Effects by column of the table, rows × columns: what the number of weeks adds stands in the first of its columns. */
export function effectsInColumns(
  { effects, lengths: ofLength }: SequenceEffects,
  { lengths, weeks, channels }: Sequences,
  columns: number,
  layout: WeekColumns,
): Float64Array {
  const placed = new Float64Array(lengths.length * columns);
  lengths.forEach((length, row) => {
    placed[row * columns + layout.first] = ofLength[row];
    for (let week = 0; week < length; week++) {
      const from = (row * weeks + week) * channels;
      placed.set(effects.subarray(from, from + channels), columnOf(row, length - 1 - week, columns, layout));
    }
  });
  return placed;
}

/** Where the channels of a week stand among all numbers of a table; 0 weeks ago is the latest. */
function columnOf(row: number, weeksAgo: number, columns: number, { first, channels }: WeekColumns): number {
  return row * columns + first + 1 + weeksAgo * channels;
}
