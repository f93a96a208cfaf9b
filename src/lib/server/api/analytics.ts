import type { z } from 'zod';
import { formatSchoolDay, localMoment } from '#lib/domain/activity/school-day.ts';
import { loadSchoolSettings } from '../decisions/school.ts';
import {
  activeLearners,
  activityByDay,
  awardsByBadge,
  championModels,
  engagementDistribution,
  listPredictions,
  loadMetrics,
  scoreSummaries,
} from '../monitoring/index.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import type {
  engagementQuery,
  engagementSchema,
  metricsSchema,
  predictionsQuery,
  predictionsSchema,
} from './schemas.ts';
import { badgeView } from './views.ts';

const millisecondsPerDay = 86_400_000;

export async function engagementAnalytics(
  scope: SchoolScope,
  { days }: z.output<typeof engagementQuery>,
  at: Date,
): Promise<z.input<typeof engagementSchema>> {
  const { timeZone } = await loadSchoolSettings(scope);
  const before = localMoment(at, timeZone).day + 1;
  const byDay = await activityByDay(scope, before - days, before);
  const badges = await awardsByBadge(scope, new Date(at.getTime() - days * millisecondsPerDay));
  return {
    active: await activeLearners(scope, before),
    levels: await engagementDistribution(scope),
    days: byDay.map(({ day, active, events }) => ({ day: formatSchoolDay(day), active, events })),
    badges: badges.map(({ badge, holders, share, liveRarity, recent }) => ({
      badge: badgeView(badge),
      holders,
      share,
      liveRarity,
      recent,
    })),
  };
}

export async function predictionAnalytics(
  scope: SchoolScope,
  query: z.output<typeof predictionsQuery>,
  at: Date,
): Promise<z.input<typeof predictionsSchema>> {
  const predictions = await listPredictions(scope, query);
  return {
    models: (await championModels(scope, at)).map(modelView),
    summaries: (await scoreSummaries(scope)).map((summary) => ({ ...summary, tenths: [...summary.tenths] })),
    predictions: predictions.map(({ externalId, scoredAt, learnerId: _, ...prediction }) => ({
      ...prediction,
      learner: externalId,
      scoredAt: scoredAt.toISOString(),
    })),
  };
}

export async function metricsView(scope: SchoolScope, at: Date): Promise<z.input<typeof metricsSchema>> {
  const metrics = await loadMetrics(scope, at);
  const { threshold } = metrics;
  return {
    ...metrics,
    at: metrics.at.toISOString(),
    models: metrics.models.map(modelView),
    threshold: {
      ...threshold,
      estimatedFalseShare: threshold.estimatedFalseShare && { ...threshold.estimatedFalseShare },
    },
  };
}

function modelView({
  task,
  version,
  trainedAt,
  ageDays,
}: Awaited<ReturnType<typeof championModels>>[number]) {
  return { task, version, trainedAt: trainedAt.toISOString(), ageDays };
}
