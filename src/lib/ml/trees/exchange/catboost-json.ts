import type { BoostingModel, LossName } from '../model.ts';
import { leastRoundingTo, nextSingle } from '../single.ts';
import { categoryWords, rules, type TreeWriter, treeWriter, type WrittenSplit } from '../trees.ts';
import { type CodesByHash, codesByHash, type CtrColumn, ctrThreshold, readCtrs } from './catboost-tables.ts';
import { checkCover } from './file-tree.ts';
import type { ForeignModel } from './foreign-model.ts';
import {
  countOf,
  field,
  type Found,
  inWords,
  lengthOf,
  listOf,
  numberOf,
  numbersOf,
  optionalField,
  parseModelJson,
  textOf,
} from './json-file.ts';
import { type Budget, limits, openBudget } from './limits.ts';
import { ModelFileError } from './model-file-error.ts';

const lossOfFunction = new Map<string, LossName>([
  ['RMSE', 'squared'],
  ['Logloss', 'logistic'],
  ['CrossEntropy', 'logistic'],
  ['MultiClass', 'softmax'],
  ['Poisson', 'poisson'],
  ['Quantile', 'quantile'],
  ['MAE', 'quantile'],
  ['Cox', 'cox'],
  ['PairLogit', 'ranking'],
  ['PairLogitPairwise', 'ranking'],
  ['YetiRank', 'ranking'],
  ['YetiRankPairwise', 'ranking'],
  ['QueryRMSE', 'ranking'],
]);

/** CatBoost's own limit on the depth of an oblivious tree. */
const deepest = 16;

export interface CatboostFileOptions {
  /** Categories are whole numbers from 0 to below this; 1000. Files that hold others are refused. */
  readonly codes?: number;
}

/**
 * The model of a file that CatBoost's `save_model('….json', format='json')` wrote: oblivious trees on numbers, one-hot
 * categories and target statistics of type Borders and Buckets. Raw scores agree to the last digits of float64 (CatBoost
 * scales and shifts the sum, we the leaves).
 * @throws ModelFileError with the place of what is wrong or cannot be served alike
 * @see https://catboost.ai/docs/en/concepts/json-tutorial_model-parameters
 */
export function readCatboostJson(text: string, { codes = 1000 }: CatboostFileOptions = {}): ForeignModel {
  const file = parseModelJson(text);
  const known = codesByHash(codes);
  const features = readFeatures(file, known);
  const listed = listOf(field(file, 'oblivious_trees'), limits.trees);
  const [scaleAt, biasAt] = listOf(field(file, 'scale_and_bias'), 2);
  const bias = Array.isArray(biasAt?.value) ? listOf(biasAt, limits.outputs) : [biasAt];
  if (!scaleAt || !biasAt) throw new ModelFileError('scale_and_bias', 'expected two values, got fewer');
  const outputs = listed.length > 0 ? outputsOf(listed[0]) : bias.length;
  const loss = lossOf(file, outputs);
  const start = startOf(bias, outputs);
  const writer = treeWriter(1);
  const budget = openBudget();
  const scale = finite(scaleAt);
  for (const tree of listed) readTree(writer, tree, features, outputs, scale, budget);
  const { columns, names, ctrs } = features;
  const model: BoostingModel = {
    kind: 'boosting',
    version: 2,
    family: 'catboost',
    loss,
    columns,
    outputs,
    start,
    sums: 'double',
    trees: writer.finish(listed.length * outputs),
    statistics: ctrs.length > 0 ? { derived: ctrs.map(({ derived }) => derived) } : null,
  };
  return { model, names, madeBy: 'CatBoost' };
}

function finite(found: Found): number {
  const value = numberOf(found);
  if (Number.isFinite(value)) return value;
  throw new ModelFileError(found.place, `expected a number, got ${value}`);
}

/** What the trees may ask: of each split number, its test. */
interface Features {
  readonly columns: number;
  readonly names: readonly string[] | null;
  readonly ctrs: readonly CtrColumn[];
  /** By `split_index`: borders of numbers, then one-hot values, then borders of statistics. */
  readonly splits: readonly FileSplit[];
}

interface FileSplit {
  readonly test: Omit<WrittenSplit, 'left' | 'right' | 'gain'>;
  /** The border, or the hash of a one-hot category; the trees repeat it. */
  readonly mark: number;
}

