import { type Random, seededRandom } from '../core/random.ts';
import type { ShownGroup } from './fairness-groups.ts';
import { redraw } from './groups.ts';
import { type Interval, percentileInterval, wilsonInterval } from './intervals.ts';
import { aucOnRows } from './ranking.ts';

export const fairnessMeasures = [
  /** Share of positives. */
  'baseRate',
  /** Mean answer. */
  'said',
  /** Mean answer less the share of positives: above 0 the model overstates. */
  'calibration',
  /** Share flagged. */
  'flaggedShare',
  /** Share flagged among positives. */
  'truePositiveRate',
  /** Share flagged among negatives. */
  'falseAlarmRate',
  /** Share of positives among the flagged. */
  'precision',
  'auc',
] as const;
export type FairnessMeasure = (typeof fairnessMeasures)[number];

/** NaN where a measure has nothing to count. */
export type MeasureValues = Readonly<Record<FairnessMeasure, number>>;

/** One group's measures, on its rows and on each redraw of its learners. */
export interface DrawnGroup {
  readonly name: string;
  readonly rows: number;
  readonly learners: number;
  readonly values: MeasureValues;
  readonly draws: readonly MeasureValues[];
  /** How many rows each share is of. */
  readonly counted: Readonly<Partial<Record<FairnessMeasure, number>>>;
}

/**
 * Redraws learners within each group: groups are independent samples, and none can vanish from a draw. The same seed
 * draws the same learners whatever the answers, so two models can be compared draw by draw.
 */
export function drawGroups(
  groups: readonly ShownGroup[],
  threshold: number,
  { seed, draws }: { readonly seed: number; readonly draws: number },
): DrawnGroup[] {
  const random = seededRandom(seed);
  return groups.map((group) => drawGroup(group, threshold, random, draws));
}

function drawGroup(group: ShownGroup, threshold: number, random: Random, draws: number): DrawnGroup {
  const auc = aucOnRows(group.answers, group.labels);
  const measure = (rows: Uint32Array) => valuesOf(tally(group, threshold, rows), auc(rows));
  const all = Uint32Array.from(group.answers, (_, row) => row);
  const { truePositives, falsePositives, positives, rows } = tally(group, threshold, all);
  return {
    name: group.name,
    rows,
    learners: group.learners.length,
    values: measure(all),
    draws: Array.from({ length: draws }, () => measure(redraw(group.learners, random))),
    counted: {
      baseRate: rows,
      flaggedShare: rows,
      truePositiveRate: positives,
      falseAlarmRate: rows - positives,
      precision: truePositives + falsePositives,
    },
  };
}

interface Tally {
  readonly rows: number;
  readonly positives: number;
  readonly truePositives: number;
  readonly falsePositives: number;
  /** Sum of answers. */
  readonly said: number;
}

function tally({ answers, labels }: ShownGroup, threshold: number, rows: Uint32Array): Tally {
  let [positives, truePositives, falsePositives, said] = [0, 0, 0, 0];
  for (const row of rows) {
    said += answers[row];
    positives += labels[row];
    if (answers[row] < threshold) continue;
    truePositives += labels[row];
    falsePositives += 1 - labels[row];
  }
  return { rows: rows.length, positives, truePositives, falsePositives, said };
}

function valuesOf(
  { rows, positives, truePositives, falsePositives, said }: Tally,
  auc: number,
): MeasureValues {
  const flagged = truePositives + falsePositives;
  return {
    baseRate: positives / rows,
    said: said / rows,
    calibration: (said - positives) / rows,
    flaggedShare: flagged / rows,
    truePositiveRate: truePositives / positives,
    falseAlarmRate: falsePositives / (rows - positives),
    precision: truePositives / flagged,
    auc,
  };
}

/** The 95 % interval of one group's measure; null where there is nothing to measure, such as precision without a flag. */
export function measureInterval(group: DrawnGroup, measure: FairnessMeasure): Interval | null {
  const value = group.values[measure];
  if (Number.isNaN(value)) return null;
  if (!isOneSided(group, measure)) return percentileInterval(value, drawsOf(group, measure));
  // Rows of a learner repeat one another: each share counts as if of so many learners' rows.
  const evidence = ((group.counted[measure] ?? 0) * group.learners) / group.rows;
  return wilsonInterval(value * evidence, evidence);
}

/** The 95 % interval of the difference a − b of one measure between two groups. */
export function differenceInterval(a: DrawnGroup, b: DrawnGroup, measure: FairnessMeasure): Interval {
  const value = a.values[measure] - b.values[measure];
  const [ofA, ofB] = [measureInterval(a, measure), measureInterval(b, measure)];
  if (ofA && ofB && (isOneSided(a, measure) || isOneSided(b, measure))) return combined(ofA, ofB);
  const other = drawsOf(b, measure);
  return percentileInterval(
    value,
    drawsOf(a, measure).map((draw, d) => draw - other[d]),
  );
}

/** Redraws of a share of 0 or 1 are all the same, and say nothing about how sure it is. */
function isOneSided({ values, counted }: DrawnGroup, measure: FairnessMeasure): boolean {
  return counted[measure] !== undefined && (values[measure] === 0 || values[measure] === 1);
}

/** @see Newcombe, "Interval Estimation for the Difference between Independent Proportions" (1998), method 10 */
function combined(a: Interval, b: Interval): Interval {
  const value = a.value - b.value;
  return {
    value,
    low: value - Math.hypot(a.value - a.low, b.high - b.value),
    high: value + Math.hypot(a.high - a.value, b.value - b.low),
  };
}

function drawsOf(group: DrawnGroup, measure: FairnessMeasure): number[] {
  return group.draws.map((values) => values[measure]);
}
