import type { Segment } from './folds.ts';
import { meanWeight } from './leaf-values.ts';
import type { Objective } from './objective.ts';
import type { Settings } from './options.ts';
import type { ChannelLayout } from './scores.ts';
import type { ScoreSegment } from './candidate.ts';

/** Weighted slopes of a segment's rows, rows × outputs. */
export function slopesOf(segment: Segment, objective: Objective): Float64Array {
  const slopes = new Float64Array(segment.margins.length);
  objective.slopesInto(slopes, segment, segment.rows.length);
  return slopes;
}

// The rounding that subtraction leaves of an empty interval, next to all weight.
const leastShare = 1e-13;

/** What each segment adds up to score tests. @param sample by row number: what each row counts for; null for 1 */
export function scoreSegments(
  segments: readonly Segment[],
  slopes: readonly Float64Array[],
  sample: Float64Array | null,
  layout: ChannelLayout,
  settings: Pick<Settings, 'lambda' | 'leastLeafRows'>,
): ScoreSegment[] {
  return segments.map((segment, i) => {
    const mean = meanWeight(segment.weights, segment.body);
    const ridge = {
      ridge: settings.lambda * mean,
      leastWeight: leastShare * mean * segment.rows.length,
      leastRows: settings.leastLeafRows,
    };
    return { ...countedRows(segment, slopes[i], sample, layout), ridge };
  });
}

/** Body rows estimate, tail rows are scored; in plain boosting all rows do both. Rows that count for nothing are left out. */
function countedRows(
  segment: Segment,
  slopes: Float64Array,
  sample: Float64Array | null,
  layout: ChannelLayout,
): Pick<ScoreSegment, 'rows' | 'stats'> {
  const { channels, outputs } = layout;
  const rows = new Uint32Array(segment.rows.length);
  const stats = new Float64Array(rows.length * channels);
  let count = 0;
  for (let i = 0; i < rows.length; i++) {
    const isTail = i >= segment.body;
    // The body of ordered boosting estimates with all its rows.
    const factor = sample && (isTail || layout.scored === 0) ? sample[segment.rows[i]] : 1;
    if (factor === 0) continue;
    const at = count * channels;
    const own = at + (isTail ? layout.scored : 0);
    for (let k = 0; k < outputs; k++) stats[own + k] = factor * slopes[i * outputs + k];
    stats[own + outputs] = factor * segment.weights[i];
    if (layout.rows >= 0) stats[at + layout.rows] = 1;
    rows[count++] = segment.rows[i];
  }
  return { rows: rows.subarray(0, count), stats: stats.subarray(0, count * channels) };
}

/** How far slopes are from 0: the root of the mean square over the rows that are scored. */
export function slopeDeviation(
  segments: readonly Segment[],
  slopes: readonly Float64Array[],
  outputs: number,
): number {
  let [sum, count] = [0, 0];
  segments.forEach(({ body, rows }, i) => {
    const from = body < rows.length ? body : 0;
    count += rows.length - from;
    for (let k = from * outputs; k < slopes[i].length; k++) sum += slopes[i][k] ** 2;
  });
  return Math.sqrt(sum / count);
}
