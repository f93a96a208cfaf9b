export { checkTreeModel } from './check-model.ts';
export { type BoostingData, type BoostingModel, type BoostingOptions, fitBoosting } from './boosting.ts';
export {
  type ForestData,
  type ForestFit,
  type ForestModel,
  type ForestOptions,
  fitForest,
} from './forest.ts';
export { gainImportance, predictMargins, predictProbability, type TreeModel } from './predict.ts';
export { prepareShap } from './shap-tables.ts';
export { prepareWalks, type ShapExplainer, type TreeShap, treeShap } from './shap.ts';
export { type Trees, treeCount } from './trees.ts';
