import { badgeColumns, badgeRateColumn } from '#lib/domain/badges/chance-inputs.ts';
import { featureCatalogue, type FeatureFamily, measureInfo } from '#lib/domain/features/index.ts';
import type { StudentScorer } from '#lib/ml/distil/scorer.ts';
import type { Student } from '#lib/ml/distil/student.ts';
import { exactShapley } from '#lib/ml/explain/exact-shapley.ts';
import { type PreviewReason, type ReasonGroup, reasonGroups } from './preview.ts';

const groupOfFamily: Readonly<Record<FeatureFamily, ReasonGroup>> = {
  volume: 'amount',
  recency: 'rhythm',
  regularity: 'rhythm',
  streak: 'rhythm',
  gap: 'rhythm',
  trend: 'trend',
  punctuality: 'hand-ins',
  score: 'marks',
  breadth: 'variety',
  class: 'class',
  session: 'hours',
  timing: 'hours',
  collaboration: 'together',
  attendance: 'together',
};

const groupOfColumn: readonly ReasonGroup[] = badgeColumns.map((name, column) => {
  if (column < featureCatalogue.length)
    return groupOfFamily[measureInfo(featureCatalogue[column].measure).family];
  if (name === 'badges-held') return 'amount';
  return name === 'school-days-ahead' ? 'season' : 'badge';
});

const learnerGroups: readonly ReasonGroup[] = reasonGroups.filter((group) => group !== 'badge');
const bitOfColumn = Int32Array.from(groupOfColumn.slice(0, badgeRateColumn), (group) =>
  learnerGroups.indexOf(group),
);

/** Explains one row of the small model. */
export type ExplainRow = (learner: Float64Array, own: Float64Array) => PreviewReason[];

/**
 * Exact Shapley values: the model is asked about every coalition of groups, the others at the average of the rows it
 * learnt from. Two rows a coalition of the learner's groups: with this badge and with the average one.
 */
export function prepareReasons(student: Student, scorer: StudentScorer): ExplainRow {
  const means = Float64Array.from(student.inputs, ({ mean }) => mean);
  const mixed = new Float64Array(badgeRateColumn);
  const pair = new Float64Array(2 * (badgeColumns.length - badgeRateColumn));
  const margins = new Float64Array(2);
  const coalitions = 2 ** learnerGroups.length;
  const worths = new Float64Array(2 * coalitions);
  return (learner, own) => {
    pair.set(means.subarray(badgeRateColumn));
    pair.set(own, own.length);
    for (let coalition = 0; coalition < coalitions; coalition++) {
      for (let i = 0; i < mixed.length; i++)
        mixed[i] = ((coalition >> bitOfColumn[i]) & 1) === 1 ? learner[i] : means[i];
      scorer.marginsInto(mixed, pair, 2, margins);
      worths[coalition] = margins[0];
      worths[coalitions + coalition] = margins[1];
    }
    const effects = exactShapley(reasonGroups.length, worths);
    return [...learnerGroups, 'badge' as const]
      .map((group, i) => ({ group, effect: effects[i] }))
      .toSorted((a, b) => Math.abs(b.effect) - Math.abs(a.effect));
  };
}
