import type { SchoolDay } from '../activity/school-day.ts';

export interface Bilingual {
  readonly it: string;
  readonly en: string;
}

export type FeatureFamily =
  | 'volume'
  | 'recency'
  | 'regularity'
  | 'streak'
  | 'trend'
  | 'punctuality'
  | 'score'
  | 'breadth'
  | 'class'
  | 'session'
  | 'timing'
  | 'gap'
  | 'collaboration'
  | 'attendance';

export type Unit =
  | 'days'
  | 'weeks'
  | 'events'
  | 'events/week'
  | 'events/day'
  | 'hours'
  | 'share'
  | 'points'
  | 'points/week'
  | 'ratio'
  | 'kinds'
  | 'bits'
  | 'sessions';

/** Which windows, in days looked back, a measure takes. */
export interface WindowRule {
  readonly shortest: number;
  readonly longest: number;
  /** True: `null` is a window as well, the whole past. */
  readonly takesWholePast: boolean;
}

/** A named way to measure a learner over a window of days; a feature is a measure with its window fixed. */
export interface MeasureInfo {
  readonly id: string;
  readonly family: FeatureFamily;
  readonly unit: Unit;
  /** Plain words a learner understands. */
  readonly name: Bilingual;
  readonly description: Bilingual;
  /** Which direction is good for the learner. */
  readonly good: 'high' | 'low' | 'neither';
  /** False: the measure looks at the whole past and takes no window. */
  readonly windowed: boolean;
  /** Null when not windowed: then the window is always null. */
  readonly windows: WindowRule | null;
}

export interface Feature {
  /** `measure` or `measure-window`, such as `active-days-28`. */
  readonly id: string;
  readonly measure: string;
  /** Days looked back; null for the whole past. */
  readonly window: number | null;
}

/** All features of one learner from the days before `before`, in catalogue order; NaN where not measured. */
export interface FeatureVector {
  readonly learnerId: number;
  readonly before: SchoolDay;
  readonly values: Float64Array;
}
