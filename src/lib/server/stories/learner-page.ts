import { and, eq } from 'drizzle-orm';
import { recommend } from '#lib/domain/badges/promise.ts';
import { latestNotifications } from '../notifications/index.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import { learners } from '../platform/db/schema.ts';
import { type HeldAward, loadAwards } from './held-awards.ts';
import { type LearnerGoals, loadGoals } from './learner-goals.ts';
import type { LearnerReading } from './learner-reading.ts';
import { type EngagementView, levelIn } from './levels.ts';
import { type OwnPast, ownPast } from './own-past.ts';
import { type PathsLikeYours, pathsLikeYours } from './paths-like-yours.ts';
import { type Ongoing, ongoingBadges } from './progress.ts';
import { chancesIn, scoresOf } from './scores.ts';
import { type Streak, streakOf } from './streak.ts';
import { type WeekOfActivity, weeklyActivity } from './weekly-activity.ts';

export interface LearnerPage {
  readonly name: string;
  readonly awards: readonly HeldAward[];
  readonly ongoing: readonly Ongoing[];
  readonly next: readonly Ongoing[];
  readonly goals: LearnerGoals;
  readonly streak: Streak | null;
  readonly level: EngagementView | null;
  readonly weeks: readonly WeekOfActivity[];
  /** Null for who is not here for eight weeks. */
  readonly past: OwnPast | null;
  /** Null when too few have come the same way. */
  readonly paths: PathsLikeYours | null;
  /** A page that was offline asks for what came after this one; 0 before the first. */
  readonly lastNotification: number;
}

const weeksShown = 12;
const nextShown = 3;

/** What a learner sees of themselves. Comparison is with the own past alone. */
export async function loadLearnerPage(
  scope: SchoolScope,
  { learnerId, locale, now, shelf, measurement }: LearnerReading,
): Promise<LearnerPage> {
  const { today, timeZone } = now;
  const [name, awards, stored, [latest], weeks, paths] = await Promise.all([
    nameOfLearner(scope, learnerId),
    loadAwards(scope, learnerId, shelf, locale),
    scoresOf(scope, [learnerId], ['engagement-level', 'badge-chance']),
    latestNotifications(scope, { learner: learnerId }, 1),
    weeklyActivity(scope, learnerId, weeksShown, today),
    pathsLikeYours(scope, learnerId, shelf, locale, today),
  ]);
  const held = new Set(awards.map(({ badge }) => badge.id));
  const ongoing = ongoingBadges(measurement, held, chancesIn(stored), shelf, locale);
  return {
    name,
    awards,
    ongoing,
    next: recommend(ongoing, nextShown),
    goals: await loadGoals(scope, learnerId, ongoing, shelf, timeZone),
    streak: streakOf(measurement),
    level: levelIn(stored),
    weeks,
    past: ownPast(measurement),
    paths,
    lastNotification: latest?.id ?? 0,
  };
}

async function nameOfLearner(scope: SchoolScope, learnerId: number): Promise<string> {
  const [row] = await scope.tx
    .select({ name: learners.name })
    .from(learners)
    .where(and(eq(learners.schoolId, scope.schoolId), eq(learners.id, learnerId)));
  if (!row) throw new Error(`learner: expected one with id ${learnerId}, found none`);
  return row.name;
}
