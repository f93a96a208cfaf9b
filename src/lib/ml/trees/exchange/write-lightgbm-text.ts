import type { BoostingModel, LossName } from '../model.ts';
import { nextDouble } from '../single.ts';
import { rules, treeCount, type Trees } from '../trees.ts';
import { categoriesOf, checkNames, type ExportOptions } from './export-options.ts';
import { ModelExportError } from './model-file-error.ts';

const objectives: Readonly<Partial<Record<LossName, string>>> = {
  squared: 'regression',
  logistic: 'binary sigmoid:1',
  softmax: 'multiclass',
  poisson: 'poisson',
  ranking: 'lambdarank',
};

/**
 * The model as LightGBM 4 loads it, raw scores equal bit for bit. The start becomes one leaf before the first tree of each
 * output. `leaf_count` and `internal_count` are the covers, rounded. The same model gives the same text.
 * @throws ModelExportError when LightGBM could not answer alike: sums in float32, target statistics, missing values that
 * follow a listed category, losses it has no name for
 */
export function writeLightgbmText(model: BoostingModel, options: ExportOptions = {}): string {
  const objective = objectives[model.loss];
  if (!objective)
    throw new ModelExportError(
      `loss: expected one of ${Object.keys(objectives).join(', ')}, got ${model.loss}`,
    );
  checkIsDouble(model);
  const blocks = [
    ...leadingLeaves(model),
    ...Array.from({ length: treeCount(model.trees) }, (_, tree) => treeLines(model.trees, tree)),
  ].map((lines, tree) => `Tree=${tree}\n${lines.join('\n')}\n\n\n`);
  const head = [
    'tree',
    'version=v4',
    `num_class=${model.outputs}`,
    `num_tree_per_iteration=${model.outputs}`,
    'label_index=0',
    `max_feature_idx=${model.columns - 1}`,
    `objective=${objective}${model.loss === 'softmax' ? ` num_class:${model.outputs}` : ''}`,
    `feature_names=${namesFor(model, options).join(' ')}`,
    `feature_infos=${featureInfos(model).join(' ')}`,
    // LightGBM finds its trees by these; every character of a block is one byte.
    `tree_sizes=${blocks.map((block) => block.length).join(' ')}`,
  ];
  return `${head.join('\n')}\n\n${blocks.join('')}end of trees\n\nparameters:\nend of parameters\n`;
}

function checkIsDouble({ sums, statistics, trees }: BoostingModel): void {
  if (statistics && statistics.derived.length > 0)
    throw new ModelExportError('statistics: expected none, LightGBM computes no target statistics');
  if (sums !== 'double')
    throw new ModelExportError(`sums: expected double, LightGBM adds up scores in float64, got ${sums}`);
  trees.feature.forEach((feature, node) => {
    if (feature < 0 || trees.rule[node] === rules.below) return;
    if ((trees.defaultLeft[node] === 1) === (trees.rule[node] === rules.setLeft))
      throw new ModelExportError(
        `node ${node}: expected missing values on the side of categories not listed, as LightGBM sends them`,
      );
  });
}

