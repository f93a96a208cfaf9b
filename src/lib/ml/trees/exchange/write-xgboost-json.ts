import type { BoostingModel, LossName } from '../model.ts';
import { leastRoundingTo } from '../single.ts';
import { rules, treeCount, type Trees } from '../trees.ts';
import { categoriesOf, checkNames, type ExportOptions } from './export-options.ts';
import { ModelExportError } from './model-file-error.ts';
import { singleText } from './single-text.ts';

const largestSingle = Math.fround(3.4028234663852886e38);

/** XGBoost's name of each loss, the parameters it insists on, and the `base_score` whose margin is 0. */
const objectives: Readonly<
  Partial<Record<LossName, { readonly name: string; readonly parameters?: string; readonly zero: number }>>
> = {
  squared: {
    name: 'reg:squarederror',
    parameters: '"reg_loss_param":{"scale_pos_weight":"1"}',
    zero: 0,
  },
  logistic: {
    name: 'binary:logistic',
    parameters: '"reg_loss_param":{"scale_pos_weight":"1"}',
    zero: 0.5,
  },
  softmax: { name: 'multi:softprob', zero: 0 },
  poisson: {
    name: 'count:poisson',
    parameters: '"poisson_regression_param":{"max_delta_step":"0.699999988"}',
    zero: 1,
  },
  cox: { name: 'survival:cox', zero: 1 },
  ranking: {
    name: 'rank:ndcg',
    parameters: '"lambda_rank_param":{"fix_list_weight":"0","num_pairsample":"1"}',
    zero: 0,
  },
};

/**
 * The model as XGBoost 1.7 and later load it, margins equal bit for bit. A start that no `base_score` gives exactly
 * becomes one leaf before the first tree. An open threshold becomes the largest float32, so that the file is JSON to any
 * reader. The same model gives the same text.
 * @throws ModelExportError when XGBoost could not answer alike: thresholds, leaves or sums that are no float32, target
 * statistics, a quantile (whose level the model does not hold)
 */
export function writeXgboostJson(model: BoostingModel, options: ExportOptions = {}): string {
  const objective = objectives[model.loss];
  if (!objective)
    throw new ModelExportError(
      `loss: expected one of ${Object.keys(objectives).join(', ')}, got ${model.loss}`,
    );
  checkIsSingle(model);
  const names = checkNames(options.names, model.columns);
  const { base, leading } = startOf(model, objective.zero);
  const trees = [...leading.map(leafTree), ...storedTrees(model.trees)];
  const texts = trees.map((tree, id) => treeText(tree, id, model.columns));
  const parameters = model.loss === 'softmax' ? softmaxParameters(model.outputs) : objective.parameters;
  const booster = record({
    model: record({
      gbtree_model_param: `{"num_parallel_tree":"1","num_trees":"${trees.length}","size_leaf_vector":"0"}`,
      tree_info: list(texts.map((_, t) => String(t % model.outputs))),
      trees: list(texts),
    }),
    name: '"gbtree"',
  });
  const learner = record({
    attributes: '{}',
    feature_names: JSON.stringify(names),
    feature_types: JSON.stringify(featureTypes(model)),
    gradient_booster: booster,
    learner_model_param: record({
      base_score: `"${singleText(base)}"`,
      boost_from_average: '"1"',
      num_class: `"${model.loss === 'softmax' ? model.outputs : 0}"`,
      num_feature: `"${model.columns}"`,
      num_target: '"1"',
    }),
    objective: `{"name":"${objective.name}"${parameters ? `,${parameters}` : ''}}`,
  });
  return record({ learner, version: '[1,7,4]' });
}

function record(fields: Readonly<Record<string, string>>): string {
  return `{${Object.entries(fields)
    .map(([name, text]) => `"${name}":${text}`)
    .join(',')}}`;
}

function list(texts: readonly string[]): string {
  return `[${texts.join(',')}]`;
}

function softmaxParameters(classes: number): string {
  return `"softmax_multiclass_param":{"num_class":"${classes}"}`;
}

function checkIsSingle({ sums, statistics, trees, start }: BoostingModel): void {
  if (statistics && statistics.derived.length > 0)
    throw new ModelExportError('statistics: expected none, XGBoost computes no target statistics');
  if (sums !== 'single')
    throw new ModelExportError(`sums: expected single, XGBoost adds up margins in float32, got ${sums}`);
  if (!start.every(isSingle)) throw new ModelExportError('start: expected float32 numbers');
  trees.feature.forEach((feature, node) => {
    if (feature < 0) return checkLeaf(trees.value[node], node);
    const threshold = trees.threshold[node];
    if (trees.rule[node] === rules.below && leastRoundingTo(Math.fround(threshold)) !== threshold)
      throw new ModelExportError(`node ${node}: expected a float32 threshold, got ${threshold}`);
  });
}

function checkLeaf(value: number, node: number): void {
  if (!isSingle(value))
    throw new ModelExportError(`node ${node}: expected a finite float32 leaf, got ${value}`);
}

function isSingle(value: number): boolean {
  return Number.isFinite(value) && Math.fround(value) === value;
}