interface InputFeature {
  readonly found: Found;
  readonly column: number;
}

function readFeatures(file: Found, known: CodesByHash): Features {
  const info = field(file, 'features_info');
  for (const name of ['text_features', 'embedding_features']) {
    const list = optionalField(info, name);
    if (list && lengthOf(list, limits.columns) > 0)
      throw new ModelFileError(list.place, 'expected numbers and categories only');
  }
  const floats = inputsOf(info, 'float_features');
  const categories = inputsOf(info, 'categorical_features');
  const columns = floats.length + categories.length;
  checkColumns([...floats, ...categories], columns);
  const ctrList = optionalField(info, 'ctrs');
  const ctrs = readCtrs(
    file,
    ctrList ? listOf(ctrList, limits.columns) : [],
    categories.map(({ column }) => column),
    known,
  );
  const splits = [
    ...floats.flatMap(floatSplits),
    ...categories.flatMap((feature) => oneHotSplits(feature, known)),
    ...ctrs.flatMap((ctr, k) => ctrSplits(ctr, columns + k)),
  ];
  return { columns, names: namesOf([...floats, ...categories]), ctrs, splits };
}

function inputsOf(info: Found, name: string): InputFeature[] {
  const list = optionalField(info, name);
  if (!list) return [];
  return listOf(list, limits.columns).map((found) => ({
    found,
    column: countOf(field(found, 'flat_feature_index'), 0, limits.columns - 1),
  }));
}

function checkColumns(inputs: readonly InputFeature[], columns: number): void {
  if (columns === 0) throw new ModelFileError('features_info', 'expected features, got none');
  const seen = new Set<number>();
  for (const { found, column } of inputs) {
    if (column >= columns || seen.has(column))
      throw new ModelFileError(
        `${found.place}.flat_feature_index`,
        `expected each of 0 to ${columns - 1} once, got ${column}`,
      );
    seen.add(column);
  }
}

function namesOf(inputs: readonly InputFeature[]): readonly string[] | null {
  const names = new Array<string>(inputs.length);
  for (const { found, column } of inputs) {
    const id = optionalField(found, 'feature_id');
    if (!id || id.value === '') return null;
    names[column] = textOf(id);
  }
  return names;
}

function floatSplits({ found, column }: InputFeature): FileSplit[] {
  const treatment = optionalField(found, 'nan_value_treatment')?.value ?? 'AsIs';
  const list = optionalField(found, 'borders');
  if (!list || list.value === null) return [];
  return listOf(list, limits.nodes).map((border) => {
    const mark = Math.fround(finite(border));
    // `v > border` goes right in float32, which for float32 v is `v >= the next one`.
    const threshold = leastRoundingTo(nextSingle(mark, 1));
    return { mark, test: { feature: column, threshold, defaultLeft: treatment !== 'AsTrue' } };
  });
}

function oneHotSplits({ found, column }: InputFeature, known: CodesByHash): FileSplit[] {
  const list = optionalField(found, 'values');
  if (!list || list.value === null) return [];
  return listOf(list, limits.nodes).map((value) => {
    const mark = countOf(value, -(2 ** 31), 2 ** 32 - 1) >>> 0;
    const code = known.get(mark);
    if (code === undefined)
      throw new ModelFileError(
        value.place,
        `expected the hash of a category from 0 to ${known.size - 1}, got ${mark}`,
      );
    const set = categoryWords([code]);
    return { mark, test: { feature: column, threshold: 0, defaultLeft: true, rule: rules.setRight, set } };
  });
}

function ctrSplits(ctr: CtrColumn, feature: number): FileSplit[] {
  return ctr.borders.map((border) => ({
    mark: Math.fround(border),
    test: { feature, threshold: ctrThreshold(ctr, border), defaultLeft: true },
  }));
}

