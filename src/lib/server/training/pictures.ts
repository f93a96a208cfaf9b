import { integerBelow, seededRandom } from '#lib/ml/core/random.ts';
import type { Matrix } from '#lib/ml/core/matrix.ts';
import { type Model, prepareExplainer } from '#lib/ml/ensemble/index.ts';
import type { Interval } from '#lib/ml/evaluate/index.ts';
import {
  accumulatedEffects,
  beeswarmOf,
  permutationImportance,
  shapImportance,
} from '#lib/ml/explain/index.ts';
import { answersOf, type TaskModel } from '#lib/server/models/task-model.ts';
import { type Dataset, type PartRows, pickRows } from './dataset.ts';
import { rowLosses } from './judge.ts';

type Answering = Pick<TaskModel, 'model' | 'calibration'>;

/** What the model reads and how, measured on held-out rows: the pictures of its card. */
export interface Pictures {
  /** Mean absolute Shapley value as a share of all, largest first. */
  readonly importance: readonly {
    readonly feature: string;
    readonly share: number;
    readonly low: number;
    readonly high: number;
  }[];
  /** How much the log loss rises when a column is shuffled among the rows. */
  readonly permutation: readonly { readonly feature: string; readonly rise: Interval }[];
  /** A point a row: the Shapley value, and the value's rank among all from 0 to 1; null when missing. */
  readonly beeswarm: readonly {
    readonly feature: string;
    readonly points: readonly (readonly [effect: number, rank: number | null])[];
  }[];
  /** Accumulated local effects in probability. */
  readonly dependence: readonly {
    readonly feature: string;
    readonly points: readonly { readonly at: number; readonly effect: number; readonly rows: number }[];
  }[];
}

// Enough rows for stable pictures, few enough that drawing them takes seconds.
const mostRows = 600;
const shuffledColumns = 12;
const swarmColumns = 10;
const swarmPoints = 120;
const curves = 6;
const curvePoints = 12;

/** Measured on held-out rows, learners drawn whole. Same data and seed, same pictures. */
export function drawPictures(answering: Answering, dataset: Dataset, seed: number): Pictures {
  const part = someRows(dataset.parts.test, seed);
  const { x, learners } = part;
  const effects = levelEffects(answering.model, x);
  const means = shapImportance(effects, x.columns, { seed, draws: 200, groups: learners });
  const total = means.reduce((sum, { value }) => sum + value, 0);
  const order = [...means.keys()]
    .filter((column) => means[column].value > 0)
    .sort((a, b) => means[b].value - means[a].value || a - b);
  const named = (column: number) => dataset.columns[column];
  const shuffled = order.slice(0, shuffledColumns);
  const rises = permutationRises(answering, part, dataset.classes, shuffled, seed);
  return {
    importance: order.map((column) => {
      const { value, low, high } = means[column];
      return { feature: named(column), share: value / total, low: low / total, high: high / total };
    }),
    permutation: shuffled
      .map((column, k) => ({ feature: named(column), rise: rises[k] }))
      .sort((a, b) => b.rise.value - a.rise.value),
    beeswarm: beeswarmOf(effects, x, { columns: swarmColumns, points: swarmPoints })
      .filter(({ importance }) => importance > 0)
      .map(({ column, points }) => ({
        feature: named(column),
        points: points.map(({ effect, value }) => [effect, value] as const),
      })),
    dependence: order
      .slice(0, curves)
      .map((column) => ({ feature: named(column), points: curveOf(answering, x, column) }))
      .filter(({ points }) => points.length > 1),
  };
}

function someRows(part: PartRows, seed: number): PartRows {
  const rows = Uint32Array.from(part.labels.keys());
  if (rows.length <= mostRows) return part;
  const random = seededRandom(seed);
  for (let i = 0; i < mostRows; i++) {
    const j = i + integerBelow(random, rows.length - i);
    [rows[i], rows[j]] = [rows[j], rows[i]];
  }
  return pickRows(part, rows.slice(0, mostRows).sort());
}

/**
 * Rows × columns: the Shapley values of the margin for yes or no. Of ordered levels, those of Σ (c − mean c) · margin_c, which
 * grows with the level: a linear sum, so it is as exact as its parts.
 */
function levelEffects(model: Model, x: Matrix): Float64Array {
  if (model.outputs === 1) return prepareExplainer(model)(x).contributions;
  const effects = new Float64Array(x.values.length);
  for (let c = 0; c < model.outputs; c++) {
    const weight = c - (model.outputs - 1) / 2;
    const { contributions } = prepareExplainer(model, c)(x);
    for (let i = 0; i < effects.length; i++) effects[i] += weight * contributions[i];
  }
  return effects;
}

function permutationRises(
  answering: Answering,
  { x, labels, learners }: PartRows,
  classes: number,
  columns: readonly number[],
  seed: number,
): Interval[] {
  const losses = (rows: Matrix) => rowLosses(answersOf(answering, rows), labels, classes);
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return permutationImportance(losses, x, mean, {
    seed,
    repeats: 8,
    units: columns.map((column) => [column]),
    groups: learners,
  });
}

/** Of yes; of levels, the chance of one in the upper half. */
function upperChance(answering: Answering, x: Matrix): Float64Array {
  const answers = answersOf(answering, x);
  const { outputs } = answering.model;
  if (outputs === 1) return answers;
  const first = Math.ceil(outputs / 2);
  return Float64Array.from({ length: x.rows }, (_, row) =>
    answers.subarray(row * outputs + first, (row + 1) * outputs).reduce((sum, chance) => sum + chance, 0),
  );
}

function curveOf(answering: Answering, x: Matrix, column: number) {
  if (everyMissing(x, column)) return [];
  const { at, effects, counts } = accumulatedEffects(
    (rows) => upperChance(answering, rows),
    x,
    column,
    curvePoints,
  );
  return Array.from(at, (value, k) => ({
    at: value,
    effect: effects[k],
    rows: counts[Math.max(0, k - 1)] ?? 0,
  }));
}

function everyMissing(x: Matrix, column: number): boolean {
  for (let row = 0; row < x.rows; row++) {
    if (!Number.isNaN(x.values[row * x.columns + column])) return false;
  }
  return true;
}
