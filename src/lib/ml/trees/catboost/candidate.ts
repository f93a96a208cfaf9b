import type { Ridge } from './scores.ts';

/** A column that a level of a tree may test. Interval b lies above border b − 1. */
export interface Candidate<Source> {
  readonly source: Source;
  /** Interval of each training row. */
  readonly bins: Uint8Array;
  /** Intervals; at least 2. */
  readonly size: number;
  /** Whether a border parts one interval from all others. */
  readonly isEqual: boolean;
  /** What its gain is multiplied with; 1 for all but statistics. */
  readonly factor: number;
}

/** Rows that are scored together. */
export interface ScoreSegment {
  /** Row numbers. */
  readonly rows: Uint32Array;
  /** Rows × channels. */
  readonly stats: Float64Array;
  readonly ridge: Ridge;
}
