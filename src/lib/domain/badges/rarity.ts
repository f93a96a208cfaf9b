import type { Rarity } from './badge.ts';

/** The least share of learners that holds a badge of each rarity; rarer than all of them is legendary. */
export const rarityShares: Readonly<Record<Exclude<Rarity, 'legendary'>, number>> = {
  common: 0.25,
  rare: 0.08,
  epic: 0.02,
};

/** What a badge is worth today, from the share of learners (0 to 1) that hold it, whatever was declared. */
export function liveRarity(share: number): Rarity {
  if (!(share >= 0 && share <= 1)) throw new RangeError(`share: expected 0 to 1, got ${share}`);
  if (share >= rarityShares.common) return 'common';
  if (share >= rarityShares.rare) return 'rare';
  return share >= rarityShares.epic ? 'epic' : 'legendary';
}