/** `base_score`, and the leaf that each output gets before its first tree where that cannot say it. */
function startOf(
  { start }: BoostingModel,
  zero: number,
): {
  readonly base: number;
  readonly leading: readonly number[];
} {
  const isOne = start.every((margin) => margin === start[0]);
  if (isOne && start[0] === 0) return { base: zero, leading: [] };
  // Where 0 stands for 0 the margin is `base_score` itself.
  return isOne && zero === 0 ? { base: start[0], leading: [] } : { base: zero, leading: [...start] };
}

/** A tree as XGBoost stores it: parallel lists, the root first, −1 for no child. */
interface StoredTree {
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly feature: readonly number[];
  readonly condition: readonly number[];
  readonly defaultLeft: readonly number[];
  /** The listed categories, which go right; null at a threshold and in a leaf. */
  readonly categories: readonly (readonly number[] | null)[];
  readonly cover: readonly number[];
  readonly gain: readonly number[];
}

function leafTree(value: number): StoredTree {
  return {
    left: [-1],
    right: [-1],
    feature: [0],
    condition: [value],
    defaultLeft: [0],
    categories: [null],
    cover: [0],
    gain: [0],
  };
}

function storedTrees(trees: Trees): StoredTree[] {
  return Array.from({ length: treeCount(trees) }, (_, tree) => storedTree(trees, tree));
}

function storedTree(trees: Trees, tree: number): StoredTree {
  const [first, end] = [trees.start[tree], trees.start[tree + 1]];
  const nodes = Array.from({ length: end - first }, (_, i) => first + i);
  const isLeaf = (node: number) => trees.feature[node] < 0;
  // Categories that go left in ours: the same split seen in a mirror.
  const isMirrored = (node: number) => !isLeaf(node) && trees.rule[node] === rules.setLeft;
  const child = (node: number, own: Uint32Array, other: Uint32Array) =>
    isLeaf(node) ? -1 : (isMirrored(node) ? other : own)[node] - first;
  return {
    left: nodes.map((node) => child(node, trees.left, trees.right)),
    right: nodes.map((node) => child(node, trees.right, trees.left)),
    feature: nodes.map((node) => Math.max(0, trees.feature[node])),
    condition: nodes.map((node) => conditionOf(trees, node)),
    defaultLeft: nodes.map((node) =>
      isMirrored(node) ? 1 - trees.defaultLeft[node] : trees.defaultLeft[node],
    ),
    categories: nodes.map((node) =>
      isLeaf(node) || trees.rule[node] === rules.below ? null : categoriesOf(trees, node),
    ),
    cover: nodes.map((node) => Math.fround(trees.cover[node])),
    gain: nodes.map((node) => Math.fround(trees.gain[node])),
  };
}

/** A leaf's value, or a threshold; XGBoost reads none of a set of categories. */
function conditionOf({ feature, rule, value, threshold }: Trees, node: number): number {
  if (feature[node] < 0) return value[node];
  if (rule[node] !== rules.below) return 0;
  return Math.max(-largestSingle, Math.min(largestSingle, Math.fround(threshold[node])));
}

const noParent = 2 ** 31 - 1;

function treeText(tree: StoredTree, id: number, columns: number): string {
  const { left, right, condition, categories } = tree;
  const parents = new Array<number>(left.length).fill(noParent);
  for (const children of [left, right]) {
    children.forEach((child, node) => {
      if (child >= 0) parents[child] = node;
    });
  }
  const owners = categories.flatMap((set, node) => (set ? [{ set, node }] : []));
  let end = 0;
  const starts = owners.map(({ set }) => (end += set.length) - set.length);
  return record({
    base_weights: singles(condition.map((value, node) => (left[node] < 0 ? value : 0))),
    categories: JSON.stringify(owners.flatMap(({ set }) => set)),
    categories_nodes: JSON.stringify(owners.map(({ node }) => node)),
    categories_segments: JSON.stringify(starts),
    categories_sizes: JSON.stringify(owners.map(({ set }) => set.length)),
    default_left: JSON.stringify(tree.defaultLeft),
    id: String(id),
    left_children: JSON.stringify(left),
    loss_changes: singles(tree.gain),
    parents: JSON.stringify(parents),
    right_children: JSON.stringify(right),
    split_conditions: singles(condition),
    split_indices: JSON.stringify(tree.feature),
    split_type: JSON.stringify(categories.map((set) => Number(set !== null))),
    sum_hessian: singles(tree.cover),
    tree_param: `{"num_deleted":"0","num_feature":"${columns}","num_nodes":"${left.length}","size_leaf_vector":"0"}`,
  });
}

function singles(values: readonly number[]): string {
  return list(values.map(singleText));
}

/** `c` for a column tested by categories, `float` otherwise. */
function featureTypes({ columns, trees }: BoostingModel): string[] {
  const types = new Array<string>(columns).fill('float');
  trees.feature.forEach((feature, node) => {
    if (feature >= 0 && trees.rule[node] !== rules.below) types[feature] = 'c';
  });
  return types;
}
