import type { BoostingModel, LossName } from '../model.ts';
import { leastRoundingTo } from '../single.ts';
import { rules, type TreeWriter, treeWriter } from '../trees.ts';
import { writeFileTree } from './file-tree.ts';
import type { ForeignModel } from './foreign-model.ts';
import {
  countOf,
  field,
  type Found,
  integersOf,
  inWords,
  lengthOf,
  listOf,
  numbersOf,
  optionalField,
  parseModelJson,
  textOf,
} from './json-file.ts';
import { type Budget, limits, openBudget } from './limits.ts';
import { ModelFileError } from './model-file-error.ts';

/** How a margin follows from `base_score`. */
type Link = 'identity' | 'logit' | 'log';

const objectives = new Map<string, { readonly loss: LossName; readonly link: Link }>([
  ['reg:squarederror', { loss: 'squared', link: 'identity' }],
  ['reg:linear', { loss: 'squared', link: 'identity' }],
  ['reg:logistic', { loss: 'logistic', link: 'logit' }],
  ['binary:logistic', { loss: 'logistic', link: 'logit' }],
  ['binary:logitraw', { loss: 'logistic', link: 'logit' }],
  ['multi:softmax', { loss: 'softmax', link: 'identity' }],
  ['multi:softprob', { loss: 'softmax', link: 'identity' }],
  ['count:poisson', { loss: 'poisson', link: 'log' }],
  ['survival:cox', { loss: 'cox', link: 'log' }],
  ['reg:absoluteerror', { loss: 'quantile', link: 'identity' }],
  ['reg:quantileerror', { loss: 'quantile', link: 'identity' }],
  ['rank:pairwise', { loss: 'ranking', link: 'identity' }],
  ['rank:ndcg', { loss: 'ranking', link: 'identity' }],
  ['rank:map', { loss: 'ranking', link: 'identity' }],
]);

/**
 * The model of a file that `Booster.save_model('….json')` wrote. Margins equal XGBoost's bit for bit: thresholds, leaves and
 * sums are float32. The start alone comes through a logarithm: where the C library of the machine rounds it otherwise
 * than to the nearest float32 (about one `base_score` in 200), margins differ in their last bit.
 * @throws ModelFileError with the place of what is wrong or cannot be served alike
 * @see https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html
 */
export function readXgboostJson(text: string): ForeignModel {
  const file = parseModelJson(text);
  const learner = field(file, 'learner');
  const { loss, link } = objectiveOf(field(field(learner, 'objective'), 'name'));
  const parameters = field(learner, 'learner_model_param');
  const columns = countOf(field(parameters, 'num_feature'), 1, limits.columns);
  const outputs = outputsOf(parameters, loss);
  const trees = readTrees(field(learner, 'gradient_booster'), columns, outputs);
  const model: BoostingModel = {
    kind: 'boosting',
    version: 2,
    family: 'xgboost',
    loss,
    columns,
    outputs,
    start: startOf(field(parameters, 'base_score'), link, outputs),
    sums: 'single',
    trees,
    statistics: null,
  };
  return { model, names: namesOf(learner, columns), madeBy: `XGBoost ${versionOf(file)}` };
}

function objectiveOf(name: Found): { readonly loss: LossName; readonly link: Link } {
  const found = objectives.get(textOf(name));
  if (found) return found;
  throw new ModelFileError(
    name.place,
    `expected one of ${[...objectives.keys()].join(', ')}, got ${inWords(name.value)}`,
  );
}

function outputsOf(parameters: Found, loss: LossName): number {
  const targets = optionalField(parameters, 'num_target');
  if (targets) countOf(targets, 0, 1);
  const classes = field(parameters, 'num_class');
  if (loss === 'softmax') return countOf(classes, 2, limits.outputs);
  countOf(classes, 0, 1);
  return 1;
}

