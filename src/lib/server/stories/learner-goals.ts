import { formatSchoolDay, localMoment } from '#lib/domain/activity/school-day.ts';
import { type Goal, openGoals, reachedGoals } from '../goals/goals.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import type { BadgeShelf, BadgeView } from './badge-views.ts';
import type { Ongoing } from './progress.ts';

/** A goal as its learner sees it. */
export interface GoalView {
  readonly id: number;
  readonly badge: BadgeView;
  /** Yyyy-mm-dd. */
  readonly wantedOn: string;
  /** 0 to 1. */
  readonly progressAtStart: number;
  /** Null while the school does not award the badge. */
  readonly now: Pick<Ongoing, 'progress' | 'chance' | 'missing'> | null;
}

export interface LearnerGoals {
  /** The oldest first. */
  readonly open: readonly GoalView[];
  /** Badges that were goals when they were earned, by badge: since when, yyyy-mm-dd. */
  readonly reached: Readonly<Record<string, string>>;
}

const everSince = new Date(0);

/** `ongoing`: all badges the learner can still earn. */
export async function loadGoals(
  scope: SchoolScope,
  learnerId: number,
  ongoing: readonly Ongoing[],
  shelf: BadgeShelf,
  timeZone: string,
): Promise<LearnerGoals> {
  const dayOf = (at: Date) => formatSchoolDay(localMoment(at, timeZone).day);
  const standing = new Map(ongoing.map((one) => [one.badge.id, one]));
  const view = ({ id, badgeId, progressAtStart, wantedAt }: Goal): GoalView => ({
    id,
    badge: shelf.view(badgeId),
    wantedOn: dayOf(wantedAt),
    progressAtStart,
    now: standing.get(badgeId) ?? null,
  });
  const reached = await reachedGoals(scope, learnerId, everSince);
  return {
    open: (await openGoals(scope, learnerId)).map(view),
    reached: Object.fromEntries(reached.map(({ badgeId, wantedAt }) => [badgeId, dayOf(wantedAt)])),
  };
}
