export { foldsByGroup } from './folds.ts';
export { fitLinearMeta, type LinearMeta, type MetaOptions } from './meta-learner.ts';
export {
  checkModel,
  marginsOf,
  memberMargins,
  type Model,
  prepareExplainer,
  probabilitiesOf,
  type StackModel,
} from './model.ts';
export { type Member, type NetworkMember, withMoreColumns } from './network-member.ts';
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
