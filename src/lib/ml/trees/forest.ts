import type { ForestData, ForestOptions } from './forest/options.ts';
import { type ForestFit, growForestPart, joinForests, planForest } from './forest/part.ts';

export type { ClassWeights, ForestData, ForestOptions, ForestSettings } from './forest/options.ts';
export {
  type ForestFit,
  type ForestPart,
  type ForestPlan,
  growForestPart,
  joinForests,
  planForest,
} from './forest/part.ts';

/**
 * A random forest: each tree sees its own draw of rows, each node its own draw of columns, cut at the best place between
 * intervals of their values. Missing values go to the side where they gain more.
 * @see Breiman, "Random Forests" (2001)
 */
export function fitForest(data: ForestData, options: ForestOptions): ForestFit {
  return fitWhole(data, options, 'best');
}

/**
 * Extremely randomised trees: each drawn column is cut once, at a random place; every tree sees every row unless told.
 * @see Geurts, Ernst and Wehenkel, "Extremely randomized trees" (2006)
 */
export function fitExtraTrees(data: ForestData, options: ForestOptions): ForestFit {
  return fitWhole(data, options, 'random');
}

function fitWhole(data: ForestData, options: ForestOptions, cuts: 'best' | 'random'): ForestFit {
  const plan = planForest(data, options, cuts);
  const onTree = options.onTree && ((tree: number) => options.onTree?.(tree));
  return joinForests(plan, [growForestPart(plan, 0, plan.settings.trees, onTree)]);
}
