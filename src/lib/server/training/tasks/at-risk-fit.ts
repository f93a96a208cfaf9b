import type { Matrix } from '#lib/ml/core/matrix.ts';
import { type BoostingModel, fitBoosting, predictProbability } from '#lib/ml/trees/index.ts';

/** How at-risk learns. Small leaves overfit a few hundred learners; many gentle trees on half the columns do not. */
export const atRiskOptions = {
  loss: 'logistic',
  rounds: 150,
  rate: 0.04,
  growth: 'leaf',
  leaves: 6,
  depth: 4,
  lambda: 20,
  minChildWeight: 10,
  rowShare: 0.7,
  columnShare: 0.4,
  maxBins: 64,
} as const;

export interface LabelledRows {
  readonly x: Matrix;
  readonly labels: ArrayLike<number>;
  readonly weights?: ArrayLike<number>;
}

export function fitAtRisk(
  rows: LabelledRows,
  seed: number,
  rounds: number = atRiskOptions.rounds,
): BoostingModel {
  return fitBoosting(rows, { ...atRiskOptions, rounds, seed });
}

export function predictAtRisk(model: BoostingModel, x: Matrix): Float64Array {
  return predictProbability(model, x);
}
