import { type BoostingData, type BoostingOptions, fitBoosting } from './boosting.ts';
import type { BoostingModel } from './model.ts';

/**
 * XGBoost's own defaults: depth-wise trees of depth 6, rate 0.3, lambda 1, gamma 0, minChildWeight 1.
 * @see https://xgboost.readthedocs.io/en/stable/parameter.html
 */
export const xgboostDefaults = {
  family: 'xgboost',
  growth: 'depth',
  depth: 6,
  leaves: 0,
  rate: 0.3,
  rounds: 100,
  lambda: 1,
  alpha: 0,
  gamma: 0,
  minChildWeight: 1,
} as const satisfies Partial<BoostingOptions>;

/**
 * LightGBM's own defaults: leaf-wise trees of 31 leaves without a limit of depth, rate 0.1, at least 20 rows and a hessian of
 * 0.001 in a leaf, no L2.
 * @see https://lightgbm.readthedocs.io/en/stable/Parameters.html
 */
export const lightgbmDefaults = {
  family: 'lightgbm',
  growth: 'leaf',
  depth: 0,
  leaves: 31,
  rate: 0.1,
  rounds: 100,
  lambda: 0,
  alpha: 0,
  gamma: 0,
  minChildWeight: 1e-3,
  minLeafRows: 20,
} as const satisfies Partial<BoostingOptions>;

type PresetOptions = Omit<BoostingOptions, 'family'>;

/** `fitBoosting` with XGBoost's defaults where nothing else is told. */
export function fitXgboost(data: BoostingData, options: PresetOptions): BoostingModel {
  return fitBoosting(data, { ...xgboostDefaults, ...options });
}

/** `fitBoosting` with LightGBM's defaults where nothing else is told. */
export function fitLightgbm(data: BoostingData, options: PresetOptions): BoostingModel {
  return fitBoosting(data, { ...lightgbmDefaults, ...options });
}