function lossOf(file: Found, outputs: number): LossName {
  const parameters = field(field(file, 'model_info'), 'params');
  const parsed =
    typeof parameters.value === 'string'
      ? { ...parseModelJson(parameters.value), place: parameters.place }
      : parameters;
  const type = field(field(parsed, 'loss_function'), 'type');
  const loss = lossOfFunction.get(textOf(type));
  if (!loss)
    throw new ModelFileError(
      type.place,
      `expected one of ${[...lossOfFunction.keys()].join(', ')}, got ${inWords(type.value)}`,
    );
  if ((loss === 'softmax') !== outputs > 1)
    throw new ModelFileError(
      type.place,
      `expected scores to fit ${String(type.value)}, got ${outputs} a row`,
    );
  return loss;
}

function startOf(bias: readonly Found[], outputs: number): Float64Array {
  const values = bias.map(finite);
  if (values.length !== outputs && !(values.length === 1 && values[0] === 0))
    throw new ModelFileError('scale_and_bias', `expected ${outputs} biases, got ${values.length}`);
  return Float64Array.from({ length: outputs }, (_, k) => values[k] ?? 0);
}

function depthOf(tree: Found): number {
  const splits = field(tree, 'splits');
  return splits.value === null ? 0 : lengthOf(splits, deepest);
}

function outputsOf(tree: Found): number {
  const values = field(tree, 'leaf_values');
  const outputs = lengthOf(values, limits.nodes) / 2 ** depthOf(tree);
  if (Number.isInteger(outputs) && outputs >= 1 && outputs <= limits.outputs) return outputs;
  throw new ModelFileError(values.place, `expected the same number a leaf, got ${outputs}`);
}

/** One tree of the file is one of ours for each output. Bit k of a leaf's number says what split k answered. */
function readTree(
  writer: TreeWriter,
  tree: Found,
  { splits }: Features,
  outputs: number,
  scale: number,
  budget: Budget,
): void {
  const depth = depthOf(tree);
  const leaves = 2 ** depth;
  budget.take('nodes', (2 * leaves - 1) * outputs, tree.place);
  const tests =
    depth === 0 ? [] : listOf(field(tree, 'splits'), deepest).map((split) => testOf(split, splits));
  const values = numbersOf(field(tree, 'leaf_values'), leaves * outputs);
  values.forEach((value, i) => {
    if (!Number.isFinite(value))
      throw new ModelFileError(`${tree.place}.leaf_values[${i}]`, `expected a number, got ${value}`);
  });
  const weights = numbersOf(field(tree, 'leaf_weights'), leaves);
  weights.forEach((weight, leaf) => checkCover(`${tree.place}.leaf_weights`, leaf, weight));
  for (let output = 0; output < outputs; output++)
    writeOblivious(writer, tests, weights, (leaf) => scale * values[leaf * outputs + output]);
}

function testOf(split: Found, splits: readonly FileSplit[]): FileSplit['test'] {
  const index = field(split, 'split_index');
  const { test, mark } = splits[countOf(index, 0, splits.length - 1)];
  const repeated = optionalField(split, 'border') ?? field(split, 'value');
  const own = numberOf(repeated);
  if (Math.fround(own) !== mark && own >>> 0 !== mark)
    throw new ModelFileError(repeated.place, `expected ${mark} as in features_info, got ${own}`);
  return test;
}

function writeOblivious(
  writer: TreeWriter,
  tests: readonly FileSplit['test'][],
  weights: Float64Array,
  valueOf: (leaf: number) => number,
): void {
  const covers = coversByLevel(weights, tests.length);
  writer.openTree();
  let level = [writer.addNode(covers[0][0])];
  tests.forEach((test, k) => {
    const next = new Array<number>(2 * level.length);
    level.forEach((node, leaf) => {
      const other = leaf | (1 << k);
      const left = (next[leaf] = writer.addNode(covers[k + 1][leaf]));
      const right = (next[other] = writer.addNode(covers[k + 1][other]));
      writer.split(node, { ...test, left, right, gain: 0 });
    });
    level = next;
  });
  level.forEach((node, leaf) => writer.setValue(node, 0, valueOf(leaf)));
}

/** At level k, the weight that answered the first k splits as the bits of the index say. */
function coversByLevel(weights: Float64Array, depth: number): Float64Array[] {
  const levels = [weights];
  for (let k = depth - 1; k >= 0; k--) {
    const below = levels[0];
    levels.unshift(Float64Array.from({ length: 1 << k }, (_, leaf) => below[leaf] + below[leaf | (1 << k)]));
  }
  return levels;
}
