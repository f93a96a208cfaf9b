import { formatSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import {
  type FittedTier,
  fitTiers,
  isSameButThreshold,
  peakOf,
  type TierGoal,
  tierGoals,
  withThreshold,
} from '#lib/domain/badges/index.ts';
import { loadLearners } from '#lib/server/features/index.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { allBadges, saveBadges } from './badges.ts';

/** Fewer learners than this say too little about the next hundred. */
export const fewestLearners = 30;

/** A badge whose threshold other numbers would suit better, on the history of this school. */
export interface SchoolFit {
  readonly learners: number;
  readonly before: SchoolDay;
  readonly tiers: readonly FittedTier[];
}

/**
 * What each tuned badge's threshold would have to be for its share of learners to reach it, from the days before
 * `before`. Reads every learner once and keeps one number a learner and badge. Changes nothing.
 * @throws RangeError when the school has fewer learners than `fewestLearners`.
 */
export async function fitSchoolTiers(scope: SchoolScope, before: SchoolDay): Promise<SchoolFit> {
  const goals = await goalsOf(scope);
  // The tiers of a series differ in their threshold alone: one peak serves them all.
  const rules = Map.groupBy(goals, ruleKey);
  const peaks = new Map([...rules.keys()].map((key) => [key, new Array<number>()]));
  let learners = 0;
  for await (const { history, context } of loadLearners(scope, 'all', before)) {
    learners++;
    const span = { from: history.from, before };
    for (const [key, [{ badge }]] of rules) {
      peaks.get(key)?.push(peakOf(badge.criterion, history, context, span));
    }
  }
  if (learners < fewestLearners) {
    throw new RangeError(
      `learners: expected at least ${fewestLearners} with activity before ${formatSchoolDay(before)}, got ${learners}`,
    );
  }
  const byBadge = new Map(goals.map((goal) => [goal.badge.id, peaks.get(ruleKey(goal)) ?? []]));
  return { learners, before, tiers: fitTiers(goals, byBadge) };
}

function ruleKey({ badge }: TierGoal): string {
  return JSON.stringify(withThreshold(badge.criterion, 0));
}

/** The school's own words and rules, with the catalogue's aims. */
async function goalsOf(scope: SchoolScope): Promise<readonly TierGoal[]> {
  const live = new Map(
    (await allBadges(scope)).filter(({ isActive }) => isActive).map(({ badge }) => [badge.id, badge]),
  );
  return tierGoals.flatMap((goal) => {
    const badge = live.get(goal.badge.id);
    // A rule the school wrote anew is its own: its numbers were chosen by people.
    const isOurs = badge && isSameButThreshold(badge.criterion, goal.badge.criterion);
    return isOurs ? [{ ...goal, badge }] : [];
  });
}

/** Saves the fitted thresholds as new rule versions. Returns how many rules changed. */
export async function applyTiers(
  scope: SchoolScope,
  tiers: readonly FittedTier[],
  actor: string,
  at: Date,
): Promise<number> {
  const fitted = tiers.map(({ badge }) => badge);
  const saved = await saveBadges(scope, fitted, actor, at);
  return saved.filter(({ change }) => change === 'rule').length;
}
