import { and, eq } from 'drizzle-orm';
import type { SchoolScope } from '../platform/db/client.ts';
import { type ScoreExplanation, scores } from '../platform/db/schema.ts';
import { marginOf } from './explanation.ts';

/** A model's answer about one learner with every number it rests on, for whoever audits the school. */
export interface AuditRecord {
  readonly learner: number;
  readonly task: 'at-risk';
  readonly class: number;
  readonly modelVersion: string;
  /** Where the model card stands, for admins. */
  readonly modelCard: string;
  readonly dataAsOf: string;
  /** Effects in log-odds. */
  readonly explanation: ScoreExplanation;
  /** In log-odds; null for scores that do not say what the unnamed inputs moved. */
  readonly margin: number | null;
  /** The calibrated answer, 0 to 1. */
  readonly probability: number;
  readonly confidence: number;
}

/** Of the classes within reach, in their order; empty when no model warns about the learner there. */
export async function loadRiskAudits(
  scope: SchoolScope,
  learnerId: number,
  classIds: readonly number[] | 'all',
): Promise<AuditRecord[]> {
  const rows = await scope.tx
    .select()
    .from(scores)
    .where(
      and(eq(scores.schoolId, scope.schoolId), eq(scores.learnerId, learnerId), eq(scores.task, 'at-risk')),
    )
    .orderBy(scores.subject);
  return rows.map(recordOf).filter((record) => classIds === 'all' || classIds.includes(record.class));
}

function recordOf({
  learnerId,
  subject,
  value,
  confidence,
  modelVersion,
  explanation,
  scoredAt,
}: typeof scores.$inferSelect): AuditRecord {
  return {
    learner: learnerId,
    task: 'at-risk',
    class: Number(subject),
    modelVersion,
    modelCard: '/admin/models#task-at-risk',
    dataAsOf: scoredAt.toISOString(),
    explanation,
    margin: marginOf(explanation),
    probability: value,
    confidence,
  };
}
