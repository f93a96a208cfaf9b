import { badgeColumns } from '#lib/domain/badges/chance-inputs.ts';
import { featureCatalogue, type FeatureFamily, measureInfo } from '#lib/domain/features/index.ts';
import { matrix } from '#lib/ml/core/matrix.ts';
import { networkInputs } from '#lib/ml/distil/inputs.ts';
import { openStudent } from '#lib/ml/distil/scorer.ts';
import { denseLayers, type Student } from '#lib/ml/distil/student.ts';
import { exactShapley } from '#lib/ml/explain/exact-shapley.ts';
import { onDemand } from './on-demand.ts';
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

const groupOfInput = (student: Student): Int32Array =>
  Int32Array.from(
    student.inputs.flatMap(({ hasMissing }, column) =>
      Array.from({ length: hasMissing ? 2 : 1 }, () => reasonGroups.indexOf(groupOfColumn[column])),
    ),
  );

/** Explains one row of the small model. */
export type ExplainRow = (learner: Float64Array, own: Float64Array) => PreviewReason[];

/**
 * Exact Shapley values: the model is asked about every coalition of groups, the others at the average of the rows it
 * learnt from, where every input is 0. What a group brings to the first layer is summed once, so that each of the 2,048
 * questions costs a network of eleven inputs.
 */
export function prepareReasons(student: Student): ExplainRow {
  const groups = groupOfInput(student);
  const coalitions = onDemand(() => everyCoalition(reasonGroups.length));
  const margins = new Float64Array(2 ** reasonGroups.length);
  const nothing = new Float64Array(0);
  return (learner, own) => {
    const row = matrix(1, learner.length + own.length, Float64Array.from([...learner, ...own]));
    const values = networkInputs(row, student.inputs, student.bound);
    const grouped = openStudent(byGroups(student, groups, values));
    grouped.marginsInto(nothing, coalitions(), margins.length, margins);
    const effects = exactShapley(reasonGroups.length, margins);
    return reasonGroups
      .map((group, i) => ({ group, effect: effects[i] }))
      .toSorted((a, b) => Math.abs(b.effect) - Math.abs(a.effect));
  };
}

/** 2^groups × groups, row-major: row m says which groups are in coalition m. */
function everyCoalition(groups: number): Float64Array {
  return Float64Array.from(
    { length: 2 ** groups * groups },
    (_, i) => (Math.floor(i / groups) >> (i % groups)) & 1,
  );
}

/** The same network about one row alone: one input a group, 1 where the group is as it is and 0 where it is average. */
function byGroups(student: Student, groups: Int32Array, values: Float32Array): Student {
  const { network } = student;
  const [first] = denseLayers(network);
  const brought = new Float32Array(reasonGroups.length * first.units);
  for (let input = 0; input < values.length; input++) {
    if (values[input] === 0) continue;
    const [from, to] = [input * first.units, groups[input] * first.units];
    for (let unit = 0; unit < first.units; unit++)
      brought[to + unit] += values[input] * first.weights[from + unit];
  }
  const weights = new Float32Array(brought.length + network.weights.length - first.weights.length);
  weights.set(brought);
  weights.set(network.weights.subarray(first.weights.length), brought.length);
  const inputs = reasonGroups.map((column) => ({ column, mean: 0, scale: 1, hasMissing: false }));
  return { ...student, inputs, shared: 0, network: { ...network, inputWidth: inputs.length, weights } };
}
