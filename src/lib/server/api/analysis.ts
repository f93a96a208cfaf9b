import { and, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { formatSchoolDay, localMoment } from '#lib/domain/activity/school-day.ts';
import { featureCatalogue, featureName, measureInfo } from '#lib/domain/features/index.ts';
import { loadSchoolSettings } from '../decisions/school.ts';
import { loadLearner } from '../features/index.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import { classes, scores } from '../platform/db/schema.ts';
import type { analysisSchema } from './schemas.ts';
import { findLearner, loadAwardViews } from './views.ts';

type Analysis = z.input<typeof analysisSchema>;
type ScoreRow = typeof scores.$inferSelect;

/** Everything known of a learner. `withRisk` false leaves out what only those who help should read. */
export async function analyse(
  scope: SchoolScope,
  externalId: string,
  at: Date,
  withRisk: boolean,
): Promise<Analysis> {
  const { id, view } = await findLearner(scope, externalId);
  const { timeZone } = await loadSchoolSettings(scope);
  const measurement = await loadLearner(scope, id, localMoment(at, timeZone).day + 1);
  const scored = await loadScores(scope, id);
  const classNames = await externalClassIds(scope);
  const engagement = scored.find(({ task }) => task === 'engagement-level');
  const risk = withRisk ? scored.filter(({ task }) => task === 'at-risk') : [];
  return {
    learner: view,
    measuredBefore: formatSchoolDay(measurement.before),
    engagement: engagement ? predictionView(engagement, '') : null,
    risk: risk.map((row) => predictionView(row, classNames.get(row.subject) ?? row.subject)),
    features: featureViews(measurement.values),
    awards: await loadAwardViews(scope, id),
  };
}

async function loadScores(scope: SchoolScope, learnerId: number): Promise<ScoreRow[]> {
  return scope.tx
    .select()
    .from(scores)
    .where(and(eq(scores.schoolId, scope.schoolId), eq(scores.learnerId, learnerId)));
}

/** The school's own ids of its classes, by ours as scores write it. */
async function externalClassIds(scope: SchoolScope): Promise<Map<string, string>> {
  const rows = await scope.tx
    .select({ id: classes.id, externalId: classes.externalId })
    .from(classes)
    .where(eq(classes.schoolId, scope.schoolId));
  return new Map(rows.map(({ id, externalId }) => [String(id), externalId]));
}

function predictionView(row: ScoreRow, subject: string): Analysis['risk'][number] {
  return {
    task: row.task,
    subject,
    value: row.value,
    label: row.label,
    confidence: row.confidence,
    modelVersion: row.modelVersion,
    scoredAt: row.scoredAt.toISOString(),
    because: row.explanation.contributions.map((one) => ({ ...one, name: nameOf(one.feature) })),
  };
}

const features = new Map(featureCatalogue.map((feature) => [feature.id, feature]));

/** Models may use inputs that are no catalogue feature, such as what was known at enrolment: those keep their id. */
function nameOf(id: string) {
  const feature = features.get(id);
  if (!feature) return { it: id, en: id };
  return { ...featureName(feature) };
}

function featureViews(values: Float64Array): Analysis['features'] {
  return featureCatalogue.map((feature, i) => {
    const { unit, good } = measureInfo(feature.measure);
    const value = Number.isFinite(values[i]) ? values[i] : null;
    return { id: feature.id, name: nameOf(feature.id), unit, good, value };
  });
}
