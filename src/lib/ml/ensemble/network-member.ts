import type { Matrix } from '../core/matrix.ts';
import {
  checkSequenceModel,
  effectsInColumns,
  explainSequences,
  predictSequences,
  type SequenceModel,
  sequencesOf,
  type WeekColumns,
  widthOf,
} from '../sequence/index.ts';
import type { ShapExplainer, TreeModel } from '../trees/index.ts';

/** A network among the members of a stack: it reads the weeks that stand in some of the columns. */
export interface NetworkMember {
  readonly kind: 'network-member';
  readonly version: 1;
  /** Of the stack's input. */
  readonly columns: number;
  readonly outputs: 1;
  readonly layout: WeekColumns;
  readonly model: SequenceModel;
}

/** Whatever may be a member of a stack. */
export type Member = TreeModel | NetworkMember;

export function networkMargins({ layout, model }: NetworkMember, x: Matrix): Float64Array {
  return predictSequences(model, sequencesOf(x, layout)).margins;
}

/** By integrated gradients from the mean of training: they sum to the margin as Shapley values do. */
export function networkExplainer({ layout, model, columns }: NetworkMember): ShapExplainer {
  return (x) => {
    const sequences = sequencesOf(x, layout);
    const explained = explainSequences(model, sequences);
    return {
      base: explained.base,
      contributions: effectsInColumns(explained, sequences, columns, layout),
    };
  };
}

/**
 * Trees that learnt from the first columns, as a model of more: it reads what it read.
 * @throws TypeError for trees with numbers for categories, which follow the input's own columns
 */
export function withMoreColumns(model: TreeModel, columns: number): TreeModel {
  if (model.columns === columns) return model;
  if (model.kind === 'boosting' && model.statistics)
    throw new TypeError('model: expected trees without numbers for categories, got some');
  return { ...model, columns };
}

/** @throws TypeError or RangeError that says what is wrong */
export function checkNetworkMember(value: unknown): NetworkMember {
  const record = value as Partial<NetworkMember> | null;
  const { version, columns, outputs, layout } = record ?? {};
  if (version !== 1)
    throw new TypeError(`model: expected a network member of version 1, got version ${String(version)}`);
  const model = checkSequenceModel(record?.model);
  const numbers = [columns, layout?.first, layout?.weeks, layout?.channels];
  if (!layout || outputs !== 1 || !numbers.every((number) => Number.isInteger(number) && Number(number) >= 0))
    throw new TypeError('model: expected one output, and whole numbers of columns, weeks and channels');
  if (layout.weeks !== model.weeks || layout.channels !== model.scales.length)
    throw new TypeError(
      `model.layout: expected ${model.weeks} weeks of ${model.scales.length} channels, got ${layout.weeks} of ${layout.channels}`,
    );
  if (layout.first + widthOf(layout) > Number(columns))
    throw new TypeError(
      `model.layout: expected weeks within ${String(columns)} columns, got them up to ${layout.first + widthOf(layout)}`,
    );
  return { ...record, model } as NetworkMember;
}
