import { and, eq } from 'drizzle-orm';
import { evaluateCriterion, type Outcome, type Probe } from '#lib/domain/badges/index.ts';
import { localMoment } from '#lib/domain/activity/school-day.ts';
import type { Award } from '../awards/awards.ts';
import type { StoredBadge } from '../awards/badges.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import { awards } from '../platform/db/schema.ts';
import { openReview } from './decide.ts';
import { type DecisionEntry, recordDecision, systemActor } from './log.ts';
import type { Standing } from './standing.ts';

export interface Recheck {
  readonly badges: readonly StoredBadge[];
  readonly awards: readonly Award[];
  readonly standing: Standing;
  readonly probe: Probe;
  readonly timeZone: string;
  readonly at: Date;
  readonly cause: string;
}

/**
 * Awards given under an older version of their rule. Met by the new rule on the day of the award, or today: kept, and
 * logged. Not met: the award stands, and a teacher decides. Nothing is ever taken back silently.
 */
export async function recheckAwards(
  scope: SchoolScope,
  learnerId: number,
  recheck: Recheck,
): Promise<DecisionEntry[]> {
  const made: DecisionEntry[] = [];
  for (const award of recheck.awards) {
    const stored = recheck.badges.find(({ badge }) => badge.id === award.badgeId);
    if (!stored || stored.ruleVersion <= award.ruleVersion || recheck.standing.open.has(award.badgeId))
      continue;
    made.push(await recheckAward(scope, learnerId, award, stored, recheck));
  }
  return made;
}

async function recheckAward(
  scope: SchoolScope,
  learnerId: number,
  award: Award,
  { badge, ruleVersion }: StoredBadge,
  { probe, timeZone, at, cause }: Recheck,
): Promise<DecisionEntry> {
  const today = localMoment(at, timeZone).day;
  const then = evaluateCriterion(badge.criterion, probe, award.crossedOn + 1);
  const outcome = then.met ? then : evaluateCriterion(badge.criterion, probe, today + 1);
  const entry = entryFor(learnerId, award, ruleVersion, outcome, cause, at);
  const decisionId = await recordDecision(scope, entry);
  if (outcome.met) await setRuleVersion(scope, award.id, ruleVersion);
  else await openReview(scope, entry, decisionId, 'rule changed');
  return entry;
}

function entryFor(
  learnerId: number,
  award: Award,
  ruleVersion: number,
  outcome: Outcome,
  cause: string,
  at: Date,
): DecisionEntry {
  return {
    learnerId,
    badgeId: award.badgeId,
    verdict: outcome.met ? 'award' : 'review',
    confidence: award.confidence,
    threshold: null,
    ruleVersion,
    confidenceVersion: null,
    crossedOn: award.crossedOn,
    evidence: { cause, parts: outcome.parts, signs: null, effects: [], uncalibrated: null },
    actor: systemActor,
    reason: outcome.met ? 'rule changed: still met' : 'rule changed',
    overrides: award.decisionId,
    at,
  };
}

async function setRuleVersion(scope: SchoolScope, awardId: number, ruleVersion: number): Promise<void> {
  await scope.tx
    .update(awards)
    .set({ ruleVersion })
    .where(and(eq(awards.schoolId, scope.schoolId), eq(awards.id, awardId)));
}
