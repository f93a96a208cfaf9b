import { and, desc, eq, inArray } from 'drizzle-orm';
import { parseSchoolDay } from '#lib/domain/activity/school-day.ts';
import { type Badge, parseBadge } from '#lib/domain/badges/index.ts';
import { reachGoal } from '../goals/goals.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import { awards, badges, decisions } from '../platform/db/schema.ts';
import { tellOfBadge } from './awards.ts';
import { lockLearners } from './learner-lock.ts';
import { humanEvidence, type LoggedVerdict, recordDecision } from './log.ts';
import { announceQueue, type Reviewer, withdrawReviews } from './review-queue.ts';
import { learnersWithin } from './reviewer-reach.ts';

type AwardRow = typeof awards.$inferSelect;

/** Who takes a badge back or gives it back, why and when. */
export interface Act {
  readonly actor: string;
  readonly reason: string;
  readonly at: Date;
}

export interface RevocationResult {
  readonly revoked: readonly number[];
  /** Ids that name no award within the reviewer's reach. */
  readonly notFound: readonly number[];
}

/** Takes awards back, each with a log entry and a notification. Awards taken back before stay as they are. */
export async function revokeAwards(
  scope: SchoolScope,
  awardIds: readonly number[],
  reviewer: Reviewer,
  reason: string,
  at: Date,
): Promise<RevocationResult> {
  const { found, notFound } = await lockAwards(scope, awardIds, reviewer);
  const standing = found.filter(({ award }) => award.revokedAt === null);
  for (const { award, badge } of standing) {
    await revokeHeld(scope, award, badge, { actor: reviewer.actor, reason, at });
  }
  return { revoked: standing.map(({ award }) => award.id), notFound };
}

export async function revokeAward(
  scope: SchoolScope,
  awardId: number,
  reviewer: Reviewer,
  reason: string,
  at: Date,
): Promise<RevocationResult> {
  return revokeAwards(scope, [awardId], reviewer, reason, at);
}

export type RestoreResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly because: 'not found' | 'not revoked' | 'held again' };

/** Undoes a revocation. */
export async function restoreAward(
  scope: SchoolScope,
  awardId: number,
  reviewer: Reviewer,
  reason: string,
  at: Date,
): Promise<RestoreResult> {
  const { found } = await lockAwards(scope, [awardId], reviewer);
  if (found.length === 0) return { ok: false, because: 'not found' };
  const { award, badge } = found[0];
  if (award.revokedAt === null) return { ok: false, because: 'not revoked' };
  if (await isHeldAgain(scope, award)) return { ok: false, because: 'held again' };
  const act = { actor: reviewer.actor, reason, at };
  await setRevoked(scope, award, { revokedAt: null, revokedBy: null, revokedReason: null });
  await logAct(scope, award, 'restore', act);
  await reachGoal(scope, award.learnerId, award.badgeId, at);
  await tellOfBadge(scope, 'restore', award.learnerId, award.id, badge, at);
  return { ok: true };
}

/** Takes back one award of a learner whose lock the caller holds. */
export async function revokeHeld(scope: SchoolScope, award: AwardRow, badge: Badge, act: Act): Promise<void> {
  await setRevoked(scope, award, { revokedAt: act.at, revokedBy: act.actor, revokedReason: act.reason });
  await logAct(scope, award, 'revoke', act);
  await withdrawReviews(scope, award.learnerId, award.badgeId, act);
  await tellOfBadge(scope, 'revoke', award.learnerId, award.id, badge, act.at);
  await announceQueue(scope, award.learnerId);
}

interface FoundAward {
  readonly award: AwardRow;
  readonly badge: Badge;
}

/** Locks the learners first and reads the awards after, so that what is read stays true. */
async function lockAwards(
  scope: SchoolScope,
  awardIds: readonly number[],
  reviewer: Reviewer,
): Promise<{ found: FoundAward[]; notFound: number[] }> {
  const reachable = await learnersWithin(scope, reviewer.classIds);
  const mine = and(
    eq(awards.schoolId, scope.schoolId),
    inArray(awards.id, [...awardIds]),
    reachable === 'all' ? undefined : inArray(awards.learnerId, reachable),
  );
  const owners = await scope.tx.select({ id: awards.learnerId }).from(awards).where(mine);
  await lockLearners(
    scope,
    owners.map(({ id }) => id),
  );
  const rows = await scope.tx
    .select({ award: awards, definition: badges.definition })
    .from(awards)
    .innerJoin(badges, and(eq(badges.schoolId, awards.schoolId), eq(badges.id, awards.badgeId)))
    .where(mine);
  const ids = new Set(rows.map(({ award }) => award.id));
  return {
    found: rows.map(({ award, definition }) => ({ award, badge: parseBadge(definition) })),
    notFound: awardIds.filter((id) => !ids.has(id)),
  };
}

async function isHeldAgain(scope: SchoolScope, award: AwardRow): Promise<boolean> {
  const rows = await scope.tx
    .select({ id: awards.id, revokedAt: awards.revokedAt })
    .from(awards)
    .where(
      and(
        eq(awards.schoolId, scope.schoolId),
        eq(awards.learnerId, award.learnerId),
        eq(awards.badgeId, award.badgeId),
      ),
    );
  return rows.some(({ revokedAt }) => revokedAt === null);
}

async function setRevoked(
  scope: SchoolScope,
  { id }: AwardRow,
  state: Pick<AwardRow, 'revokedAt' | 'revokedBy' | 'revokedReason'>,
): Promise<void> {
  await scope.tx
    .update(awards)
    .set(state)
    .where(and(eq(awards.schoolId, scope.schoolId), eq(awards.id, id)));
}

async function logAct(
  scope: SchoolScope,
  award: AwardRow,
  verdict: LoggedVerdict,
  { actor, reason, at }: Act,
): Promise<void> {
  await recordDecision(scope, {
    learnerId: award.learnerId,
    badgeId: award.badgeId,
    verdict,
    confidence: award.confidence,
    threshold: null,
    ruleVersion: award.ruleVersion,
    confidenceVersion: null,
    crossedOn: parseSchoolDay(award.crossedOn),
    evidence: humanEvidence(verdict),
    actor,
    reason,
    overrides: await latestDecision(scope, award),
    at,
  });
}

/** The last word on this badge so far. */
async function latestDecision(scope: SchoolScope, award: AwardRow): Promise<number> {
  const [latest] = await scope.tx
    .select({ id: decisions.id })
    .from(decisions)
    .where(
      and(
        eq(decisions.schoolId, scope.schoolId),
        eq(decisions.learnerId, award.learnerId),
        eq(decisions.badgeId, award.badgeId),
      ),
    )
    .orderBy(desc(decisions.id))
    .limit(1);
  return latest?.id ?? award.decisionId;
}
