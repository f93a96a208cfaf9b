import type { Badge, BadgeFamily, Rarity } from '../badge.ts';
import { collaborationDesigns } from './collaboration.ts';
import { constancyDesigns } from './constancy.ts';
import { courageDesigns } from './courage.ts';
import { badgeOf, type Design } from './design.ts';
import { growthDesigns } from './growth.ts';
import { masteryDesigns } from './mastery.ts';
import { type TierGoal, tunedLeaf } from '../tiers.ts';

const designs: readonly (readonly [BadgeFamily, readonly Design[]])[] = [
  ['constancy', constancyDesigns],
  ['growth', growthDesigns],
  ['mastery', masteryDesigns],
  ['collaboration', collaborationDesigns],
  ['courage', courageDesigns],
];

/** The badges a school begins with. Numbers in rules are starting values: `fitTiers` sets them to the school. */
export const badgeCatalogue: readonly Badge[] = designs.flatMap(([family, list]) =>
  list.map((design) => badgeOf(family, design)),
);

/** The share of learners each rarity is meant for: well inside the band that `liveRarity` gives that rarity. */
export const goalShares: Readonly<Record<Rarity, number>> = {
  common: 0.4,
  rare: 0.15,
  epic: 0.045,
  legendary: 0.01,
};

const tunedIds = new Set(
  designs.flatMap(([, list]) => list.filter(({ isTuned }) => isTuned).map(({ id }) => id)),
);

/** What the thresholds of the catalogue are set for. A badge that is absent keeps its threshold. */
export const tierGoals: readonly TierGoal[] = badgeCatalogue
  .filter(({ id }) => tunedIds.has(id))
  .map((badge) => ({
    badge,
    share: goalShares[badge.rarity],
    designed: tunedLeaf(badge.criterion).value,
  }));