const forbiddenInNames = /[\s,:"[\]{}]/;

function namesFor({ columns }: BoostingModel, { names }: ExportOptions): readonly string[] {
  const given = checkNames(names, columns);
  const wrong = given.find((name) => name === '' || forbiddenInNames.test(name));
  if (wrong !== undefined)
    throw new ModelExportError(
      `names: expected neither spaces nor any of ,:"[]{}, got ${JSON.stringify(wrong)}`,
    );
  return given.length > 0 ? given : Array.from({ length: columns }, (_, k) => `Column_${k}`);
}

/** The values a column may take, as far as the trees know: any number, the listed categories, or none tested. */
function featureInfos({ columns, trees }: BoostingModel): string[] {
  const categories = new Map<number, Set<number>>();
  const infos = new Array<string>(columns).fill('none');
  trees.feature.forEach((feature, node) => {
    if (feature < 0) return;
    if (trees.rule[node] === rules.below) infos[feature] = '[-inf:inf]';
    else {
      const known = categories.get(feature) ?? new Set();
      categories.set(feature, known);
      for (const category of categoriesOf(trees, node)) known.add(category);
    }
  });
  for (const [feature, known] of categories) infos[feature] = [...known].sort((a, b) => a - b).join(':');
  return infos;
}

function leadingLeaves({ start }: BoostingModel): string[][] {
  if (start.every((margin) => margin === 0)) return [];
  return [...start].map(leafLines);
}

function leafLines(value: number): string[] {
  const empty = ['split_feature', 'split_gain', 'threshold', 'decision_type', 'left_child', 'right_child'];
  const counts = ['leaf_weight', 'leaf_count', 'internal_value', 'internal_weight', 'internal_count'];
  return [
    'num_leaves=1',
    'num_cat=0',
    ...empty.map((name) => `${name}=`),
    `leaf_value=${text(value)}`,
    ...counts.map((name) => `${name}=`),
    'is_linear=0',
    'shrinkage=1',
  ];
}

/** LightGBM numbers inner nodes and leaves apart and writes leaf k as −1 − k. */
function treeLines(trees: Trees, tree: number): string[] {
  const { start, feature, rule, value, cover } = trees;
  const nodes = Array.from({ length: start[tree + 1] - start[tree] }, (_, i) => start[tree] + i);
  const leaves = nodes.filter((node) => feature[node] < 0);
  const inner = nodes.filter((node) => feature[node] >= 0);
  if (inner.length === 0) return leafLines(value[leaves[0]]);
  const numberOf = new Map([
    ...leaves.map((node, k) => [node, ~k] as const),
    ...inner.map((node, k) => [node, k] as const),
  ]);
  // Categories that go right in ours: the same split seen in a mirror.
  const isMirrored = (node: number) => rule[node] === rules.setRight;
  const child = (node: number, own: Uint32Array, other: Uint32Array) =>
    numberOf.get((isMirrored(node) ? other : own)[node]);
  const sets = setLines(trees, inner);
  const rounded = (node: number) => Math.round(cover[node]);
  return [
    `num_leaves=${leaves.length}`,
    `num_cat=${sets.count}`,
    line('split_feature', inner, (node) => feature[node]),
    line('split_gain', inner, (node) => text(trees.gain[node])),
    line('threshold', inner, (node) => sets.indexOf.get(node) ?? text(thresholdBelow(trees.threshold[node]))),
    line('decision_type', inner, (node) => decisionOf(trees, node)),
    line('left_child', inner, (node) => child(node, trees.left, trees.right)),
    line('right_child', inner, (node) => child(node, trees.right, trees.left)),
    line('leaf_value', leaves, (node) => text(value[node])),
    line('leaf_weight', leaves, (node) => text(cover[node])),
    line('leaf_count', leaves, rounded),
    line('internal_value', inner, () => 0),
    line('internal_weight', inner, (node) => text(cover[node])),
    line('internal_count', inner, rounded),
    ...sets.lines,
    'is_linear=0',
    'shrinkage=1',
  ];
}

function line(name: string, nodes: readonly number[], of: (node: number) => unknown): string {
  return `${name}=${nodes.map((node) => String(of(node))).join(' ')}`;
}

/** Numbers in the words of C. */
function text(value: number): string {
  return value === Infinity ? 'inf' : value === -Infinity ? '-inf' : String(value);
}

/** `v < t` for every float64 v is `v <= thresholdBelow(t)`. */
function thresholdBelow(threshold: number): number {
  return Number.isFinite(threshold) ? nextDouble(threshold, -1) : threshold;
}

const decision = { categorical: 1, defaultLeft: 2, missingIsNaN: 8 } as const;

function decisionOf({ rule, defaultLeft }: Trees, node: number): number {
  if (rule[node] !== rules.below) return decision.categorical;
  return decision.missingIsNaN + (defaultLeft[node] === 1 ? decision.defaultLeft : 0);
}

interface SetLines {
  readonly count: number;
  readonly indexOf: ReadonlyMap<number, number>;
  readonly lines: readonly string[];
}

function setLines({ rule, setStart, sets }: Trees, inner: readonly number[]): SetLines {
  const owners = inner.filter((node) => rule[node] !== rules.below);
  const bounds = [0];
  const words: number[] = [];
  for (const node of owners) {
    for (let word = setStart[node]; word < setStart[node + 1]; word++) words.push(sets[word]);
    bounds.push(words.length);
  }
  return {
    count: owners.length,
    indexOf: new Map(owners.map((node, k) => [node, k])),
    lines:
      owners.length > 0 ? [`cat_boundaries=${bounds.join(' ')}`, `cat_threshold=${words.join(' ')}`] : [],
  };
}
