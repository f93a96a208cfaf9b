import { and, asc, count, desc, eq, exists, gt, inArray, isNull, lt, type SQL } from 'drizzle-orm';
import { parseSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import { type Badge, parseBadge } from '#lib/domain/badges/index.ts';
import type { ReviewCause } from '#lib/domain/decisions/verdict.ts';
import { classesWithinReach, type Caller } from '../auth/reach.ts';
import { currentClasses } from '../notifications/index.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import { badges, classMembers, decisions, learners, reviews } from '../platform/db/schema.ts';
import { announce } from '../platform/live-messages.ts';
import type { DecisionEvidence } from './log.ts';

export type ReviewStatus = (typeof reviews.$inferSelect)['status'];

/** Who decides, and about whose learners: a teacher's own classes, or the whole school. */
export interface Reviewer {
  /** 'system' or the id of a user. */
  readonly actor: string;
  readonly classIds: readonly number[] | 'all';
}

/** The reviewer behind a request. */
export async function reviewerFor(scope: SchoolScope, caller: Caller): Promise<Reviewer> {
  const actor = caller.user?.id ?? 'program';
  return { actor, classIds: await classesWithinReach(scope, caller) };
}

/** One question to a teacher, with all that the answer needs. */
export interface Review {
  readonly id: number;
  readonly learnerId: number;
  readonly learnerName: string;
  readonly learnerExternalId: string;
  readonly badge: Badge;
  readonly cause: ReviewCause;
  readonly status: ReviewStatus;
  readonly confidence: number;
  readonly threshold: number | null;
  readonly crossedOn: SchoolDay | null;
  readonly ruleVersion: number;
  readonly evidence: DecisionEvidence;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
  readonly closedBy: string | null;
  readonly reason: string | null;
}

export interface ReviewFilter {
  /** Reviews of learners of these classes; 'all' unless told. */
  readonly classIds?: readonly number[] | 'all';
  /** 'open' unless told. */
  readonly status?: ReviewStatus;
  readonly learnerId?: number;
  /** 50 unless told. */
  readonly limit?: number;
  /** Goes on behind this id: open ones come oldest first, closed ones newest first. */
  readonly after?: number;
}

/** Reviews in the order in which a teacher should see them. */
export async function listReviews(scope: SchoolScope, filter: ReviewFilter = {}): Promise<Review[]> {
  const { classIds = 'all', status = 'open', learnerId, limit = 50, after } = filter;
  const isOpen = status === 'open';
  return selectReviews(
    scope,
    and(
      eq(reviews.status, status),
      withinClasses(scope, classIds),
      learnerId === undefined ? undefined : eq(reviews.learnerId, learnerId),
      after === undefined ? undefined : isOpen ? gt(reviews.id, after) : lt(reviews.id, after),
    ),
    isOpen ? asc(reviews.id) : desc(reviews.id),
    limit,
  );
}

/** One review within the reviewer's reach, or null. */
export async function findReview(
  scope: SchoolScope,
  reviewId: number,
  reviewer: Reviewer,
): Promise<Review | null> {
  const own = and(eq(reviews.id, reviewId), withinClasses(scope, reviewer.classIds));
  const [review] = await selectReviews(scope, own, asc(reviews.id), 1);
  return review ?? null;
}

/** How many questions wait for a reviewer of these classes. */
export async function countOpenReviews(
  scope: SchoolScope,
  classIds: readonly number[] | 'all' = 'all',
): Promise<number> {
  const [row] = await scope.tx
    .select({ open: count() })
    .from(reviews)
    .where(
      and(eq(reviews.schoolId, scope.schoolId), eq(reviews.status, 'open'), withinClasses(scope, classIds)),
    );
  return row.open;
}

/** Tells the pages of the learner's teachers and of the admins how long the queue is now. */
export async function announceQueue(scope: SchoolScope, learnerId: number): Promise<void> {
  const open = await countOpenReviews(scope);
  await announce(scope, { role: 'admin' }, { type: 'review', open });
  for (const classId of await currentClasses(scope, learnerId)) {
    const ofClass = await countOpenReviews(scope, [classId]);
    await announce(scope, { class: classId }, { type: 'review', open: ofClass });
  }
}

async function selectReviews(
  scope: SchoolScope,
  where: SQL | undefined,
  order: SQL,
  limit: number,
): Promise<Review[]> {
  const rows = await scope.tx
    .select({ review: reviews, decision: decisions, learner: learners, definition: badges.definition })
    .from(reviews)
    .innerJoin(decisions, and(eq(decisions.schoolId, reviews.schoolId), eq(decisions.id, reviews.decisionId)))
    .innerJoin(learners, and(eq(learners.schoolId, reviews.schoolId), eq(learners.id, reviews.learnerId)))
    .innerJoin(badges, and(eq(badges.schoolId, reviews.schoolId), eq(badges.id, reviews.badgeId)))
    .where(and(eq(reviews.schoolId, scope.schoolId), where))
    .orderBy(order)
    .limit(limit);
  return rows.map(({ review, decision, learner, definition }) => ({
    ...review,
    cause: review.cause as ReviewCause,
    learnerName: learner.name,
    learnerExternalId: learner.externalId,
    badge: parseBadge(definition),
    threshold: decision.threshold,
    crossedOn: decision.crossedOn === null ? null : parseSchoolDay(decision.crossedOn),
    ruleVersion: decision.ruleVersion,
    evidence: decision.evidence as DecisionEvidence,
  }));
}

/** The review's learner sits, or sat, in one of the classes. */
function withinClasses(scope: SchoolScope, classIds: readonly number[] | 'all'): SQL | undefined {
  if (classIds === 'all') return undefined;
  return exists(
    scope.tx
      .select({ id: classMembers.learnerId })
      .from(classMembers)
      .where(
        and(
          eq(classMembers.schoolId, scope.schoolId),
          eq(classMembers.learnerId, reviews.learnerId),
          inArray(classMembers.classId, [...classIds]),
        ),
      ),
  );
}

export async function withdrawReviews(
  scope: SchoolScope,
  learnerId: number,
  badgeId: string,
  by: { readonly actor: string; readonly reason: string; readonly at: Date },
): Promise<void> {
  await scope.tx
    .update(reviews)
    .set({ status: 'withdrawn', closedAt: by.at, closedBy: by.actor, reason: by.reason })
    .where(
      and(
        eq(reviews.schoolId, scope.schoolId),
        eq(reviews.learnerId, learnerId),
        eq(reviews.badgeId, badgeId),
        eq(reviews.status, 'open'),
        isNull(reviews.closedAt),
      ),
    );
}
