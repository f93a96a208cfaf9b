import type { Badge } from '#lib/domain/badges/index.ts';
import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import { catalogueVersion } from '#lib/domain/features/index.ts';
import { matrix, type Matrix } from '#lib/ml/core/matrix.ts';
import { prepareShap, type ShapExplainer, type TreeModel, treeShap } from '#lib/ml/trees/index.ts';
import { awardsOf } from '#lib/server/awards/awards.ts';
import { activeBadges } from '#lib/server/awards/badges.ts';
import { loadLearner, type Measurement } from '#lib/server/features/index.ts';
import { type Champion, loadChampions } from '#lib/server/models/registry.ts';
import { answersOf, engagementLevels, type TaskName } from '#lib/server/models/task-model.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import type { ScoreExplanation } from '#lib/server/platform/db/schema.ts';
import { atRiskRow } from '#lib/server/training/tasks/at-risk-inputs.ts';
import { badgeRow } from '#lib/server/training/tasks/badge-inputs.ts';
import { readPlaces } from '#lib/server/training/tasks/class-places.ts';
import { engagementRow } from '#lib/server/training/tasks/engagement.ts';
import { saveScores } from './save-scores.ts';

/** A model's answer about one learner. */
export interface Score {
  readonly task: TaskName;
  /** The badge for badge-chance, the class for at-risk, empty otherwise. */
  readonly subject: string;
  /** A probability, or the index of the level. */
  readonly value: number;
  readonly label: string | null;
  /** How sure the model is of `label`, or of yes against no: 0.5 to 1 for a probability. */
  readonly confidence: number;
  readonly modelVersion: string;
  readonly explanation: ScoreExplanation;
}

/** Asks every champion about a measured learner and stores the answers. A task without a champion gives no score. */
export async function scoreLearner(scope: SchoolScope, measurement: Measurement, at: Date): Promise<Score[]> {
  const champions = await loadChampions(scope);
  const scores = [
    ...scoreEngagement(champions, measurement),
    ...(await scoreBadges(scope, champions, measurement)),
    ...(await scoreRisks(scope, champions, measurement)),
  ];
  await saveScores(scope, measurement.learnerId, scores, at);
  return scores;
}

type Champions = ReadonlyMap<TaskName, Champion>;

/** A champion that reads today's features; one of another catalogue must be trained anew first. */
function fitting(champions: Champions, task: TaskName): Champion | null {
  const champion = champions.get(task);
  return champion?.model.catalogueVersion === catalogueVersion ? champion : null;
}

function scoreEngagement(champions: Champions, measurement: Measurement): Score[] {
  const champion = fitting(champions, 'engagement-level');
  if (!champion) return [];
  const x = matrixOf([engagementRow(measurement)]);
  const answers = answersOf(champion.model, x);
  const value = answers.indexOf(Math.max(...answers));
  const [explanation] = explain(champion, x, value);
  return [scoreOf(champion, '', value, answers[value], engagementLevels[value], explanation)];
}

async function scoreBadges(
  scope: SchoolScope,
  champions: Champions,
  measurement: Measurement,
): Promise<Score[]> {
  const champion = fitting(champions, 'badge-chance');
  if (!champion) return [];
  const awards = new Map(
    (await awardsOf(scope, measurement.learnerId)).map(({ badgeId, crossedOn }) => [badgeId, crossedOn]),
  );
  const open = (await activeBadges(scope)).map(({ badge }) => badge).filter(({ id }) => !awards.has(id));
  const holds = (id: string, before: SchoolDay) => (awards.get(id) ?? Infinity) < before;
  const rates = badgeRates(champion);
  const rateOf = ({ id }: Badge) => rates.get(id) ?? NaN;
  const rows = open.map((badge) => badgeRow(measurement, badge, holds, awards.size, rateOf(badge)));
  return probabilityScores(
    champion,
    open.map(({ id }) => id),
    rows,
  );
}

function badgeRates({ model }: Champion): ReadonlyMap<string, number> {
  const { badgeIds = [], badgeRates: rates = new Float64Array() } = model.facts;
  return new Map(badgeIds.map((id, i) => [id, rates[i]]));
}

/** One score for each class the learner is in on the day measured. */
async function scoreRisks(
  scope: SchoolScope,
  champions: Champions,
  { learnerId, before }: Measurement,
): Promise<Score[]> {
  const champion = fitting(champions, 'at-risk');
  if (!champion) return [];
  const today = before - 1;
  const current = (await readPlaces(scope, learnerId)).filter(
    ({ joinedOn, leftOn, startsOn, endsOn, outcome }) =>
      outcome === null &&
      joinedOn <= today &&
      (leftOn ?? Infinity) > today &&
      startsOn <= today &&
      endsOn >= today,
  );
  const rows: Float64Array[] = [];
  for (const place of current) {
    const inClass = await loadLearner(scope, learnerId, before, { classId: place.classId });
    rows.push(atRiskRow(inClass, place, champion.model.facts.background ?? []));
  }
  return probabilityScores(
    champion,
    current.map(({ classId }) => String(classId)),
    rows,
  );
}

function probabilityScores(
  champion: Champion,
  subjects: readonly string[],
  rows: readonly Float64Array[],
): Score[] {
  if (rows.length === 0) return [];
  const x = matrixOf(rows);
  const answers = answersOf(champion.model, x);
  const explanations = explain(champion, x, 0);
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

const shownContributions = 6;

// Preparing takes milliseconds, explaining by it microseconds; a model leaves memory together with its explainer.
const explainers = new WeakMap<TreeModel, ShapExplainer>();

function explainerOf(model: TreeModel, output: number): ShapExplainer {
  if (model.kind === 'forest' || model.outputs > 1) return (x) => treeShap(model, x, output);
  const known = explainers.get(model);
  if (known) return known;
  const made = prepareShap(model);
  explainers.set(model, made);
  return made;
}

/** What moved each row's answer most, by exact Shapley values of the model's margin. */
function explain({ model }: Champion, x: Matrix, output: number): ScoreExplanation[] {
  const { base, contributions } = explainerOf(model.model, output)(x);
  return Array.from({ length: x.rows }, (_, row) => {
    const first = row * x.columns;
    return {
      base,
      contributions: largest(contributions.subarray(first, first + x.columns)).map((column) => {
        const value = x.values[first + column];
        const effect = contributions[first + column];
        return { feature: model.columns[column], value: Number.isNaN(value) ? null : value, effect };
      }),
    };
  });
}

/** The columns that moved the answer most, the strongest first; those that moved nothing are left out. */
function largest(effects: Float64Array): number[] {
  const chosen: number[] = [];
  for (let column = 0; column < effects.length; column++) {
    if (effects[column] === 0) continue;
    let place = chosen.length;
    while (place > 0 && Math.abs(effects[chosen[place - 1]]) < Math.abs(effects[column])) place--;
    if (place < shownContributions) chosen.splice(place, 0, column);
    if (chosen.length > shownContributions) chosen.pop();
  }
  return chosen;
}
