import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import type { Score } from './score.ts';

/** Replaces all scores of a learner: what no model answers any more goes. */
export async function saveScores(
  { sql, schoolId }: SchoolScope,
  learnerId: number,
  scores: readonly Score[],
  at: Date,
): Promise<void> {
  const keys = scores.map(({ task, subject }) => `${task} ${subject}`);
  await sql`
    delete from scores
    where school_id = ${schoolId} and learner_id = ${learnerId} and not (task || ' ' || subject = any(${keys}))`;
  if (scores.length === 0) return;
  const rows = scores.map(({ task, subject, value, label, confidence, modelVersion, explanation }) => ({
    task,
    subject,
    value,
    label,
    confidence,
    model_version: modelVersion,
    explanation,
  }));
  await sql`
    insert into scores
      (school_id, learner_id, task, subject, value, label, confidence, model_version, explanation, scored_at)
    select ${schoolId}, ${learnerId}, r.task, r.subject, r.value, r.label, r.confidence, r.model_version, r.explanation,
      ${at.toISOString()}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(task text, subject text, value float8, label text,
      confidence float8, model_version text, explanation jsonb)
    on conflict (school_id, learner_id, task, subject) do update set value = excluded.value, label = excluded.label,
      confidence = excluded.confidence, model_version = excluded.model_version, explanation = excluded.explanation,
      scored_at = excluded.scored_at`;
}
