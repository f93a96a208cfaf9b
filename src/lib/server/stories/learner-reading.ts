import type { Locale } from '#lib/i18n/index.ts';
import { loadLearnerDays, type MeasuredDays } from '../features/index.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import { type BadgeShelf, loadShelf } from './badge-views.ts';
import { type SchoolNow, schoolNow } from './school.ts';

/** What all parts of a learner's page begin with, read once. */
export interface LearnerReading extends MeasuredDays {
  readonly learnerId: number;
  readonly locale: Locale;
  readonly now: SchoolNow;
  readonly shelf: BadgeShelf;
}

/** A learner's days up to and with today, and the badges in their language. */
export async function readLearner(
  scope: SchoolScope,
  learnerId: number,
  locale: Locale,
  at: Date,
): Promise<LearnerReading> {
  const now = await schoolNow(scope, at);
  const [shelf, days] = await Promise.all([
    loadShelf(scope, locale),
    loadLearnerDays(scope, learnerId, now.today + 1),
  ]);
  return { ...days, learnerId, locale, now, shelf };
}