/** A scalar, or since XGBoost 3.1 a list in brackets, one number an output. */
function startOf(base: Found, link: Link, outputs: number): Float64Array {
  const inner = /^\[(.*)\]$/.exec(String(base.value))?.[1] ?? String(base.value);
  const scores = inner.split(',').map((word) => (word.trim() === '' ? NaN : Math.fround(Number(word))));
  if (scores.length !== 1 && scores.length !== outputs)
    throw new ModelFileError(base.place, `expected 1 or ${outputs} numbers, got ${scores.length}`);
  const margins = scores.map((score) => marginOf(score, link));
  if (!margins.every(Number.isFinite)) {
    const range = { identity: 'a number', logit: 'a number between 0 and 1', log: 'a number above 0' }[link];
    throw new ModelFileError(base.place, `expected ${range}, got ${inWords(base.value)}`);
  }
  return Float64Array.from({ length: outputs }, (_, k) => margins[k] ?? margins[0]);
}

/** In float32 at each step, as XGBoost. */
function marginOf(score: number, link: Link): number {
  if (link === 'identity') return score;
  if (link === 'log') return Math.fround(Math.log(score));
  return Math.fround(0 - Math.log(Math.fround(Math.fround(1 / score) - 1)));
}

function namesOf(learner: Found, columns: number): readonly string[] | null {
  const found = optionalField(learner, 'feature_names');
  if (!found) return null;
  const names = listOf(found, limits.columns).map(textOf);
  if (names.length === 0) return null;
  if (names.length !== columns)
    throw new ModelFileError(found.place, `expected ${columns} names, got ${names.length}`);
  return names;
}

function versionOf(file: Found): string {
  const version = optionalField(file, 'version');
  if (!version) return 'of unknown version';
  return listOf(version, 3)
    .map((part) => countOf(part, -1, 1e6))
    .join('.');
}

/** Boosted forests list the trees of one output together; ours take turns, and each output keeps the order of its own. */
function readTrees(booster: Found, columns: number, outputs: number): BoostingModel['trees'] {
  const name = field(booster, 'name');
  if (name.value !== 'gbtree')
    throw new ModelFileError(name.place, `expected gbtree, got ${inWords(name.value)}`);
  const model = field(booster, 'model');
  const listed = listOf(field(model, 'trees'), limits.trees);
  const outputOf = integersOf(field(model, 'tree_info'), listed.length, 0, outputs - 1);
  const byOutput = Array.from({ length: outputs }, (_, k) => listed.filter((_tree, t) => outputOf[t] === k));
  const rounds = listed.length / outputs;
  byOutput.forEach((own, k) => {
    if (own.length !== rounds)
      throw new ModelFileError(
        `${model.place}.tree_info`,
        `expected ${rounds} trees for output ${k}, got ${own.length}`,
      );
  });
  const writer = treeWriter(1);
  const budget = openBudget();
  for (let round = 0; round < rounds; round++)
    for (const own of byOutput) readTree(writer, shortened(own[round]), columns, budget);
  return writer.finish(listed.length);
}

/** `learner.gradient_booster.model.trees[3]` is `trees[3]` to anyone who looks for it. */
function shortened({ place, value }: Found): Found {
  return { place: place.slice(place.lastIndexOf('trees[')), value };
}

function readTree(writer: TreeWriter, tree: Found, columns: number, budget: Budget): void {
  checkLeafSize(tree);
  const nodes = nodesOf(field(tree, 'left_children'));
  budget.take('nodes', nodes, tree.place);
  const integers = (name: string, low: number, high: number) =>
    integersOf(field(tree, name), nodes, low, high);
  const left = integers('left_children', -1, nodes - 1);
  const right = integers('right_children', -1, nodes - 1);
  const conditions = numbersOf(field(tree, 'split_conditions'), nodes).map(Math.fround);
  const covers = numbersOf(field(tree, 'sum_hessian'), nodes);
  const gains = numbersOf(field(tree, 'loss_changes'), nodes);
  // Pruned nodes name the column 2³¹ − 1.
  const feature = integers('split_indices', 0, 2 ** 31 - 1);
  const defaultLeft = integers('default_left', 0, 1);
  const setOf = readSets(tree, nodes, budget);
  writeFileTree(writer, {
    place: tree.place,
    childPlaces: [`${tree.place}.left_children`, `${tree.place}.right_children`],
    left,
    right,
    cover: covers,
    leafValue: (node) => checkedNumber(tree, 'split_conditions', node, conditions[node]),
    splitOf: (node) => ({
      feature: checkedColumn(tree, node, feature[node], columns),
      defaultLeft: defaultLeft[node] === 1,
      gain: checkedNumber(tree, 'loss_changes', node, gains[node]),
      ...(setOf.has(node)
        ? { threshold: 0, rule: rules.setRight, set: setOf.get(node) }
        : { threshold: thresholdOf(tree, node, conditions[node]) }),
    }),
  });
}

