import { and, eq, isNull } from 'drizzle-orm';
import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import { awards, reviews } from '../platform/db/schema.ts';
import { writeAward } from './awards.ts';
import { lockLearners } from './learner-lock.ts';
import { humanEvidence, recordDecision } from './log.ts';
import { revokeHeld } from './revocations.ts';
import { announceQueue, findReview, type Review, type Reviewer } from './review-queue.ts';

/** `not found` also answers for learners out of the reviewer's reach. */
export type ReviewResult =
  | { readonly ok: true; readonly review: Review; readonly awardId: number | null }
  | { readonly ok: false; readonly because: 'not found' | 'already decided' };

/** The teacher agrees: the badge is given, or stays where it was given already. */
export async function approveReview(
  scope: SchoolScope,
  reviewId: number,
  reviewer: Reviewer,
  reason: string | null,
  at: Date,
): Promise<ReviewResult> {
  return decideReview(scope, reviewId, reviewer, 'approve', reason, at);
}

/** The teacher disagrees: no badge, and one that was given already is taken back. */
export async function rejectReview(
  scope: SchoolScope,
  reviewId: number,
  reviewer: Reviewer,
  reason: string | null,
  at: Date,
): Promise<ReviewResult> {
  return decideReview(scope, reviewId, reviewer, 'reject', reason, at);
}

async function decideReview(
  scope: SchoolScope,
  reviewId: number,
  reviewer: Reviewer,
  verdict: 'approve' | 'reject',
  reason: string | null,
  at: Date,
): Promise<ReviewResult> {
  const found = await findReview(scope, reviewId, reviewer);
  if (!found) return { ok: false, because: 'not found' };
  await lockLearners(scope, [found.learnerId]);
  const closing = { status: closed[verdict], closedAt: at, closedBy: reviewer.actor, reason };
  const review = await closeReview(scope, found, closing);
  if (!review) return { ok: false, because: 'already decided' };
  const decisionId = await recordDecision(scope, {
    ...decisionOn(review, found),
    verdict,
    evidence: humanEvidence(`review: ${review.cause}`),
    actor: reviewer.actor,
    reason,
    at,
  });
  const awardId =
    verdict === 'approve'
      ? await giveReviewed(scope, found, decisionId, reviewer.actor, at)
      : await takeReviewed(scope, found, reviewer.actor, reason, at);
  await announceQueue(scope, found.learnerId);
  return { ok: true, review: { ...found, ...closing }, awardId };
}

const closed = { approve: 'approved', reject: 'rejected' } as const;

type ReviewRow = typeof reviews.$inferSelect;

/** Null when someone else decided in the meantime. */
async function closeReview(
  scope: SchoolScope,
  { id }: Review,
  closing: Partial<ReviewRow>,
): Promise<ReviewRow | null> {
  const rows = await scope.tx
    .update(reviews)
    .set(closing)
    .where(and(eq(reviews.schoolId, scope.schoolId), eq(reviews.id, id), eq(reviews.status, 'open')))
    .returning();
  return rows[0] ?? null;
}

function decisionOn(row: ReviewRow, { ruleVersion, crossedOn, threshold }: Review) {
  const { learnerId, badgeId, confidence, decisionId } = row;
  return {
    learnerId,
    badgeId,
    confidence,
    threshold,
    ruleVersion,
    crossedOn,
    confidenceVersion: null,
    overrides: decisionId,
  };
}

async function giveReviewed(
  scope: SchoolScope,
  review: Review,
  decisionId: number,
  actor: string,
  at: Date,
): Promise<number | null> {
  const { badge, learnerId, ruleVersion, confidence } = review;
  if (review.cause === 'rule changed') await keepUnderRule(scope, review);
  return writeAward(scope, {
    badge,
    learnerId,
    ruleVersion,
    crossedOn: crossedOnOf(review),
    awardedAt: at,
    decisionId,
    confidence,
    decidedBy: actor,
  });
}

function crossedOnOf({ id, crossedOn }: Review): SchoolDay {
  if (crossedOn === null)
    throw new Error(`review ${id}: expected the day on which the rule was met, found none`);
  return crossedOn;
}

/** The award stands although today's rule is not met; it is not asked about again until the rule changes again. */
async function keepUnderRule(scope: SchoolScope, { learnerId, badge, ruleVersion }: Review): Promise<void> {
  await scope.tx
    .update(awards)
    .set({ ruleVersion })
    .where(
      and(
        eq(awards.schoolId, scope.schoolId),
        eq(awards.learnerId, learnerId),
        eq(awards.badgeId, badge.id),
        isNull(awards.revokedAt),
      ),
    );
}

async function takeReviewed(
  scope: SchoolScope,
  { learnerId, badge }: Review,
  actor: string,
  reason: string | null,
  at: Date,
): Promise<number | null> {
  const held = await scope.tx
    .select()
    .from(awards)
    .where(
      and(
        eq(awards.schoolId, scope.schoolId),
        eq(awards.learnerId, learnerId),
        eq(awards.badgeId, badge.id),
        isNull(awards.revokedAt),
      ),
    );
  if (held.length === 0) return null;
  await revokeHeld(scope, held[0], badge, { actor, reason: reason ?? 'rejected on review', at });
  return held[0].id;
}
