export { type CatboostData, type CatboostOptions, fitCatboost, foldContributions } from './catboost/index.ts';
export { checkTreeModel } from './check-model.ts';
export { type BoostingData, type BoostingOptions, fitBoosting } from './boosting.ts';
export { fitLightgbm, fitXgboost, lightgbmDefaults, xgboostDefaults } from './presets.ts';
export { joinTraining, type ThreadCrew, type TrainingJob } from './engine/train.ts';
export {
  type ClassWeights,
  fitExtraTrees,
  fitForest,
  type ForestData,
  type ForestFit,
  type ForestOptions,
  type ForestPart,
  type ForestPlan,
  type ForestSettings,
  growForestPart,
  joinForests,
  planForest,
} from './forest.ts';
export {
  type BoostingModel,
  type Family,
  families,
  type ForestModel,
  type LossName,
  lossNames,
  type TreeModel,
} from './model.ts';
export {
  gainImportance,
  predictMargins,
  predictProbability,
  predictResponse,
  type Predictor,
  preparePredictor,
} from './predict.ts';
export { prepareInteractions, type TreeInteractions } from './shap-interactions.ts';
export { prepareInterventional } from './shap-interventional.ts';
export { prepareShap } from './shap-tables.ts';
export { prepareWalks, type ShapExplainer, type TreeShap, treeShap } from './shap.ts';
export { type Trees, treeCount } from './trees.ts';
