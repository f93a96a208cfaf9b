import { and, asc, count, eq } from 'drizzle-orm';
import type { SchoolScope } from '../platform/db/client.ts';
import { modelVersions, scores } from '../platform/db/schema.ts';

export const engagementLevels = ['inactive', 'low', 'medium', 'high', 'legendary'] as const;
export type EngagementLevel = (typeof engagementLevels)[number];

/** How many learners the model puts on each level; all zero before the first scoring. */
export async function engagementDistribution(scope: SchoolScope): Promise<Record<EngagementLevel, number>> {
  const rows = await scope.tx
    .select({ level: scores.label, learners: count() })
    .from(scores)
    .where(and(eq(scores.schoolId, scope.schoolId), eq(scores.task, 'engagement-level')))
    .groupBy(scores.label);
  const of = (level: EngagementLevel) => rows.find((row) => row.level === level)?.learners ?? 0;
  return Object.fromEntries(engagementLevels.map((level) => [level, of(level)])) as Record<
    EngagementLevel,
    number
  >;
}

export interface ModelAge {
  readonly task: string;
  readonly version: string;
  readonly trainedAt: Date;
  readonly ageDays: number;
}

/** The models that score now. */
export async function championModels(scope: SchoolScope, at: Date): Promise<ModelAge[]> {
  const rows = await scope.tx
    .select({
      task: modelVersions.task,
      version: modelVersions.version,
      trainedAt: modelVersions.trainedAt,
    })
    .from(modelVersions)
    .where(and(eq(modelVersions.schoolId, scope.schoolId), eq(modelVersions.status, 'champion')))
    .orderBy(asc(modelVersions.task));
  return rows.map((row) => ({ ...row, ageDays: (at.getTime() - row.trainedAt.getTime()) / 86_400_000 }));
}

export interface TaskSummary {
  readonly task: string;
  readonly scored: number;
  readonly mean: number;
  /** Counts of values in [0, 0.1), [0.1, 0.2), … [0.9, 1]. */
  readonly tenths: readonly number[];
}

/** How the probabilities of each task spread. Engagement levels are no probabilities and stand elsewhere. */
export async function scoreSummaries(scope: SchoolScope): Promise<TaskSummary[]> {
  const rows = await scope.sql<{ task: string; tenth: number; scored: number; total: number }[]>`
    select task, least(9, floor(value * 10))::int as tenth, count(*)::int as scored, sum(value) as total
    from scores
    where school_id = ${scope.schoolId} and task <> 'engagement-level'
    group by task, tenth order by task, tenth`;
  return [...Map.groupBy(rows, ({ task }) => task)].map(([task, parts]) => {
    const scored = parts.reduce((sum, part) => sum + part.scored, 0);
    const tenths = Array.from({ length: 10 }, (_, i) => parts.find(({ tenth }) => tenth === i)?.scored ?? 0);
    return { task, scored, mean: parts.reduce((sum, part) => sum + part.total, 0) / scored, tenths };
  });
}

export interface Prediction {
  readonly learnerId: number;
  readonly externalId: string;
  readonly task: string;
  /** The badge, or the school's own id of the class. */
  readonly subject: string;
  readonly value: number;
  readonly label: string | null;
  readonly confidence: number;
  readonly modelVersion: string;
  readonly scoredAt: Date;
}

export interface PredictionPage {
  readonly task: string;
  readonly limit: number;
  /** Rows to skip. */
  readonly offset: number;
}

/** The scores of one task, the highest first. */
export async function listPredictions(scope: SchoolScope, page: PredictionPage): Promise<Prediction[]> {
  const rows = await scope.sql<Prediction[]>`
    select s.learner_id as "learnerId", l.external_id as "externalId", s.task,
      coalesce(c.external_id, s.subject) as subject, s.value, s.label,
      s.confidence, s.model_version as "modelVersion", s.scored_at as "scoredAt"
    from scores s
    join learners l on l.school_id = s.school_id and l.id = s.learner_id
    left join classes c on s.task = 'at-risk' and c.school_id = s.school_id and c.id::text = s.subject
    where s.school_id = ${scope.schoolId} and s.task = ${page.task}
    order by s.value desc, s.learner_id, s.subject
    limit ${page.limit} offset ${page.offset}`;
  return rows.map((row) => ({ ...row, scoredAt: new Date(row.scoredAt) }));
}
