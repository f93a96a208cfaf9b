import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import { badgeRow } from '#lib/domain/badges/chance-inputs.ts';
import type { Badge } from '#lib/domain/badges/index.ts';
import { catalogueVersion } from '#lib/domain/features/index.ts';
import { matrix, type Matrix } from '#lib/ml/core/matrix.ts';
import { awardsOf } from '#lib/server/awards/awards.ts';
import { activeBadges } from '#lib/server/awards/badges.ts';
import type { Measurement } from '#lib/server/features/index.ts';
import { type Champion, loadChampions } from '#lib/server/models/registry.ts';
import { answersOf, engagementLevels, type TaskName } from '#lib/server/models/task-model.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import type { ScoreExplanation } from '#lib/server/platform/db/schema.ts';
import { engagementRow } from '#lib/server/training/tasks/engagement.ts';
import { attentionOf } from './attention.ts';
import { explain } from './explain.ts';
import { helpsOf } from './helps.ts';
import { type RiskRow, riskRowsOf } from './risk-rows.ts';
import { saveScores } from './save-scores.ts';
import type { Score } from './score.ts';

export type { Score } from './score.ts';

/** Asks every champion about a measured learner and stores the answers. A task without a champion gives no score. */
export async function scoreLearner(scope: SchoolScope, measurement: Measurement, at: Date): Promise<Score[]> {
  const panel = await preparePanel(scope);
  const { learnerId, before } = measurement;
  const risks = panel.risk ? await riskRowsOf(scope, panel.risk, learnerId, before) : [];
  const scores = await scoreWith(scope, panel, measurement, risks);
  await saveScores(scope, [{ learnerId, scores }], at);
  return scores;
}

/** What does not depend on the learner: the champions that read today's features, and the badges. */
export interface Panel {
  readonly level: Champion | null;
  readonly chance: Champion | null;
  readonly risk: Champion | null;
  readonly badges: readonly Badge[];
}

export async function preparePanel(scope: SchoolScope): Promise<Panel> {
  const champions = await loadChampions(scope);
  // A model of another catalogue would read other things than it learnt: it must be trained anew first.
  const fitting = (task: TaskName) => {
    const champion = champions.get(task);
    return champion?.model.catalogueVersion === catalogueVersion ? champion : null;
  };
  const chance = fitting('badge-chance');
  const badges = chance ? (await activeBadges(scope)).map(({ badge }) => badge) : [];
  return { level: fitting('engagement-level'), chance, risk: fitting('at-risk'), badges };
}

/** The answers about one learner, not stored yet. */
export async function scoreWith(
  scope: SchoolScope,
  panel: Panel,
  measurement: Measurement,
  risks: readonly RiskRow[],
): Promise<Score[]> {
  return [
    ...scoreEngagement(panel, measurement),
    ...(await scoreBadges(scope, panel, measurement)),
    ...scoreRisks(panel, risks),
  ];
}

function scoreEngagement({ level }: Panel, measurement: Measurement): Score[] {
  if (!level) return [];
  const x = matrixOf([engagementRow(measurement)]);
  const answers = answersOf(level.model, x);
  const value = answers.indexOf(Math.max(...answers));
  const [explanation] = explain(level, x, answers, value);
  return [scoreOf(level, '', value, answers[value], engagementLevels[value], explanation)];
}

async function scoreBadges(
  scope: SchoolScope,
  { chance, badges }: Panel,
  measurement: Measurement,
): Promise<Score[]> {
  if (!chance) return [];
  const awards = new Map(
    (await awardsOf(scope, measurement.learnerId)).map(({ badgeId, crossedOn }) => [badgeId, crossedOn]),
  );
  const open = badges.filter(({ id }) => !awards.has(id));
  const holds = (id: string, before: SchoolDay) => (awards.get(id) ?? Infinity) < before;
  const rates = badgeRates(chance);
  const rows = open.map((badge) =>
    badgeRow(measurement, badge, holds, awards.size, rates.get(badge.id) ?? NaN),
  );
  return probabilityScores(
    chance,
    open.map(({ id }) => id),
    rows,
  );
}

function badgeRates({ model }: Champion): ReadonlyMap<string, number> {
  const { badgeIds = [], badgeRates: rates = new Float64Array() } = model.facts;
  return new Map(badgeIds.map((id, i) => [id, rates[i]]));
}

function scoreRisks({ risk }: Panel, rows: readonly RiskRow[]): Score[] {
  if (!risk) return [];
  const scores = probabilityScores(
    risk,
    rows.map(({ classId }) => String(classId)),
    rows.map(({ values }) => values),
    // All rows are measured as of the same day.
    rows[0]?.before,
  );
  return scores.map((score, i) => {
    const helps = helpsOf(risk, rows[i].values, score.value);
    const attention = attentionOf(risk, rows[i]);
    const told = { ...(helps.length > 0 && { helps }), ...(attention && { attention }) };
    return { ...score, explanation: { ...score.explanation, ...told } };
  });
}

function probabilityScores(
  champion: Champion,
  subjects: readonly string[],
  rows: readonly Float64Array[],
  before?: SchoolDay,
): Score[] {
  if (rows.length === 0) return [];
  const x = matrixOf(rows);
  const answers = answersOf(champion.model, x);
  const explanations = explain(champion, x, answers, 0, before);
  return subjects.map((subject, i) =>
    scoreOf(champion, subject, answers[i], Math.max(answers[i], 1 - answers[i]), null, explanations[i]),
  );
}

function scoreOf(
  { task, version }: Champion,
  subject: string,
  value: number,
  confidence: number,
  label: string | null,
  explanation: ScoreExplanation,
): Score {
  return { task, subject, value, label, confidence, modelVersion: version, explanation };
}

function matrixOf(rows: readonly Float64Array[]): Matrix {
  const columns = rows[0].length;
  const values = new Float64Array(rows.length * columns);
  rows.forEach((row, i) => values.set(row, i * columns));
  return matrix(rows.length, columns, values);
}
