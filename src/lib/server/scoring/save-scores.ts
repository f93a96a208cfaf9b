import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import type { Score } from './score.ts';

/** All that the models say of one learner. */
export interface LearnerScores {
  readonly learnerId: number;
  readonly scores: readonly Score[];
}

/** Replaces all scores of these learners: what no model answers any more goes. */
export async function saveScores(
  { sql, schoolId }: SchoolScope,
  learners: readonly LearnerScores[],
  at: Date,
): Promise<void> {
  const rows = learners.flatMap(({ learnerId, scores }) =>
    scores.map(({ task, subject, value, label, confidence, modelVersion, explanation }) => ({
      learner_id: learnerId,
      task,
      subject,
      value,
      label,
      confidence,
      model_version: modelVersion,
      explanation,
    })),
  );
  const ids = learners.map(({ learnerId }) => learnerId);
  const keys = rows.map(({ learner_id: id, task, subject }) => `${id} ${task} ${subject}`);
  await sql`
    delete from scores
    where school_id = ${schoolId} and learner_id = any(${ids}::int[])
      and (learner_id || ' ' || task || ' ' || subject) <> all(${keys}::text[])`;
  if (rows.length === 0) return;
  await sql`
    insert into scores
      (school_id, learner_id, task, subject, value, label, confidence, model_version, explanation, scored_at)
    select ${schoolId}, r.learner_id, r.task, r.subject, r.value, r.label, r.confidence, r.model_version, r.explanation,
      ${at.toISOString()}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(learner_id int, task text, subject text,
      value float8, label text, confidence float8, model_version text, explanation jsonb)
    on conflict (school_id, learner_id, task, subject) do update set value = excluded.value, label = excluded.label,
      confidence = excluded.confidence, model_version = excluded.model_version, explanation = excluded.explanation,
      scored_at = excluded.scored_at`;
}
