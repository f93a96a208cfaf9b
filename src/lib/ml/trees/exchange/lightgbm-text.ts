import type { BoostingModel, LossName } from '../model.ts';
import { nextDouble } from '../single.ts';
import { rules, type TreeWriter, treeWriter, type WrittenSplit } from '../trees.ts';
import { writeFileTree } from './file-tree.ts';
import type { ForeignModel } from './foreign-model.ts';
import { inWords } from './json-file.ts';
import { type Budget, checkLengthOfFile, limits, openBudget } from './limits.ts';
import { ModelFileError } from './model-file-error.ts';
import {
  integerIn,
  integersIn,
  numbersIn,
  placeOf,
  readSection,
  type Section,
  wordOf,
  wordsOf,
} from './text-file.ts';

const lossOfObjective = new Map<string, LossName>([
  ['regression', 'squared'],
  ['binary', 'logistic'],
  ['cross_entropy', 'logistic'],
  ['multiclass', 'softmax'],
  ['poisson', 'poisson'],
  ['quantile', 'quantile'],
  ['regression_l1', 'quantile'],
  ['lambdarank', 'ranking'],
  ['rank_xendcg', 'ranking'],
]);

/**
 * The model of a file that LightGBM's `save_model` wrote, raw scores equal bit for bit: both add up float64 tree by tree.
 * `cover` holds row counts, which LightGBM's own SHAP values weigh by.
 * @throws ModelFileError with the place of what is wrong or cannot be served alike (zero as missing, linear leaves,
 * averaged trees)
 * @see LightGBM, src/boosting/gbdt_model_text.cpp and include/LightGBM/tree.h
 */
export function readLightgbmText(text: string): ForeignModel {
  checkLengthOfFile(text);
  const { head, blocks } = splitFile(text);
  const outputs = integerIn(head, 'num_tree_per_iteration', 1, limits.outputs);
  const loss = lossOf(head, outputs);
  const columns = 1 + integerIn(head, 'max_feature_idx', 0, limits.columns - 1);
  const names = wordsOf(head, 'feature_names');
  if (names.length !== columns)
    throw new ModelFileError('feature_names', `expected ${columns} names, got ${names.length}`);
  if (blocks.length % outputs !== 0)
    throw new ModelFileError('file', `expected trees in rounds of ${outputs}, got ${blocks.length}`);
  const writer = treeWriter(1);
  const budget = openBudget();
  for (const block of blocks) readTree(writer, block, columns, budget);
  const model: BoostingModel = {
    kind: 'boosting',
    version: 2,
    family: 'lightgbm',
    loss,
    columns,
    outputs,
    start: new Float64Array(outputs),
    sums: 'double',
    trees: writer.finish(blocks.length),
    statistics: null,
  };
  return { model, names, madeBy: `LightGBM, format ${wordOf(head, 'version')}` };
}

interface FileParts {
  readonly head: Section;
  readonly blocks: readonly Section[];
}

function splitFile(text: string): FileParts {
  const lines = text.split(/\r?\n/);
  if (lines[0] !== 'tree') throw new ModelFileError('line 1', `expected tree, got ${inWords(lines[0])}`);
  const end = lines.indexOf('end of trees');
  if (end < 0) throw new ModelFileError('file', 'expected a line "end of trees", got none: the file is cut');
  const starts = lines.flatMap((line, i) => (i < end && line.startsWith('Tree=') ? [i] : []));
  if (starts.length > limits.trees)
    throw new ModelFileError('file', `expected at most ${limits.trees} trees, got ${starts.length}`);
  const headLines = lines.slice(1, starts[0] ?? end);
  const head = readSection('', headLines);
  const version = wordOf(head, 'version');
  if (version !== 'v3' && version !== 'v4')
    throw new ModelFileError('version', `expected v3 or v4, got ${inWords(version)}`);
  if (headLines.includes('average_output'))
    throw new ModelFileError('average_output', 'expected boosting, whose trees add up, got averaged trees');
  const blocks = starts.map((start, t) =>
    readSection(lines[start], lines.slice(start + 1, starts[t + 1] ?? end)),
  );
  return { head, blocks };
}

function lossOf(head: Section, outputs: number): LossName {
  const [name = '', ...options] = wordsOf(head, 'objective');
  const loss = lossOfObjective.get(name);
  if (!loss)
    throw new ModelFileError(
      'objective',
      `expected one of ${[...lossOfObjective.keys()].join(', ')}, got ${inWords(name)}`,
    );
  const allowed = new Map([
    ['sigmoid', '1'],
    ['num_class', String(outputs)],
  ]);
  for (const option of options) {
    const [key, value] = option.split(':');
    if (key === 'sqrt' || (allowed.has(key) && Number(value) !== Number(allowed.get(key))))
      throw new ModelFileError(
        'objective',
        `expected ${allowed.has(key) ? `${key}:${allowed.get(key)}` : 'plain labels'}, got ${inWords(option)}`,
      );
  }
  if ((loss === 'softmax') !== outputs > 1)
    throw new ModelFileError('num_tree_per_iteration', `expected one a class of ${name}, got ${outputs}`);
  return loss;
}