function checkLeafSize(tree: Found): void {
  const parameters = optionalField(tree, 'tree_param');
  const size = parameters && optionalField(parameters, 'size_leaf_vector');
  if (size) countOf(size, 0, 1);
}

function nodesOf(found: Found): number {
  const nodes = lengthOf(found, limits.nodes);
  if (nodes === 0) throw new ModelFileError(found.place, 'expected at least one node, got none');
  return nodes;
}

function checkedNumber({ place }: Found, name: string, node: number, value: number): number {
  if (Number.isFinite(value)) return value;
  throw new ModelFileError(`${place}.${name}[${node}]`, `expected a number, got ${value}`);
}

function checkedColumn({ place }: Found, node: number, column: number, columns: number): number {
  if (column < columns) return column;
  throw new ModelFileError(
    `${place}.split_indices[${node}]`,
    `expected a column from 0 to ${columns - 1}, got ${column}`,
  );
}

function thresholdOf({ place }: Found, node: number, cut: number): number {
  if (!Number.isNaN(cut)) return leastRoundingTo(cut);
  throw new ModelFileError(`${place}.split_conditions[${node}]`, 'expected a number, got NaN');
}

/** The category sets by node, listed one after another. Files from before XGBoost 1.3 have none. */
function readSets(tree: Found, nodes: number, budget: Budget): ReadonlyMap<number, Uint32Array> {
  const sets = new Map<number, Uint32Array>();
  const types = optionalField(tree, 'split_type');
  if (!types) return sets;
  const isCategorical = integersOf(types, nodes, 0, 1);
  const list = field(tree, 'categories');
  const categories = integersOf(list, lengthOf(list, limits.nodes), 0, limits.categories - 1);
  const owners = field(tree, 'categories_nodes');
  const count = lengthOf(owners, nodes);
  const nodeOf = integersOf(owners, count, 0, nodes - 1);
  const segments = field(tree, 'categories_segments');
  const starts = integersOf(segments, count, 0, categories.length);
  const sizes = integersOf(field(tree, 'categories_sizes'), count, 0, categories.length);
  let end = 0;
  nodeOf.forEach((node, k) => {
    if (starts[k] !== end || end + sizes[k] > categories.length)
      throw new ModelFileError(
        `${segments.place}[${k}]`,
        `expected segments one after another in ${categories.length} categories, got ${sizes[k]} from ${starts[k]}`,
      );
    end += sizes[k];
    if (isCategorical[node] === 1) sets.set(node, wordsOf(categories.subarray(starts[k], end), budget, list));
  });
  isCategorical.forEach((flag, node) => {
    if (flag === 1 && !sets.has(node))
      throw new ModelFileError(`${types.place}[${node}]`, 'expected its categories in this tree, got none');
  });
  return sets;
}

function wordsOf(categories: Int32Array, budget: Budget, { place }: Found): Uint32Array {
  const length = categories.reduce((words, category) => Math.max(words, (category >> 5) + 1), 0);
  budget.take('categoryWords', length, place);
  const words = new Uint32Array(length);
  for (const category of categories) words[category >> 5] |= 1 << (category & 31);
  return words;
}
