export { fitCatboost } from './fit.ts';
export { foldContributions } from './fold-contributions.ts';
export type { CatboostData, CatboostOptions } from './options.ts';
