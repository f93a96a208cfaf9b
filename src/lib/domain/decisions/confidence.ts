import type { Signs } from './signs.ts';

/** Which hand-set weights measured a confidence; a new number whenever one of them changes. */
export const cautiousVersion = 'cautious-1';

/** Below this an award waits for a teacher while too few decisions are reviewed to set the line from them. */
export const cautiousThreshold = 0.9;

/** Confidence of an award with nothing against it, before any review: about 0.98. */
const clean = 3.9;

/** The signs as words for people and logs. */
export const signNames = [
  'margin',
  'sound',
  'burst',
  'speed',
  'repeat',
  'clockwork',
  'self',
  'concentration',
  'anomaly',
] as const;
export type SignName = (typeof signNames)[number];

/** How far one sign moved the confidence, in log-odds; negative speaks against. */
export interface Effect {
  readonly sign: SignName;
  readonly effect: number;
}

/**
 * The hand-set logistic combination, cautious until reviews calibrate it. Each weight is what that sign alone must
 * reach to send an award to a teacher (log-odds 3.9 down to the threshold's 2.2): a third of the evidence in bursts,
 * at impossible speed, repeated or by the clock; two thirds of it in one half hour; nearly all of it self-reported; a day six
 * robust deviations above the learner's own past. A rule that fails without its doubtful events always goes there.
 */
export function effectsOf(signs: Signs): Effect[] {
  const anomaly = signs.anomaly ?? 0;
  return [
    { sign: 'margin', effect: 0.15 * clamp(signs.margin ?? 0, 0, 4) },
    { sign: 'sound', effect: signs.standsOnSound ? 0 : -3 },
    { sign: 'burst', effect: -6 * signs.burst },
    { sign: 'speed', effect: -6 * signs.speed },
    { sign: 'repeat', effect: -6 * signs.repeat },
    { sign: 'clockwork', effect: -6 * signs.clockwork },
    { sign: 'self', effect: -2 * signs.selfReported },
    { sign: 'concentration', effect: signs.watched < 8 ? 0 : -6 * clamp(signs.concentration - 0.4, 0, 1) },
    { sign: 'anomaly', effect: -0.6 * clamp(anomaly - 3, 0, 8) },
  ];
}

/** Log-odds that the award is deserved, by the hand-set weights. */
export function cautiousLogit(signs: Signs): number {
  return effectsOf(signs).reduce((sum, { effect }) => sum + effect, clean);
}

export function logistic(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
