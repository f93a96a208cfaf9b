import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import { horizonDays, type Measured } from '#lib/domain/badges/chance-inputs.ts';
import {
  featureCatalogue,
  type LearnerHistory,
  measure,
  type MeasureContext,
} from '#lib/domain/features/index.ts';
import { quantileOfSorted } from '#lib/ml/evaluate/index.ts';

/** What the level is read from: catalogue features, the level of the last four weeks, the school days ahead. */
export const engagementColumns: readonly string[] = [
  ...featureCatalogue.map(({ id }) => id),
  'engagement-now',
  'school-days-ahead',
];

export function engagementRow({ history, context, before, values }: Measured): Float64Array {
  return Float64Array.from([
    ...values,
    engagementScore(history, context, before),
    context.calendar.countSchoolDays(before, before + horizonDays),
  ]);
}

/** Active days and events of the four weeks before a day, in balance: their geometric mean. 0 when nothing was done. */
export function engagementScore(history: LearnerHistory, context: MeasureContext, before: SchoolDay): number {
  const days = measure('active-days', horizonDays, history, context, before);
  const events = measure('events', horizonDays, history, context, before);
  return Math.sqrt(days * events);
}

const shares = [0.4, 0.75, 0.95];

/** Where low, medium and high end among learners who did anything: below 40 %, 75 % and 95 % of them. */
export function levelThresholds(scores: readonly number[]): Float64Array {
  const sorted = Float64Array.from(scores.filter((score) => score > 0)).sort();
  return Float64Array.from(shares, (share) => quantileOfSorted(sorted, share));
}

/** The index of the level: 0 inactive, 1 low, 2 medium, 3 high, 4 legendary. */
export function levelOf(score: number, thresholds: Float64Array): number {
  if (!(score > 0)) return 0;
  return 1 + thresholds.filter((threshold) => score >= threshold).length;
}
