import { formatSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { Badge } from '#lib/domain/badges/index.ts';
import { reachGoal } from '../goals/goals.ts';
import { notify, type NotificationKind } from '../notifications/index.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import { awards } from '../platform/db/schema.ts';

export interface NewAward {
  readonly badge: Badge;
  readonly learnerId: number;
  readonly ruleVersion: number;
  readonly crossedOn: SchoolDay;
  readonly awardedAt: Date;
  readonly decisionId: number;
  readonly confidence: number;
  readonly decidedBy: string;
}

/**
 * Writes an award and its notification, and marks the goal it fulfils. Null when the learner holds the badge
 * already: nothing is written then.
 */
export async function writeAward(scope: SchoolScope, award: NewAward): Promise<number | null> {
  const { badge, ...row } = award;
  const added = await scope.tx
    .insert(awards)
    .values({
      ...row,
      schoolId: scope.schoolId,
      badgeId: badge.id,
      crossedOn: formatSchoolDay(award.crossedOn),
    })
    .onConflictDoNothing()
    .returning({ id: awards.id });
  if (added.length === 0) return null;
  const { id } = added[0];
  await reachGoal(scope, award.learnerId, badge.id, award.awardedAt);
  await tellOfBadge(scope, 'award', award.learnerId, id, badge, award.awardedAt);
  return id;
}

/** Everything a page needs to show the news without asking again. */
export async function tellOfBadge(
  scope: SchoolScope,
  kind: NotificationKind,
  learnerId: number,
  awardId: number,
  badge: Badge,
  at: Date,
): Promise<void> {
  await notify(scope, { kind, learnerId, payload: badgePayload(learnerId, awardId, badge) }, at);
}

export function badgePayload(learnerId: number, awardId: number, badge: Badge) {
  const { id, name, rarity, family, emblem } = badge;
  return { awardId, learnerId, badge: id, name, rarity, family, emblem };
}
