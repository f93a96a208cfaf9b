import { formatSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { Evidence } from '#lib/domain/badges/index.ts';
import type { Effect } from '#lib/domain/decisions/confidence.ts';
import type { Signs } from '#lib/domain/decisions/signs.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import { decisions } from '../platform/db/schema.ts';

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

const rowsPerInsert = 1000;

/** Appends to the decision log; returns the ids in the order of the entries. */
export async function recordDecisions(
  scope: SchoolScope,
  entries: readonly DecisionEntry[],
): Promise<number[]> {
  const ids: number[] = [];
  for (let start = 0; start < entries.length; start += rowsPerInsert) {
    const rows = entries.slice(start, start + rowsPerInsert).map((entry) => rowOf(scope.schoolId, entry));
    const added = await scope.tx.insert(decisions).values(rows).returning({ id: decisions.id });
    ids.push(...added.map(({ id }) => id));
  }
  return ids;
}

export async function recordDecision(scope: SchoolScope, entry: DecisionEntry): Promise<number> {
  const [id] = await recordDecisions(scope, [entry]);
  return id;
}

function rowOf(schoolId: number, entry: DecisionEntry): typeof decisions.$inferInsert {
  const { at, crossedOn, ...rest } = entry;
  return {
    ...rest,
    schoolId,
    crossedOn: crossedOn === null ? null : formatSchoolDay(crossedOn),
    decidedAt: at,
  };
}
