import type { ChannelScale } from './model.ts';
import { standardise } from './model.ts';

/** What several learners did week by week. */
export interface Sequences {
  /** Room for so many weeks each. */
  readonly weeks: number;
  readonly channels: number;
  /** rows × weeks × channels, row-major: the oldest week first, padded at the end; NaN where unknown. */
  readonly values: Float32Array | Float64Array;
  /** One a row, 1 to `weeks`: how many weeks are real. What stands behind them is never read. */
  readonly lengths: Int32Array;
}

/** @throws RangeError when the numbers do not fit each other */
export function checkSequences({ weeks, channels, values, lengths }: Sequences): void {
  const expected = lengths.length * weeks * channels;
  if (values.length !== expected)
    throw new RangeError(
      `values: expected ${lengths.length} × ${weeks} × ${channels} = ${expected} numbers, got ${values.length}`,
    );
  const wrong = lengths.findIndex((length) => !(length >= 1 && length <= weeks));
  if (wrong >= 0) throw new RangeError(`lengths[${wrong}]: expected 1 to ${weeks}, got ${lengths[wrong]}`);
}

/** Some rows. */
export function takeSequences(
  { weeks, channels, values, lengths }: Sequences,
  rows: ArrayLike<number>,
): Sequences {
  const size = weeks * channels;
  const taken = new Float64Array(rows.length * size);
  for (let i = 0; i < rows.length; i++)
    taken.set(values.subarray(rows[i] * size, (rows[i] + 1) * size), i * size);
  return {
    weeks,
    channels,
    values: taken,
    lengths: Int32Array.from({ length: rows.length }, (_, i) => lengths[rows[i]]),
  };
}

/** Mean and deviation of each channel over the real weeks where it is known; 0 and 1 where it never is. */
export function channelScales(
  { weeks, channels, values, lengths }: Sequences,
  isCount: readonly boolean[],
): ChannelScale[] {
  return isCount.map((counts, channel) => {
    const known: number[] = [];
    for (let row = 0; row < lengths.length; row++) {
      for (let week = 0; week < lengths[row]; week++) {
        const value = values[(row * weeks + week) * channels + channel];
        if (!Number.isNaN(value)) known.push(value);
      }
    }
    return scaleOf(known, counts);
  });
}

/** @throws RangeError for a count below 0 */
export function scaleOf(known: readonly number[], isCount: boolean): ChannelScale {
  const below = isCount ? known.find((value) => value < 0) : undefined;
  if (below !== undefined) throw new RangeError(`count: expected 0 or more, got ${below}`);
  const scaled = isCount ? known.map(Math.log1p) : known;
  const mean = scaled.reduce((sum, value) => sum + value, 0) / Math.max(1, scaled.length);
  const variance = scaled.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, scaled.length);
  return { isCount, mean, deviation: variance > 1e-12 ? Math.sqrt(variance) : 1 };
}

/** As the network reads them; 0 in the padding. */
export function standardised(
  { weeks, channels, values, lengths }: Sequences,
  scales: readonly ChannelScale[],
): Float32Array {
  const inputs = new Float32Array(values.length);
  for (let row = 0; row < lengths.length; row++) {
    const first = row * weeks * channels;
    for (let i = first; i < first + lengths[row] * channels; i++)
      inputs[i] = standardise(values[i], scales[i % channels]);
  }
  return inputs;
}
