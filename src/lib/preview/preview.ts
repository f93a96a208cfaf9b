import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { Missing } from '#lib/domain/badges/evaluate.ts';
import type { PlanAnswer } from '#lib/domain/plans/plan.ts';
import type { PlanProgress } from '#lib/domain/plans/progress.ts';
import type { Deed, DeedBound, Deeds } from '#lib/domain/what-if/deeds.ts';

/** One badge in a preview. */
export interface PreviewedBadge {
  readonly badgeId: string;
  /**
   * Of earning it within four weeks from the day the preview looks from; 1 when the rule is met by then. Null without a
   * model: then the progress alone stands in for the order.
   */
  readonly chance: number | null;
  /** True: with these deeds the rule itself is met by that day. */
  readonly isMet: boolean;
  /** 0 to 1; 1 exactly when met. */
  readonly progress: number;
  /** Empty exactly when met. */
  readonly missing: readonly Missing[];
}

/** What the small model's inputs are taken together by, so that a learner reads ten reasons and not seventy. */
export const reasonGroups = [
  'amount', // how much was done: things, hours, quantity, badges held
  'rhythm', // how regularly: active days, streaks, breaks, the last time
  'trend', // whether it is growing
  'hand-ins', // work handed in, on time or late
  'marks',
  'variety', // kinds of activity
  'class', // against the class: the same whatever is supposed
  'hours', // sessions, nights, weekends
  'together', // help, posts, group work, lessons
  'season', // how many school days lie ahead
  'badge', // what the badge itself brings: its rule's progress, rarity, effort, how often it is earned
] as const;
export type ReasonGroup = (typeof reasonGroups)[number];

/** Why a chance is what it is: exact Shapley values of the small model, by groups, against the average learner and badge. */
export interface PreviewReason {
  readonly group: ReasonGroup;
  /** How far it moves the margin (log odds): above 0 it helps. */
  readonly effect: number;
}

/** How far each deed alone moves a badge's chance, shared out exactly (Shapley over the deeds chosen). */
export interface DeedShare {
  readonly deed: Deed;
  /** In chance, −1 to 1 (in progress without a model); all shares add up to the whole difference. */
  readonly effect: number;
}

/** A plan for one badge and how much of it is done. */
export interface PreviewedPlan {
  readonly answer: PlanAnswer;
  /** Null unless there is a plan. */
  readonly progress: PlanProgress | null;
}

/**
 * The learner's own preview. Built once from the learner's data and the small model; every question is answered
 * here, on this device.
 */
export interface Preview {
  /** Up to this day, left out, everything is known: tomorrow, on the day the data was sent. */
  readonly today: SchoolDay;
  /** The last day that `until` may be. */
  readonly horizon: SchoolDay;
  /** What can be chosen and how far, by the day `until` (left out). What is not possible at all is left out. */
  bounds(until: SchoolDay): readonly DeedBound[];
  /** What this learner usually does in so long a time, within the bounds. */
  usual(until: SchoolDay): Deeds;
  /** All open badges as of today, the most promising first; of a series the next tier alone. */
  now(): readonly PreviewedBadge[];
  /**
   * The same badges as of `until` when these deeds are done and no others.
   * @throws RangeError for deeds beyond the bounds, or a day before today or after the horizon
   */
  rank(deeds: Deeds, until: SchoolDay): readonly PreviewedBadge[];
  /** The largest effect first; none without a model. @throws RangeError for a badge that is not in the ranking */
  reasons(badgeId: string, deeds: Deeds, until: SchoolDay): readonly PreviewReason[];
  /**
   * What to do for a badge, week by week. It begins on the later of `since` (when the goal was set; today when left out)
   * and this week's Monday: so what a week asks stands still while the week lasts, and each new week starts from what was
   * really done. Takes some tens of milliseconds. @throws RangeError for a badge that is not open
   */
  plan(badgeId: string, since?: SchoolDay): PreviewedPlan;
  /** What each deed adds, measured against doing none of them; the largest first. */
  shares(badgeId: string, deeds: Deeds, until: SchoolDay): readonly DeedShare[];
  /** The same, a pause after each of up to 128 what-ifs, for a page that answers the finger meanwhile. */
  sharesByTurns(badgeId: string, deeds: Deeds, until: SchoolDay): Generator<void, readonly DeedShare[]>;
}
