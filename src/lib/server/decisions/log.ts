import { formatSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { Evidence } from '#lib/domain/badges/index.ts';
import type { Effect } from '#lib/domain/decisions/confidence.ts';
import type { Signs } from '#lib/domain/decisions/signs.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import type { decisions, ScoreExplanation } from '../platform/db/schema.ts';

export type LoggedVerdict = (typeof decisions.$inferSelect)['verdict'];

/** What a decision rested on, kept word for word. Null fields: a person decided, or a rule changed. */
export interface DecisionEvidence {
  /** What made the learner be evaluated, such as `event` or `nightly`. */
  readonly cause: string;
  readonly parts: readonly Evidence[];
  readonly signs: Signs | null;
  readonly effects: readonly Effect[];
  /** The hand-set confidence before any calibration: what later calibrations are fitted on. */
  readonly uncalibrated: number | null;
  /** What a model had said of this badge when it was decided, and why; absent where no model spoke. */
  readonly model?: ModelOpinion;
}

/** A model's word on a badge before the decision. It opens no gate: rules do. */
export interface ModelOpinion {
  readonly task: string;
  readonly version: string;
  readonly chance: number;
  readonly explanation: ScoreExplanation;
}

export interface DecisionEntry {
  readonly learnerId: number;
  readonly badgeId: string;
  readonly verdict: LoggedVerdict;
  readonly confidence: number | null;
  readonly threshold: number | null;
  readonly ruleVersion: number;
  readonly confidenceVersion: string | null;
  readonly crossedOn: SchoolDay | null;
  readonly evidence: DecisionEvidence;
  /** 'system' or the id of a user. */
  readonly actor: string;
  readonly reason: string | null;
  /** The decision this one overrides. */
  readonly overrides: number | null;
  readonly at: Date;
}

export const systemActor = 'system';

/** Evidence of a decision that a person took: theirs is the reason. */
export function humanEvidence(cause: string): DecisionEvidence {
  return { cause, parts: [], signs: null, effects: [], uncalibrated: null };
}

/** Appends to the decision log; returns the ids in the order of the entries. */
export async function recordDecisions(
  { sql, schoolId }: SchoolScope,
  entries: readonly DecisionEntry[],
): Promise<number[]> {
  if (entries.length === 0) return [];
  // One JSON parameter for all rows: a replay writes thousands, and a parameter a cell took most of its time.
  const rows = await sql<{ id: string }[]>`
    insert into decisions (school_id, learner_id, badge_id, verdict, confidence, threshold, rule_version,
      confidence_version, crossed_on, evidence, actor, reason, overrides, decided_at)
    select ${schoolId}::int, learner_id, badge_id, verdict, confidence, threshold, rule_version,
      confidence_version, crossed_on, evidence, actor, reason, overrides, decided_at
    from rows from (jsonb_to_recordset(${JSON.stringify(entries.map(rowOf))}::text::jsonb) as (learner_id int, badge_id text,
      verdict text, confidence float8, threshold float8, rule_version int, confidence_version text,
      crossed_on date, evidence jsonb, actor text, reason text, overrides bigint, decided_at timestamptz))
      with ordinality
    order by ordinality
    returning id`;
  return rows.map(({ id }) => Number(id));
}

export async function recordDecision(scope: SchoolScope, entry: DecisionEntry): Promise<number> {
  const [id] = await recordDecisions(scope, [entry]);
  return id;
}

function rowOf(entry: DecisionEntry) {
  return {
    learner_id: entry.learnerId,
    badge_id: entry.badgeId,
    verdict: entry.verdict,
    confidence: entry.confidence,
    threshold: entry.threshold,
    rule_version: entry.ruleVersion,
    confidence_version: entry.confidenceVersion,
    crossed_on: entry.crossedOn === null ? null : formatSchoolDay(entry.crossedOn),
    evidence: { ...entry.evidence },
    actor: entry.actor,
    reason: entry.reason,
    overrides: entry.overrides,
    decided_at: entry.at.toISOString(),
  };
}
