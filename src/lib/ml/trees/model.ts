import type { TargetStatistics } from './target-statistics.ts';
import type { Trees } from './trees.ts';

export const lossNames = ['squared', 'logistic', 'softmax', 'poisson', 'quantile', 'cox', 'ranking'] as const;
export type LossName = (typeof lossNames)[number];

/** Which algorithm grew the trees; each has its own file format and sums margins its own way. */
export const families = ['xgboost', 'lightgbm', 'catboost'] as const;
export type Family = (typeof families)[number];

/** Gradient boosted trees. Tree t moves the margin of output t modulo `outputs`. */
export interface BoostingModel {
  readonly kind: 'boosting';
  readonly version: 2;
  readonly family: Family;
  readonly loss: LossName;
  /** Columns of the input. Trees may test more: those that `statistics` derives follow the input's own. */
  readonly columns: number;
  readonly outputs: number;
  /** The margin of each output before the first tree. */
  readonly start: Float64Array;
  /** `single`: margins are added up in float32, tree by tree, as XGBoost does. */
  readonly sums: 'single' | 'double';
  readonly trees: Trees;
  /** CatBoost's numbers for categories, computed from the input before the trees are walked; null without any. */
  readonly statistics: TargetStatistics | null;
}

/** A random forest or extra trees: the answer is the mean of the class shares in the leaves a row reaches. */
export interface ForestModel {
  readonly kind: 'forest';
  readonly version: 2;
  readonly columns: number;
  /** Classes; 1 for a forest that answers with a number. */
  readonly outputs: number;
  readonly trees: Trees;
}

export type TreeModel = BoostingModel | ForestModel;
