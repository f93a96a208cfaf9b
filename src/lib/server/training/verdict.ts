import type { Interval } from '#lib/ml/evaluate/index.ts';
import { answersOf, type TaskModel } from '#lib/server/models/task-model.ts';
import { type Dataset, inputsOf } from './dataset.ts';
import { type Flag, type ProtectedGroups, type WidenedGap, widenedGaps } from './fairness.ts';
import { compareLosses } from './judge.ts';
import { baseRate } from './learn.ts';

export interface Verdict {
  readonly status: 'champion' | 'challenger' | 'refused';
  readonly message: string;
}

/** What a fresh model must not do to the gaps between groups. */
export interface FairnessGate {
  readonly groups: ProtectedGroups;
  readonly flag: Flag;
  /** How much wider a gap may become before a person must look. */
  readonly bound: number;
}

/**
 * A model that is not surely better than the base rate is refused: the whole 95 % interval of the difference in log loss,
 * on the held-out rows, must speak for it. Otherwise it becomes champion unless the present one is surely better, or a gap between two
 * groups would surely widen beyond the bound: then a person decides.
 */
export function verdictOf(
  dataset: Dataset,
  fresh: TaskModel,
  champion: TaskModel | null,
  seed: number,
  gate?: FairnessGate,
): Verdict {
  const { train, test } = dataset.parts;
  const answers = answersOf(fresh, inputsOf(test, fresh.columns.length));
  const differenceTo = (others: Float64Array) =>
    compareLosses(answers, others, test, dataset.classes, seed).difference;
  const gain = differenceTo(baseRate(train, test, dataset.classes));
  if (!(gain.high < 0))
    return { status: 'refused', message: `not surely better than the base rate: ${inWords(gain)}` };
  if (!champion) return { status: 'champion', message: 'the first model of this task' };
  if (!canBeAsked(champion, fresh, dataset))
    return {
      status: 'champion',
      message: 'the present champion reads features that are no longer measured so',
    };
  const change = differenceTo(answersOf(champion, inputsOf(test, champion.columns.length)));
  if (change.low > 0)
    return {
      status: 'challenger',
      message: `worse than the champion on the held-out rows: ${inWords(change)}`,
    };
  const widened = gate
    ? widenedGaps(fresh, champion, gate.groups, gate.bound, { dataset, flag: gate.flag, seed })
    : [];
  if (widened.length > 0)
    return { status: 'challenger', message: `held for a person: ${widened.map(gapInWords).join('; ')}` };
  return {
    status: 'champion',
    message: `not worse than the champion on the held-out rows: ${inWords(change)}`,
  };
}

const measureWords: Readonly<Record<WidenedGap['measure'], string>> = {
  baseRate: 'the share of positives',
  said: 'the mean answer',
  calibration: 'the error of the mean answer',
  flaggedShare: 'the share flagged',
  truePositiveRate: 'the share found among those it is about',
  falseAlarmRate: 'the share of false alarms',
  precision: 'the share of right flags',
  auc: 'how well it ranks',
};

function gapInWords({ attribute, measure, groups, widening }: WidenedGap): string {
  const { value, low, high } = widening;
  const [by, from, to] = [value, low, high].map((share) => share.toFixed(3));
  return `${attribute}: ${measureWords[measure]} would differ between ${groups[0]} and ${groups[1]} by ${by} more than now (${from} to ${to})`;
}

function inWords({ value, low, high }: Interval): string {
  return `log loss ${signed(value)} (${signed(low)} to ${signed(high)})`;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
}

/** Whether the champion's columns are still measured as it learnt them: those of the dataset, with or without the weeks. */
function canBeAsked(champion: TaskModel, fresh: TaskModel, { columns, weeks }: Dataset): boolean {
  const known = [columns, [...columns, ...(weeks?.columns ?? [])]];
  return (
    champion.catalogueVersion === fresh.catalogueVersion &&
    known.some((names) => isSame(names, champion.columns))
  );
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, i) => name === b[i]);
}
