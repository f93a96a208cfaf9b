import { checkClassAnswers, checkClasses } from './checks.ts';
import { type FairnessData, partGroups, type SuppressionReason } from './fairness-groups.ts';
import {
  differenceInterval,
  type DrawnGroup,
  drawGroups,
  type FairnessMeasure,
  fairnessMeasures,
  measureInterval,
} from './fairness-measures.ts';
import type { Interval } from './intervals.ts';

export type { FairnessData, SuppressionReason } from './fairness-groups.ts';
export { type FairnessMeasure, fairnessMeasures } from './fairness-measures.ts';

export interface FairnessOptions {
  /** Learners a group needs before its numbers are shown; 20 unless told. */
  readonly leastGroup?: number;
  /** Learners with a positive row, and learners with a negative one, that it needs; 5 unless told. */
  readonly leastOutcomes?: number;
  /** Redraws of learners behind each interval; 400 unless told. */
  readonly draws?: number;
  readonly seed: number;
}

/** One group's numbers with 95 % intervals; null where nothing could be counted. Nothing but a reason where suppressed. */
export type FairnessGroup =
  | { readonly suppressed: true; readonly group: string; readonly reason: SuppressionReason }
  | {
      readonly suppressed: false;
      readonly group: string;
      readonly rows: number;
      readonly learners: number;
      readonly measures: Readonly<Record<FairnessMeasure, Interval | null>>;
    };

/** The largest difference between two shown groups. */
export interface Gap {
  readonly measure: FairnessMeasure;
  readonly highest: string;
  readonly lowest: string;
  /**
   * Highest − lowest, of these two groups. The pair was chosen for its difference: with many groups the value leans
   * upwards, so read the lower end.
   */
  readonly difference: Interval;
}

/** Null where fewer than two groups could be measured. */
export interface FairnessCriteria {
  /** Equal shares flagged. */
  readonly demographicParity: Gap | null;
  /** Lowest share flagged over the highest; below 0.8 is the usual line for a closer look. */
  readonly impactRatio: number | null;
  /** Equal true positive rates. @see Hardt, Price and Srebro, "Equality of Opportunity in Supervised Learning" (2016) */
  readonly equalOpportunity: Gap | null;
  /** Equal true positive and false alarm rates: the larger of the two gaps. */
  readonly equalisedOdds: Gap | null;
  /** Answers mean what they say in each group: the group where they are farthest off, and by how much. */
  readonly calibrationWithinGroups: { readonly group: string; readonly error: Interval } | null;
}

export interface FairnessReport {
  readonly kind: 'fairness-report';
  readonly version: 1;
  readonly threshold: number;
  readonly leastGroup: number;
  /** By name. */
  readonly groups: readonly FairnessGroup[];
  readonly gaps: Readonly<Record<FairnessMeasure, Gap | null>>;
  readonly criteria: FairnessCriteria;
}

export const fairnessDefaults = { leastGroup: 20, leastOutcomes: 5, draws: 400 } as const;

/**
 * How a yes-or-no model treats the groups of one protected attribute. Small groups are suppressed, together with as
 * many others as it takes that nobody can compute them from a total: no number in the report depends on their rows.
 *
 * @throws RangeError when lengths differ, a label is not 0 or 1, or a learner stands in two groups
 */
export function fairnessReport({
  leastGroup = fairnessDefaults.leastGroup,
  leastOutcomes = fairnessDefaults.leastOutcomes,
  draws = fairnessDefaults.draws,
  seed,
  ...data
}: FairnessData & FairnessOptions): FairnessReport {
  const { shown, hidden } = partGroups(data, { learners: leastGroup, outcomes: leastOutcomes });
  const drawn = drawGroups(shown, data.threshold, { seed, draws });
  const gaps = recordOf((measure) => gapOf(drawn, measure));
  const suppressed = hidden.map(({ name, reason }) => ({ suppressed: true, group: name, reason }) as const);
  return {
    kind: 'fairness-report',
    version: 1,
    threshold: data.threshold,
    leastGroup,
    groups: [...drawn.map(describe), ...suppressed].sort((a, b) => (a.group < b.group ? -1 : 1)),
    gaps,
    criteria: criteriaOf(drawn, gaps),
  };
}

function recordOf<T>(make: (measure: FairnessMeasure) => T): Record<FairnessMeasure, T> {
  const entries = fairnessMeasures.map((measure) => [measure, make(measure)] as const);
  return Object.fromEntries(entries) as Record<FairnessMeasure, T>;
}

function describe(group: DrawnGroup): FairnessGroup {
  return {
    suppressed: false,
    group: group.name,
    rows: group.rows,
    learners: group.learners,
    measures: recordOf((measure) => measureInterval(group, measure)),
  };
}

/** The gap between the groups with the greatest and the least value; null below two groups with a value. */
export function gapOf(drawn: readonly DrawnGroup[], measure: FairnessMeasure): Gap | null {
  const measurable = drawn.filter(({ values }) => !Number.isNaN(values[measure]));
  if (measurable.length < 2) return null;
  const ordered = measurable.toSorted((a, b) => b.values[measure] - a.values[measure]);
  const [highest, lowest] = [ordered[0], ordered[ordered.length - 1]];
  return {
    measure,
    highest: highest.name,
    lowest: lowest.name,
    difference: differenceInterval(highest, lowest, measure),
  };
}

function criteriaOf(
  drawn: readonly DrawnGroup[],
  { flaggedShare, truePositiveRate, falseAlarmRate }: FairnessReport['gaps'],
): FairnessCriteria {
  const odds = [truePositiveRate, falseAlarmRate]
    .filter((gap) => gap !== null)
    .sort((a, b) => b.difference.value - a.difference.value);
  const shares = drawn.map(({ values }) => values.flaggedShare);
  const [farthest] = drawn.toSorted(
    (a, b) => Math.abs(b.values.calibration) - Math.abs(a.values.calibration),
  );
  const error = farthest ? measureInterval(farthest, 'calibration') : null;
  return {
    demographicParity: flaggedShare,
    impactRatio:
      shares.length > 1 && Math.max(...shares) > 0 ? Math.min(...shares) / Math.max(...shares) : null,
    equalOpportunity: truePositiveRate,
    equalisedOdds: odds[0] ?? null,
    calibrationWithinGroups: error && { group: farthest.name, error },
  };
}

/**
 * Some classes of several as a yes-or-no question: one against the rest, or this level and above.
 * @param probabilities rows × classes, row-major
 */
export function classesTogether(
  probabilities: Float64Array,
  labels: ArrayLike<number>,
  classes: number,
  chosen: readonly number[],
): Pick<FairnessData, 'answers' | 'labels'> {
  checkClassAnswers('classesTogether', probabilities, labels, classes);
  checkClasses('classesTogether: chosen', chosen, classes);
  const chanceAt = (row: number) => chosen.reduce((sum, c) => sum + probabilities[row * classes + c], 0);
  return {
    // A sum of probabilities may come out a rounding above 1.
    answers: Float64Array.from({ length: labels.length }, (_, row) => Math.min(1, chanceAt(row))),
    labels: Uint8Array.from(labels, (label) => Number(chosen.includes(label))),
  };
}
