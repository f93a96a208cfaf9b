import { and, count, eq, gte, inArray, isNull } from 'drizzle-orm';
import { type Badge, type Rarity, rarities } from '#lib/domain/badges/index.ts';
import { holdersShare } from '../awards/awards.ts';
import { allBadges } from '../awards/badges.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import { awards, decisions } from '../platform/db/schema.ts';

export interface BadgeCount {
  readonly badge: Badge;
  readonly isActive: boolean;
  readonly holders: number;
  /** Of all learners, 0 to 1. */
  readonly share: number;
  /** What the share makes of it; null while nobody holds it. */
  readonly liveRarity: Rarity | null;
  /** Given since `since`. */
  readonly recent: number;
}

/** Every badge with how many hold it, the most held first. */
export async function awardsByBadge(scope: SchoolScope, since: Date): Promise<BadgeCount[]> {
  const holders = await holdersShare(scope);
  const recent = await recentAwards(scope, since);
  return (await allBadges(scope))
    .map(({ badge, isActive }) => {
      const held = holders.get(badge.id);
      return {
        badge,
        isActive,
        holders: held?.count ?? 0,
        share: held?.share ?? 0,
        liveRarity: held?.rarity ?? null,
        recent: recent.get(badge.id) ?? 0,
      };
    })
    .toSorted((a, b) => b.holders - a.holders || a.badge.id.localeCompare(b.badge.id));
}

async function recentAwards(scope: SchoolScope, since: Date): Promise<Map<string, number>> {
  const rows = await scope.tx
    .select({ badgeId: awards.badgeId, given: count() })
    .from(awards)
    .where(and(eq(awards.schoolId, scope.schoolId), isNull(awards.revokedAt), gte(awards.awardedAt, since)))
    .groupBy(awards.badgeId);
  return new Map(rows.map(({ badgeId, given }) => [badgeId, given]));
}

/** Awards held, by the rarity their badge declares. */
export function awardsByRarity(counts: readonly BadgeCount[]): Record<Rarity, number> {
  const of = (rarity: Rarity) =>
    counts.filter(({ badge }) => badge.rarity === rarity).reduce((sum, { holders }) => sum + holders, 0);
  return Object.fromEntries(rarities.map((rarity) => [rarity, of(rarity)])) as Record<Rarity, number>;
}

/** How the system decided since a moment: alone, or by asking a teacher. */
export interface DecisionShares {
  readonly automatic: number;
  readonly asked: number;
}

export async function decisionShares(scope: SchoolScope, since: Date): Promise<DecisionShares> {
  const rows = await scope.tx
    .select({ verdict: decisions.verdict, made: count() })
    .from(decisions)
    .where(
      and(
        eq(decisions.schoolId, scope.schoolId),
        inArray(decisions.verdict, ['award', 'review']),
        gte(decisions.decidedAt, since),
      ),
    )
    .groupBy(decisions.verdict);
  const of = (verdict: 'award' | 'review') => rows.find((row) => row.verdict === verdict)?.made ?? 0;
  return { automatic: of('award'), asked: of('review') };
}
