import { sql } from 'drizzle-orm';
import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { Outcome } from '#lib/domain/badges/index.ts';
import { isAudited, type ReviewCause, verdictOf } from '#lib/domain/decisions/verdict.ts';
import type { StoredBadge } from '../awards/badges.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import { reviews } from '../platform/db/schema.ts';
import { writeAward } from './awards.ts';
import { type DecisionEntry, type ModelOpinion, recordDecision, systemActor } from './log.ts';
import { announceQueue } from './review-queue.ts';
import type { ConfidenceRule } from './threshold.ts';
import type { Weighing } from './weigh.ts';

/** A rule met by a learner, weighed, not yet decided. */
export interface Case {
  readonly learnerId: number;
  readonly stored: StoredBadge;
  readonly outcome: Outcome;
  readonly crossedOn: SchoolDay;
  readonly weighing: Weighing;
  readonly rule: ConfidenceRule;
  readonly cause: string;
  /** What a model said of this badge; null where none did. */
  readonly opinion: ModelOpinion | null;
  readonly at: Date;
}

/** What was decided, and why a teacher is asked if one is. */
export interface Made {
  readonly entry: DecisionEntry;
  readonly review: ReviewCause | null;
}

/** The decision about a case; writes nothing. */
export function decideCase(schoolId: number, one: Case): Made {
  const { learnerId, stored, crossedOn, weighing, rule } = one;
  const { badge, ruleVersion } = stored;
  const verdict = verdictOf({
    confidence: weighing.confidence,
    threshold: rule.threshold,
    isConsequential: badge.isConsequential,
    isAudited: isAudited(`${schoolId}/${learnerId}/${badge.id}/${crossedOn}`),
  });
  const entry: DecisionEntry = {
    learnerId,
    badgeId: badge.id,
    verdict: verdict.verdict,
    confidence: weighing.confidence,
    threshold: rule.threshold,
    ruleVersion,
    confidenceVersion: rule.confidenceVersion,
    crossedOn,
    evidence: evidenceOf(one),
    actor: systemActor,
    reason: verdict.verdict === 'review' ? verdict.cause : null,
    overrides: null,
    at: one.at,
  };
  if (verdict.verdict === 'review') return { entry, review: verdict.cause };
  return { entry, review: verdict.audit ? 'audit' : null };
}

function evidenceOf({ cause, outcome, weighing, opinion }: Case): DecisionEntry['evidence'] {
  const { signs, effects, uncalibrated } = weighing;
  const evidence = { cause, parts: outcome.parts, signs, effects, uncalibrated };
  return opinion ? { ...evidence, model: opinion } : evidence;
}

/** Writes the decision with what follows from it: the award and its notification, the question to a teacher. */
export async function carryOut(scope: SchoolScope, stored: StoredBadge, made: Made): Promise<number> {
  const { entry, review } = made;
  const decisionId = await recordDecision(scope, entry);
  if (entry.verdict === 'award') {
    await writeAward(scope, {
      badge: stored.badge,
      learnerId: entry.learnerId,
      ruleVersion: entry.ruleVersion,
      crossedOn: entry.crossedOn ?? NaN,
      awardedAt: entry.at,
      decisionId,
      confidence: entry.confidence ?? NaN,
      decidedBy: entry.actor,
    });
  }
  if (review) await openReview(scope, entry, decisionId, review);
  return decisionId;
}

/** Asks a teacher, once: an open question about the same badge stays as it is. */
export async function openReview(
  scope: SchoolScope,
  { learnerId, badgeId, confidence, at }: DecisionEntry,
  decisionId: number,
  cause: ReviewCause,
): Promise<void> {
  await scope.tx
    .insert(reviews)
    .values({
      schoolId: scope.schoolId,
      learnerId,
      badgeId,
      decisionId,
      confidence: confidence ?? 0,
      cause,
      openedAt: at,
    })
    .onConflictDoNothing({
      target: [reviews.schoolId, reviews.learnerId, reviews.badgeId],
      where: sql`status = 'open'`,
    });
  await announceQueue(scope, learnerId);
}
