import { checkNetwork, type NetworkModel } from '../neural/index.ts';

export const sequenceFamilies = ['bilstm', 'transformer'] as const;
export type SequenceFamily = (typeof sequenceFamilies)[number];

/** How the numbers of one channel are read. */
export interface ChannelScale {
  /** True: on the scale of log(1 + value), as suits counts. */
  readonly isCount: boolean;
  /** Of the training weeks, on that scale. */
  readonly mean: number;
  readonly deviation: number;
}

/**
 * A network over weekly sequences with two answers: whether a learner is at risk, and how active the week after will be. It
 * standardises by itself: it reads raw numbers, NaN where unknown.
 */
export interface SequenceModel {
  readonly kind: 'sequence';
  readonly version: 1;
  readonly family: SequenceFamily;
  /** The longest sequence it reads. */
  readonly weeks: number;
  /** One a channel. */
  readonly scales: readonly ChannelScale[];
  /** Of next week's activity; null where it was not taught. */
  readonly activity: ChannelScale | null;
  /** Answers two numbers: the margin of being at risk, and next week's activity in deviations from its mean. */
  readonly network: NetworkModel;
}

/** Inputs are held within so many deviations of their mean: one wild week must not drown the others. */
export const inputBound = 5;

/** The number as the network reads it; what is unknown stands at the mean. */
export function standardise(value: number, { isCount, mean, deviation }: ChannelScale): number {
  if (Number.isNaN(value)) return 0;
  const scaled = ((isCount ? Math.log1p(value) : value) - mean) / deviation;
  return Math.max(-inputBound, Math.min(inputBound, scaled));
}

/** From deviations back to the number. */
export function restore(scaled: number, { isCount, mean, deviation }: ChannelScale): number {
  const value = scaled * deviation + mean;
  return isCount ? Math.max(0, Math.expm1(value)) : value;
}

/** A model read from outside, checked so far that asking it always ends. @throws TypeError or RangeError that says what is wrong */
export function checkSequenceModel(value: unknown): SequenceModel {
  const record = value as Partial<SequenceModel> | null;
  if (record?.kind !== 'sequence' || record.version !== 1)
    throw new TypeError(
      `model: expected a sequence model of version 1, got ${String(record?.kind)} of version ${String(record?.version)}`,
    );
  const { family, scales, activity = null } = record;
  if (!family || !sequenceFamilies.includes(family))
    throw new TypeError(`family: expected one of ${sequenceFamilies.join(', ')}, got ${String(family)}`);
  if (!(Array.isArray(scales) && scales.every(isScale)))
    throw new TypeError('scales: expected a mean and a deviation above 0 for each channel');
  if (activity !== null && !isScale(activity))
    throw new TypeError('activity: expected a mean and a deviation above 0, or null');
  const network = checkNetwork(record.network);
  if (network.inputWidth !== scales.length || network.steps !== record.weeks)
    throw new TypeError(
      `network: expected ${String(record.weeks)} steps of ${scales.length} channels, got ${network.steps} of ${network.inputWidth}`,
    );
  return { kind: 'sequence', version: 1, family, weeks: network.steps, scales, activity, network };
}

function isScale(value: unknown): value is ChannelScale {
  const scale = value as Partial<ChannelScale> | null;
  return (
    typeof scale?.isCount === 'boolean' &&
    Number.isFinite(scale.mean) &&
    Number.isFinite(scale.deviation) &&
    Number(scale.deviation) > 0
  );
}
