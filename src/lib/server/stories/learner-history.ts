import { and, eq } from 'drizzle-orm';
import { parseSchoolDay, type SchoolDay, weekStart } from '#lib/domain/activity/school-day.ts';
import type { Locale } from '#lib/i18n/index.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import { learners } from '../platform/db/schema.ts';
import { loadShelf } from './badge-views.ts';
import { type HeldAward, loadAwards } from './held-awards.ts';
import { schoolNow } from './school.ts';
import { type WeekOfActivity, weeklyActivity } from './weekly-activity.ts';

export interface LearnerHistoryPage {
  /** Revoked ones too, newest first. */
  readonly awards: readonly HeldAward[];
  /** Since the learner joined, two years at most, oldest first. */
  readonly weeks: readonly WeekOfActivity[];
}

const mostWeeks = 104;

export async function loadLearnerHistory(
  scope: SchoolScope,
  learnerId: number,
  locale: Locale,
  at: Date,
): Promise<LearnerHistoryPage> {
  const { today } = await schoolNow(scope, at);
  const shelf = await loadShelf(scope, locale);
  const joined = await joinedOn(scope, learnerId);
  const sinceJoined = (weekStart(today) - weekStart(Math.min(joined, today))) / 7 + 1;
  return {
    awards: await loadAwards(scope, learnerId, shelf, locale, 'revoked too'),
    weeks: await weeklyActivity(scope, learnerId, Math.min(mostWeeks, sinceJoined), today),
  };
}

async function joinedOn(scope: SchoolScope, learnerId: number): Promise<SchoolDay> {
  const [row] = await scope.tx
    .select({ joinedOn: learners.joinedOn })
    .from(learners)
    .where(and(eq(learners.schoolId, scope.schoolId), eq(learners.id, learnerId)));
  if (!row) throw new Error(`learner: expected one with id ${learnerId}, found none`);
  return parseSchoolDay(row.joinedOn);
}
