import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { Missing } from '#lib/domain/badges/index.ts';
import type { Deed, DeedBound, Deeds } from '#lib/domain/what-if/deeds.ts';
import type { FeatureFamily } from '#lib/domain/features/index.ts';

/** One badge in a preview. */
export interface PreviewedBadge {
  readonly badgeId: string;
  /** Of earning it within four weeks from the day the preview looks from; 1 when the rule is met by then. */
  readonly chance: number;
  /** True: with these deeds the rule itself is met by that day. */
  readonly isMet: boolean;
  /** 0 to 1. */
  readonly progress: number;
  /** Empty exactly when met. */
  readonly missing: readonly Missing[];
}

/** Why a chance is what it is: exact Shapley values of the small model, by groups, against the average learner. */
export interface PreviewReason {
  /** A family of features, or what the badge itself brings: progress, rate, effort. */
  readonly group: FeatureFamily | 'badge';
  /** How far it moves the margin (log odds): above 0 it helps. */
  readonly effect: number;
}

/** How far each deed alone moves a badge's chance, shared out exactly (Shapley over the deeds chosen). */
export interface DeedShare {
  readonly deed: Deed;
  /** In chance, −1 to 1; all shares add up to the whole difference. */
  readonly effect: number;
}

/**
 * The learner's own preview. Built once from the learner's data and the small model; every question is answered
 * here, on this device.
 */
export interface Preview {
  /** Up to this day, left out, everything is known: tomorrow, on the day the data was sent. */
  readonly today: SchoolDay;
  /** What can be chosen and how far, by the day `until` (left out). */
  bounds(until: SchoolDay): readonly DeedBound[];
  /** What this learner usually does in so long a time, within the bounds. */
  usual(until: SchoolDay): Deeds;
  /** All open badges as of today, the most promising first. */
  now(): readonly PreviewedBadge[];
  /** All open badges as of `until` when these deeds are done and no others. @throws RangeError for deeds beyond the bounds */
  rank(deeds: Deeds, until: SchoolDay): readonly PreviewedBadge[];
  /** The largest effect first. */
  reasons(badgeId: string, deeds: Deeds, until: SchoolDay): readonly PreviewReason[];
  /** What each deed adds, measured against doing none of them. */
  shares(badgeId: string, deeds: Deeds, until: SchoolDay): readonly DeedShare[];
}
