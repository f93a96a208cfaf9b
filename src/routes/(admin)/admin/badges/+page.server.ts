import { badgeFamilies, describeCriterion } from '#lib/domain/badges/index.ts';
import { inSchool } from '#lib/server/auth/reach.ts';
import { holdersShare } from '#lib/server/awards/awards.ts';
import { allBadges, type StoredBadge } from '#lib/server/awards/badges.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
  const { locale } = locals;
  return inSchool(locals, async (scope) => {
    const stored = await allBadges(scope);
    const holders = await holdersShare(scope);
    const names = new Map(stored.map(({ badge }) => [badge.id, badge.name[locale]]));
    const rowOf = ({ badge, ruleVersion, isActive }: StoredBadge) => ({
      id: badge.id,
      name: badge.name[locale],
      emblem: badge.emblem,
      rarity: badge.rarity,
      rule: describeCriterion(badge.criterion, locale, (id) => names.get(id) ?? id),
      isConsequential: badge.isConsequential,
      ruleVersion,
      isActive,
      held: holders.get(badge.id) ?? null,
    });
    const families = badgeFamilies.map((family) => ({
      family,
      badges: stored.filter(({ badge }) => badge.family === family).map(rowOf),
    }));
    return { locale, families: families.filter(({ badges }) => badges.length > 0) };
  });
};
