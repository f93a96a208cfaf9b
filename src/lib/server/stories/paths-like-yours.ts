import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { Locale } from '#lib/i18n/index.ts';
import { pathWords } from '#lib/i18n/learner-paths.ts';
import { leastPeople, neighbours, pathsLike } from '../paths/index.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import type { BadgeShelf, BadgeView } from './badge-views.ts';

/** A badge that learners with a like path went on to earn. */
export interface PathBadgeView {
  readonly badge: BadgeView;
  /** Whole people, 10 or more. */
  readonly earned: number;
  readonly of: number;
  /** Such as `14 of 40`. */
  readonly share: string;
  readonly sentence: string;
}

export interface PathsLikeYours {
  readonly heading: string;
  /** Whose paths these are, and what they do not say. */
  readonly hint: string;
  /** The most earned first. */
  readonly badges: readonly PathBadgeView[];
}

const badgesShown = 5;

/** Null when there are too few like paths to tell of: the page then leaves the section out. */
export async function pathsLikeYours(
  scope: SchoolScope,
  learnerId: number,
  shelf: BadgeShelf,
  locale: Locale,
  today: SchoolDay,
): Promise<PathsLikeYours | null> {
  const found = await pathsLike(scope, learnerId, today);
  if (found.length === 0) return null;
  const words = pathWords[locale];
  return {
    heading: words.heading,
    hint: words.hint(neighbours, leastPeople),
    badges: found.slice(0, badgesShown).map(({ badgeId, earned, of }) => ({
      badge: shelf.view(badgeId),
      earned,
      of,
      share: words.share(earned, of),
      sentence: words.sentence(shelf.nameOf(badgeId), earned, of),
    })),
  };
}