/** Inner nodes come first and leaves after them, so leaf k is node `inner + k`. */
function readTree(writer: TreeWriter, block: Section, columns: number, budget: Budget): void {
  const leaves = integerIn(block, 'num_leaves', 1, limits.nodes);
  const inner = leaves - 1;
  budget.take('nodes', leaves + inner, block.place);
  if (block.values.has('is_linear')) integerIn(block, 'is_linear', 0, 0);
  const values = numbersIn(block, 'leaf_value', leaves);
  const childrenOf = (name: string) => {
    const children = new Int32Array(leaves + inner).fill(-1);
    if (inner > 0)
      children.set(
        integersIn(block, name, inner, -leaves, inner - 1).map((child) =>
          child < 0 ? inner + ~child : child,
        ),
      );
    return children;
  };
  writeFileTree(writer, {
    place: block.place,
    childPlaces: [placeOf(block, 'left_child'), placeOf(block, 'right_child')],
    left: childrenOf('left_child'),
    right: childrenOf('right_child'),
    cover: coverOf(block, inner, leaves),
    leafValue: (node) => {
      const value = values[node - inner];
      if (Number.isFinite(value)) return value;
      throw new ModelFileError(
        `${placeOf(block, 'leaf_value')}[${node - inner}]`,
        `expected a number, got ${value}`,
      );
    },
    splitOf: inner > 0 ? splitsOf(block, inner, columns, budget) : noSplit,
  });
}

function noSplit(): never {
  throw new RangeError('noSplit: expected a tree of one leaf to have no split');
}

/** A tree of one leaf leaves its counts out. */
function coverOf(block: Section, inner: number, leaves: number): Float64Array {
  const counts = new Float64Array(inner + leaves);
  if (inner === 0) return counts;
  counts.set(numbersIn(block, 'internal_count', inner));
  counts.set(numbersIn(block, 'leaf_count', leaves), inner);
  return counts;
}

type FileSplit = Omit<WrittenSplit, 'left' | 'right'>;

// decision_type: bit 0 says categorical, bit 1 missing goes left, bits 2 and 3 what counts as missing.
const missingTypes = ['none', 'zero', 'NaN'] as const;

function splitsOf(
  block: Section,
  inner: number,
  columns: number,
  budget: Budget,
): (node: number) => FileSplit {
  const features = integersIn(block, 'split_feature', inner, 0, columns - 1);
  const thresholds = numbersIn(block, 'threshold', inner);
  const gains = numbersIn(block, 'split_gain', inner);
  const decisions = integersIn(block, 'decision_type', inner, 0, 11);
  const sets = readSets(block, budget);
  return (node) => {
    const common = { feature: features[node], gain: gains[node] };
    const missing = missingTypes[decisions[node] >> 2];
    if (decisions[node] & 1) {
      const set = sets[thresholds[node]];
      if (set) return { ...common, threshold: 0, defaultLeft: false, rule: rules.setLeft, set };
      const place = `${placeOf(block, 'threshold')}[${node}]`;
      throw new ModelFileError(
        place,
        `expected one of ${sets.length} category sets, got ${thresholds[node]}`,
      );
    }
    if (missing === 'zero')
      throw new ModelFileError(
        `${placeOf(block, 'decision_type')}[${node}]`,
        'expected missing values of type none or NaN, got zero (train with zero_as_missing=false)',
      );
    // Without missing values in training, LightGBM reads NaN as 0.
    const defaultLeft = missing === 'none' ? 0 <= thresholds[node] : (decisions[node] & 2) !== 0;
    return { ...common, threshold: thresholdAbove(thresholds[node]), defaultLeft };
  };
}

/** `v <= t` for every float64 v is `v < thresholdAbove(t)`. */
function thresholdAbove(threshold: number): number {
  return Number.isFinite(threshold) ? nextDouble(threshold, 1) : threshold;
}

function readSets(block: Section, budget: Budget): readonly Uint32Array[] {
  const count = integerIn(block, 'num_cat', 0, limits.nodes);
  if (count === 0) return [];
  const length = wordsOf(block, 'cat_threshold').length;
  budget.take('categoryWords', length, block.place);
  const words = Uint32Array.from(integersIn(block, 'cat_threshold', length, 0, 2 ** 32 - 1));
  const bounds = integersIn(block, 'cat_boundaries', count + 1, 0, length);
  return Array.from({ length: count }, (_, k) => {
    if (bounds[k] > bounds[k + 1])
      throw new ModelFileError(
        `${placeOf(block, 'cat_boundaries')}[${k + 1}]`,
        `expected at least ${bounds[k]}, got ${bounds[k + 1]}`,
      );
    return words.slice(bounds[k], bounds[k + 1]);
  });
}
