import type { Rarity } from '../badges/badge.ts';

/** What each rarity is worth beside the others when recommending. */
export const rarityValue: Readonly<Record<Rarity, number>> = { common: 1, rare: 2, epic: 4, legendary: 8 };

export interface Candidate {
  readonly badgeId: string;
  readonly rarity: Rarity;
  /** Usual days of work for the whole badge. */
  readonly effortDays: number;
  /** 0 to 1: how much of the rule is there already. */
  readonly progress: number;
  /** The model's chance within four weeks; null when no model has scored it. */
  readonly chance: number | null;
}

/** Which of the three parts speaks loudest for a badge. */
export type Why = 'likely' | 'near' | 'valuable';

export interface Recommendation extends Candidate {
  /** Chance × value / days of work left; comparable within one learner only. */
  readonly priority: number;
  readonly daysLeft: number;
  readonly why: Why;
}

/**
 * Badges in the order in which to suggest them: chance × value / effort left. Without a model's chance the progress
 * stands in its place in the ranking, and the chance stays unknown.
 */
export function recommend(candidates: readonly Candidate[]): Recommendation[] {
  return candidates
    .map(recommendationOf)
    .toSorted((a, b) => b.priority - a.priority || a.badgeId.localeCompare(b.badgeId));
}

function recommendationOf(candidate: Candidate): Recommendation {
  const { rarity, effortDays, progress, chance } = candidate;
  const daysLeft = Math.max(1, Math.round(effortDays * (1 - progress)));
  // The square root keeps a badge one day away from hiding all that take a month.
  const priority = ((chance ?? progress) * rarityValue[rarity]) / Math.sqrt(daysLeft);
  return { ...candidate, daysLeft, priority, why: whyOf(candidate) };
}

function whyOf({ chance, progress, rarity }: Candidate): Why {
  if (chance !== null && chance >= 0.5) return 'likely';
  if (progress >= 0.7) return 'near';
  return rarityValue[rarity] >= rarityValue.epic ? 'valuable' : 'near';
}
