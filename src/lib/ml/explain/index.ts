export { combineShap } from './combine.ts';
export {
  type Change,
  type Counterfactual,
  type CounterfactualOptions,
  findCounterfactuals,
  type Lever,
  type Target,
} from './counterfactuals.ts';
export {
  accumulatedEffects,
  type AccumulatedEffects,
  accumulatedLevels,
  partialDependence,
  type PartialDependence,
  type PartialDependenceOptions,
} from './dependence.ts';
export { permutationImportance, type PermutationOptions, shapImportance } from './importance.ts';
export { kernelShap, type KernelShap, type KernelShapOptions } from './kernel-shap.ts';
export { lime, type Lime, type LimeEffect, type LimeOptions } from './lime.ts';
export {
  type BeeswarmLine,
  beeswarmOf,
  type BeeswarmOptions,
  type BeeswarmPoint,
  dependenceOf,
  type DependencePicture,
  type DependencePoint,
  type Waterfall,
  waterfallOf,
  type WaterfallSpan,
  type WaterfallStep,
} from './pictures.ts';
export type { Predict } from './predict.ts';
export {
  type ChoiceSummary,
  type NumberSummary,
  quartileText,
  summariseTraining,
  type TrainingSummary,
} from './training-summary.ts';
