import { and, eq } from 'drizzle-orm';
import { localMoment } from '#lib/domain/activity/school-day.ts';
import {
  type Badge,
  evaluateCriterion,
  historyProbe,
  type Missing,
  type Outcome,
} from '#lib/domain/badges/index.ts';
import { recommend, type Recommendation } from '#lib/domain/decisions/recommend.ts';
import { awardsOf } from '../awards/awards.ts';
import { activeBadges } from '../awards/badges.ts';
import { loadLearner, type Measurement } from '../features/index.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import { scores } from '../platform/db/schema.ts';
import { loadSchoolSettings } from './school.ts';

/** A badge to go for next, with what it still takes. */
export interface RecommendedBadge extends Recommendation {
  readonly badge: Badge;
  readonly missing: readonly Missing[];
  readonly modelVersion: string | null;
}

/** The badges a learner does not hold, the most worthwhile first. */
export async function recommendationsFor(
  scope: SchoolScope,
  learnerId: number,
  at: Date,
): Promise<RecommendedBadge[]> {
  const { timeZone } = await loadSchoolSettings(scope);
  return recommendBadges(scope, await loadLearner(scope, learnerId, localMoment(at, timeZone).day + 1));
}

/** The same for a learner who is measured already. */
export async function recommendBadges(
  scope: SchoolScope,
  measurement: Measurement,
): Promise<RecommendedBadge[]> {
  const { learnerId, history, context, before } = measurement;
  const held = new Map((await awardsOf(scope, learnerId)).map((award) => [award.badgeId, award.crossedOn]));
  const probe = historyProbe(history, context, (id, day) => (held.get(id) ?? Infinity) < day);
  const chances = await chancesOf(scope, learnerId);
  const open = (await activeBadges(scope)).filter(({ badge }) => !held.has(badge.id));
  const outcomes = new Map<string, Outcome>(
    open.map(({ badge }) => [badge.id, evaluateCriterion(badge.criterion, probe, before)]),
  );
  const badges = new Map(open.map(({ badge }) => [badge.id, badge]));
  const ranked = recommend(
    open.map(({ badge }) => ({
      badgeId: badge.id,
      rarity: badge.rarity,
      effortDays: badge.effortDays,
      progress: outcomes.get(badge.id)?.progress ?? 0,
      chance: chances.get(badge.id)?.value ?? null,
    })),
  );
  return ranked.flatMap((one) => {
    const badge = badges.get(one.badgeId);
    const modelVersion = chances.get(one.badgeId)?.modelVersion ?? null;
    return badge ? [{ ...one, badge, missing: outcomes.get(badge.id)?.missing ?? [], modelVersion }] : [];
  });
}

async function chancesOf(
  scope: SchoolScope,
  learnerId: number,
): Promise<Map<string, { value: number; modelVersion: string }>> {
  const rows = await scope.tx
    .select({ badgeId: scores.subject, value: scores.value, modelVersion: scores.modelVersion })
    .from(scores)
    .where(
      and(
        eq(scores.schoolId, scope.schoolId),
        eq(scores.learnerId, learnerId),
        eq(scores.task, 'badge-chance'),
      ),
    );
  return new Map(rows.map(({ badgeId, ...score }) => [badgeId, score]));
}
