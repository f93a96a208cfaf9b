import { and, eq, sql } from 'drizzle-orm';
import { localMoment, parseSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import { evaluateCriterion, historyProbe, type Probe } from '#lib/domain/badges/index.ts';
import { isMet } from '#lib/domain/badges/evaluate.ts';
import { crossingSince, freshCrossing } from '#lib/domain/decisions/crossing.ts';
import { awardsOf } from './awards/awards.ts';
import { activeBadges, type StoredBadge } from './awards/badges.ts';
import { carryOut, decideCase } from './decisions/decide.ts';
import { lockLearners } from './decisions/learner-lock.ts';
import type { DecisionEntry, ModelOpinion } from './decisions/log.ts';
import { recheckAwards } from './decisions/recheck.ts';
import { loadSchoolSettings } from './decisions/school.ts';
import { loadStanding, type Standing } from './decisions/standing.ts';
import { subjectOf } from './decisions/subject.ts';
import { type ConfidenceRule, confidenceRuleOf } from './decisions/threshold.ts';
import { weighCrossing } from './decisions/weigh.ts';
import { loadLearner, type Measurement, saveFeatures } from './features/index.ts';
import type { SchoolScope } from './platform/db/client.ts';
import { learnerFeatures, pendingEvaluations } from './platform/db/schema.ts';
import { type Score, scoreLearner } from './scoring/score-learner.ts';

// Read this first. An activity event becomes a daily rollup on its way in (server/activity), and leaves a note that its
// learner waits. From there on everything happens here: measure, score, decide, award.

/** What made a learner be evaluated; kept with every decision. */
export type Cause = 'event' | 'nightly' | 'command' | 'request';

export interface Evaluation {
  readonly learnerId: number;
  /** Days before this one counted. */
  readonly before: SchoolDay;
  readonly scores: readonly Score[];
  /** What was newly decided; empty when nothing changed. */
  readonly decisions: readonly DecisionEntry[];
}

/**
 * Measures one learner, scores, and decides about every badge, in the caller's transaction. Doing it again changes
 * nothing, so an event, the nightly job, a retry and the command line all call this and nothing else.
 */
export async function evaluateLearner(
  scope: SchoolScope,
  learnerId: number,
  at: Date,
  cause: Cause,
): Promise<Evaluation> {
  await lockLearners(scope, [learnerId]);
  const ticket = await readTicket(scope, learnerId);
  const { timeZone } = await loadSchoolSettings(scope);
  const before = localMoment(at, timeZone).day + 1;
  const since = await lastEvaluatedDay(scope, learnerId);
  const measurement = await loadLearner(scope, learnerId, before);
  await saveFeatures(scope, measurement, at);
  const scores = await scoreLearner(scope, measurement, at);
  const decisions = await decideBadges(scope, measurement, {
    since,
    timeZone,
    at,
    cause,
    opinions: opinionsIn(scores),
  });
  await returnTicket(scope, learnerId, ticket);
  return { learnerId, before, scores, decisions };
}

interface Occasion {
  /** The last day already evaluated; null for the first time. */
  readonly since: SchoolDay | null;
  readonly timeZone: string;
  readonly at: Date;
  readonly cause: Cause;
  /** What the models said, by badge. */
  readonly opinions: ReadonlyMap<string, ModelOpinion>;
}

function opinionsIn(scores: readonly Score[]): ReadonlyMap<string, ModelOpinion> {
  return new Map(
    scores
      .filter(({ task }) => task === 'badge-chance')
      .map(({ task, subject, modelVersion, value, explanation }) => [
        subject,
        { task, version: modelVersion, chance: value, explanation },
      ]),
  );
}

async function decideBadges(
  scope: SchoolScope,
  measurement: Measurement,
  occasion: Occasion,
): Promise<DecisionEntry[]> {
  const { learnerId, history, context } = measurement;
  const badges = await activeBadges(scope);
  const standing = await loadStanding(scope, learnerId, occasion.timeZone);
  const awards = await awardsOf(scope, learnerId);
  const held = new Map(awards.map(({ badgeId, crossedOn }) => [badgeId, crossedOn]));
  const holds: Probe['holds'] = (badgeId, before) => (held.get(badgeId) ?? Infinity) < before;
  const probe = historyProbe(history, context, holds);
  const subject = subjectOf(scope, measurement, occasion.timeZone);
  const made = await recheckAwards(scope, learnerId, { badges, awards, standing, probe, ...occasion });
  let rule: ConfidenceRule | null = null;
  // Badges come after those that their rules name, so one award can open the way to the next.
  for (const stored of badges) {
    if (held.has(stored.badge.id)) continue;
    const crossedOn = crossingOf(stored, probe, standing, measurement, occasion.since);
    if (crossedOn === null) continue;
    rule ??= await confidenceRuleOf(scope);
    const outcome = evaluateCriterion(stored.badge.criterion, probe, crossedOn + 1);
    const weighing = await weighCrossing(subject, rule, stored.badge, outcome, crossedOn, holds);
    const { at, cause } = occasion;
    const decided = decideCase(scope.schoolId, {
      learnerId,
      stored,
      outcome,
      crossedOn,
      weighing,
      rule,
      cause,
      opinion: occasion.opinions.get(stored.badge.id) ?? null,
      at,
    });
    await carryOut(scope, stored, decided);
    if (decided.entry.verdict === 'award') held.set(stored.badge.id, crossedOn);
    made.push(decided.entry);
  }
  return made;
}

/** The day on which the rule was met and nobody has judged yet; null: no badge, whatever a model says. */
function crossingOf(
  { badge, ruleVersion }: StoredBadge,
  probe: Probe,
  { open, refused }: Standing,
  { before, history }: Measurement,
  since: SchoolDay | null,
): SchoolDay | null {
  const today = before - 1;
  if (open.has(badge.id)) return null;
  const refusal = refused.get(badge.id);
  if (refusal && refusal.ruleVersion >= ruleVersion)
    // Days up to the last evaluation were looked at then: only what came later is new.
    return freshCrossing(badge.criterion, probe, Math.max(refusal.day, (since ?? refusal.day) - 1), today);
  // A new rule may have been met long ago, but nobody is asked about the past twice.
  if (refusal) return isMet(badge.criterion, probe, before) ? today : null;
  return crossingSince(badge.criterion, probe, Math.min(today, since ?? history.observedFrom), today);
}

async function lastEvaluatedDay(scope: SchoolScope, learnerId: number): Promise<SchoolDay | null> {
  const [row] = await scope.tx
    .select({ before: learnerFeatures.before })
    .from(learnerFeatures)
    .where(and(eq(learnerFeatures.schoolId, scope.schoolId), eq(learnerFeatures.learnerId, learnerId)));
  return row ? parseSchoolDay(row.before) - 1 : null;
}

/** The note that the learner waits, as it was before measuring; null when there is none. */
async function readTicket(scope: SchoolScope, learnerId: number): Promise<string | null> {
  const [row] = await scope.tx
    .select({ since: sql<string>`${pendingEvaluations.since}::text` })
    .from(pendingEvaluations)
    .where(waiting(scope, learnerId));
  return row?.since ?? null;
}

/** Removes the note unless events came in after it was read: then it stands for those. */
async function returnTicket(scope: SchoolScope, learnerId: number, ticket: string | null): Promise<void> {
  if (ticket === null) return;
  await scope.tx
    .delete(pendingEvaluations)
    .where(and(waiting(scope, learnerId), sql`${pendingEvaluations.since} = ${ticket}::timestamptz`));
}

function waiting(scope: SchoolScope, learnerId: number) {
  return and(eq(pendingEvaluations.schoolId, scope.schoolId), eq(pendingEvaluations.learnerId, learnerId));
}
