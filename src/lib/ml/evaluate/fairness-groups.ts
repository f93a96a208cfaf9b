import { checkBinary, checkLength, checkPaired, checkProbabilities } from './checks.ts';

export interface FairnessData {
  /** Probability of label 1. */
  readonly answers: Float64Array;
  readonly labels: ArrayLike<number>;
  /** The protected attribute's value of each row; one value a learner. */
  readonly groups: readonly string[];
  /** One number a row. */
  readonly learners: ArrayLike<number>;
  /** A row is flagged at this answer or above. */
  readonly threshold: number;
}

/** What must be there before a group is spoken of. */
export interface LeastGroup {
  readonly learners: number;
  /** Learners with a positive row, and learners with a negative one. */
  readonly outcomes: number;
}

export type SuppressionReason = 'few learners' | 'few positives' | 'few negatives' | 'protects another';

/** The rows of one group, gathered. Learners hold positions in `answers` and `labels`. */
export interface ShownGroup {
  readonly name: string;
  readonly answers: Float64Array;
  readonly labels: Uint8Array;
  readonly learners: readonly (readonly number[])[];
}

export interface HiddenGroup {
  readonly name: string;
  readonly reason: SuppressionReason;
}

interface Members {
  readonly name: string;
  readonly learners: readonly (readonly number[])[];
}

/**
 * Parts groups into those whose numbers may be shown and those whose numbers may not, both in order of first appearance.
 *
 * Who knows the numbers of all rows can subtract the shown groups. So further groups are hidden, the smallest first,
 * until the hidden ones are, taken together, large enough to be shown.
 *
 * @see Hundepool et al., "Statistical Disclosure Control" (2012), 4.2: secondary cell suppression
 */
export function partGroups(
  data: FairnessData,
  least: LeastGroup,
): { shown: ShownGroup[]; hidden: HiddenGroup[] } {
  checkData(data);
  const groups = membersOf(data);
  const reasons = new Map<string, SuppressionReason>();
  for (const group of groups) {
    const reason = reasonToHide(group.learners, data.labels, least);
    if (reason) reasons.set(group.name, reason);
  }
  const isHidden = ({ name }: Members) => reasons.has(name);
  for (;;) {
    const hidden = groups.filter(isHidden);
    const [smallest] = groups
      .filter((group) => !isHidden(group))
      .toSorted((a, b) => a.learners.length - b.learners.length);
    if (!smallest || !isRevealing(hidden, data.labels, least)) break;
    reasons.set(smallest.name, 'protects another');
  }
  return {
    shown: groups.filter((group) => !isHidden(group)).map((group) => gather(group, data)),
    hidden: [...reasons].map(([name, reason]) => ({ name, reason })),
  };
}

/** One hidden group alone always is: it is hidden for its own smallness. */
function isRevealing(hidden: readonly Members[], labels: ArrayLike<number>, least: LeastGroup): boolean {
  const together = hidden.flatMap(({ learners }) => learners);
  return hidden.length > 0 && reasonToHide(together, labels, least) !== null;
}

function reasonToHide(
  learners: readonly (readonly number[])[],
  labels: ArrayLike<number>,
  least: LeastGroup,
): SuppressionReason | null {
  const having = (label: number) =>
    learners.filter((rows) => rows.some((row) => labels[row] === label)).length;
  if (learners.length < least.learners) return 'few learners';
  if (having(1) < least.outcomes) return 'few positives';
  return having(0) < least.outcomes ? 'few negatives' : null;
}

function membersOf({ groups, learners }: FairnessData): Members[] {
  const groupOf = new Map<number, string>();
  const rowsOf = new Map<number, number[]>();
  groups.forEach((group, row) => {
    const learner = learners[row];
    const before = groupOf.get(learner) ?? group;
    if (before !== group)
      throw new RangeError(
        `groups[${row}]: expected "${before}" as in the learner's other rows, got "${group}"`,
      );
    groupOf.set(learner, group);
    const rows = rowsOf.get(learner);
    if (rows) rows.push(row);
    else rowsOf.set(learner, [row]);
  });
  const byGroup = Map.groupBy(rowsOf, ([learner]) => groupOf.get(learner) ?? '');
  return Array.from(byGroup, ([name, entries]) => ({ name, learners: entries.map(([, rows]) => rows) }));
}

function gather({ name, learners }: Members, { answers, labels }: FairnessData): ShownGroup {
  const rows = learners.flat();
  let next = 0;
  return {
    name,
    answers: Float64Array.from(rows, (row) => answers[row]),
    labels: Uint8Array.from(rows, (row) => labels[row]),
    learners: learners.map((own) => own.map(() => next++)),
  };
}

function checkData({ answers, labels, groups, learners, threshold }: FairnessData): void {
  checkPaired('fairness', answers, labels);
  checkBinary('fairness', labels);
  checkProbabilities('fairness', answers);
  checkLength('groups', groups, answers.length);
  checkLength('learners', learners, answers.length);
  if (!(threshold >= 0 && threshold <= 1))
    throw new RangeError(`threshold: expected 0 to 1, got ${threshold}`);
}
