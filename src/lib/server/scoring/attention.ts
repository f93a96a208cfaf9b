import { formatSchoolDay } from '#lib/domain/activity/school-day.ts';
import { matrix } from '#lib/ml/core/matrix.ts';
import type { Model, NetworkMember } from '#lib/ml/ensemble/index.ts';
import { attentionByWeek, sequencesOf } from '#lib/ml/sequence/index.ts';
import type { Champion } from '#lib/server/models/registry.ts';
import type { ScoreExplanation } from '#lib/server/platform/db/schema.ts';
import { weekStart } from '#lib/server/training/tasks/at-risk-weeks.ts';
import type { RiskRow } from './risk-rows.ts';

/**
 * Where the Transformer in the model looked, week by week, the oldest first; null where none of the model's members is one. A
 * hint for people, never a reason: attention says where a network read, not what it made of it.
 */
export function attentionOf(
  { model }: Champion,
  { values, before }: RiskRow,
): ScoreExplanation['attention'] | null {
  const member = transformerIn(model.model);
  if (!member) return null;
  const sequences = sequencesOf(matrix(1, values.length, values), member.layout);
  const [length] = sequences.lengths;
  const shares = attentionByWeek(member.model, sequences);
  return Array.from({ length }, (_, week) => ({
    week: formatSchoolDay(weekStart(before, length - week)),
    share: shares[week],
  }));
}

function transformerIn(model: Model): NetworkMember | null {
  if (model.kind !== 'stack') return null;
  const found = model.members.find(
    (member, m) =>
      member.kind === 'network-member' && member.model.family === 'transformer' && model.weights[m] > 0,
  );
  return found?.kind === 'network-member' ? found : null;
}
