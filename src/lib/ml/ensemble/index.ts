export { foldsByGroup } from './folds.ts';
export { fitLinearMeta, type LinearMeta, type MetaOptions } from './meta-learner.ts';
export {
  checkModel,
  marginsOf,
  type Model,
  prepareExplainer,
  probabilitiesOf,
  type StackModel,
} from './model.ts';
export {
  assembleStack,
  type FitJob,
  fitStack,
  type FittedStack,
  planStack,
  rowsOfJob,
  type StackData,
  type StackMember,
  type StackOptions,
  type StackPlan,
  takeRows,
} from './stack.ts';
