import { formatSchoolDay } from '#lib/domain/activity/school-day.ts';
import type { SignName } from '#lib/domain/decisions/confidence.ts';
import type { ReviewCause } from '#lib/domain/decisions/verdict.ts';
import type { Locale } from '#lib/i18n/index.ts';
import { evidenceSentence } from '#lib/i18n/measures.ts';
import { listReviews, type Review } from '../decisions/review-queue.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import { type BadgeShelf, type BadgeView, loadShelf } from './badge-views.ts';

/** One question to a teacher, in words. */
export interface ReviewView {
  readonly id: number;
  readonly learner: { readonly id: number; readonly name: string };
  readonly badge: BadgeView;
  readonly cause: ReviewCause;
  readonly confidence: number;
  readonly threshold: number | null;
  readonly crossedOn: string | null;
  readonly openedAt: Date;
  readonly evidence: readonly { readonly sentence: string; readonly isMet: boolean }[];
  /** What moved the confidence, the strongest first; positive speaks for the award. */
  readonly signs: readonly { readonly sign: SignName; readonly effect: number }[];
}

export interface ReviewPage {
  readonly reviews: readonly ReviewView[];
  /** Open reviews of each badge, the most first. */
  readonly byBadge: readonly { readonly id: string; readonly name: string; readonly count: number }[];
  readonly hasMore: boolean;
  /** All open ones of the badge that was asked for; empty when none was. */
  readonly idsOfBadge: readonly number[];
}

const shown = 25;
const mostListed = 2000;
const leastEffect = 0.05;

/** The open reviews within reach, of one badge when told, the longest waiting first. */
export async function loadReviewPage(
  scope: SchoolScope,
  classIds: readonly number[] | 'all',
  badgeId: string | null,
  locale: Locale,
): Promise<ReviewPage> {
  const shelf = await loadShelf(scope, locale);
  const open = await listReviews(scope, { classIds, limit: mostListed });
  const wanted = open.filter(({ badge }) => badgeId === null || badge.id === badgeId);
  const byBadge = [...Map.groupBy(open, ({ badge }) => badge.id)]
    .map(([id, own]) => ({ id, name: shelf.nameOf(id), count: own.length }))
    .toSorted((a, b) => b.count - a.count);
  return {
    reviews: wanted.slice(0, shown).map((review) => viewOf(review, shelf, locale)),
    byBadge,
    hasMore: wanted.length > shown,
    idsOfBadge: badgeId === null ? [] : wanted.map(({ id }) => id),
  };
}

function viewOf(review: Review, shelf: BadgeShelf, locale: Locale): ReviewView {
  const { id, learnerId, learnerName, badge, cause, confidence, threshold, crossedOn, openedAt } = review;
  return {
    id,
    learner: { id: learnerId, name: learnerName },
    badge: shelf.view(badge.id),
    cause,
    confidence,
    threshold,
    crossedOn: crossedOn === null ? null : formatSchoolDay(crossedOn),
    openedAt,
    evidence: review.evidence.parts.map((part) => ({
      sentence: evidenceSentence(locale, part, shelf.nameOf),
      isMet: part.isMet,
    })),
    signs: review.evidence.effects
      .filter(({ effect }) => Math.abs(effect) >= leastEffect)
      .toSorted((a, b) => Math.abs(b.effect) - Math.abs(a.effect)),
  };
}
