import { and, count, eq, gte, isNull } from 'drizzle-orm';
import { localMoment } from '#lib/domain/activity/school-day.ts';
import { countOpenReviews } from '../decisions/review-queue.ts';
import { loadSchoolSettings } from '../decisions/school.ts';
import { type Threshold, thresholdOf } from '../decisions/threshold.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import { awards } from '../platform/db/schema.ts';
import { type ActiveLearners, activeLearners, type EventRate, eventRate } from './activity.ts';
import { type DecisionShares, decisionShares } from './awards.ts';
import {
  championModels,
  type EngagementLevel,
  engagementDistribution,
  type ModelAge,
} from './predictions.ts';

/** Learners whose new activity is not evaluated yet. */
export interface Backlog {
  readonly waiting: number;
  /** Since when the first of them waits, in seconds; 0 when nobody does. */
  readonly oldestSeconds: number;
}

/** How the school runs right now. */
export interface Metrics {
  readonly at: Date;
  readonly events: EventRate;
  readonly active: ActiveLearners;
  readonly awardsToday: number;
  readonly openReviews: number;
  /** Over the last 28 days. */
  readonly decisions: DecisionShares;
  readonly threshold: Threshold;
  readonly engagement: Record<EngagementLevel, number>;
  readonly models: readonly ModelAge[];
  readonly backlog: Backlog;
}

const monthMs = 28 * 86_400_000;

export async function loadMetrics(scope: SchoolScope, at: Date): Promise<Metrics> {
  const { timeZone } = await loadSchoolSettings(scope);
  const { day, minute } = localMoment(at, timeZone);
  return {
    at,
    events: await eventRate(scope, day + 1, at),
    active: await activeLearners(scope, day + 1),
    awardsToday: await awardsSince(scope, new Date(at.getTime() - minute * 60_000)),
    openReviews: await countOpenReviews(scope),
    decisions: await decisionShares(scope, new Date(at.getTime() - monthMs)),
    threshold: await thresholdOf(scope),
    engagement: await engagementDistribution(scope),
    models: await championModels(scope, at),
    backlog: await evaluationBacklog(scope, at),
  };
}

async function awardsSince(scope: SchoolScope, since: Date): Promise<number> {
  const [row] = await scope.tx
    .select({ given: count() })
    .from(awards)
    .where(and(eq(awards.schoolId, scope.schoolId), isNull(awards.revokedAt), gte(awards.awardedAt, since)));
  return row.given;
}

export async function evaluationBacklog(scope: SchoolScope, at: Date): Promise<Backlog> {
  const [row] = await scope.sql<Backlog[]>`
    select count(*)::int as waiting,
      greatest(0, coalesce(extract(epoch from ${at.toISOString()}::timestamptz - min(since)), 0))::float8 as "oldestSeconds"
    from pending_evaluations where school_id = ${scope.schoolId}`;
  return row;
}
