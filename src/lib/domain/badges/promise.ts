import type { Badge, Rarity } from './badge.ts';

/** A badge within reach, as far as the order of recommendations depends on it. */
export interface Candidate {
  readonly rarity: Rarity;
  /** Usual days of work the badge takes from the start. */
  readonly effortDays: number;
  /** 0 to under 1. */
  readonly progress: number;
  /** Chance of earning it within four weeks, from the model; null without one. */
  readonly chance: number | null;
}

/** Doubles with each step of rarity, across which the share of holders falls to a third or less. */
const worth: Readonly<Record<Rarity, number>> = { common: 1, rare: 2, epic: 4, legendary: 8 };

/**
 * Chance × worth for a day of the work still ahead. Without a model the share already done stands in for the order
 * alone; it is never shown as a chance.
 */
export function promise({ rarity, effortDays, progress, chance }: Candidate): number {
  const daysAhead = Math.max(1, effortDays * (1 - progress));
  return ((chance ?? progress) * worth[rarity]) / daysAhead;
}

/** The most promising first; those whose chance is known before all others. */
export function recommend<T extends Candidate>(candidates: readonly T[], count: number): T[] {
  const known = (candidate: T) => Number(candidate.chance !== null);
  return candidates.toSorted((a, b) => known(b) - known(a) || promise(b) - promise(a)).slice(0, count);
}

/** Of each series only the lowest tier still open; badges that stand alone all stay. */
export function nextTiers<T extends Pick<Badge, 'series' | 'tier'>>(open: readonly T[]): T[] {
  const lowest = new Map<string, number>();
  for (const { series, tier } of open)
    if (series !== null) lowest.set(series, Math.min(tier, lowest.get(series) ?? tier));
  return open.filter(({ series, tier }) => series === null || lowest.get(series) === tier);
}
