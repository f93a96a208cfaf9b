import type { BoostingModel, LossName } from '../model.ts';
import { leastRoundingTo, nextSingle } from '../single.ts';
import { rules, treeCount, type Trees } from '../trees.ts';
import { checkNames, type ExportOptions } from './export-options.ts';
import { ModelExportError } from './model-file-error.ts';

const functions: Readonly<Partial<Record<LossName, string>>> = {
  squared: 'RMSE',
  logistic: 'Logloss',
  softmax: 'MultiClass',
  poisson: 'Poisson',
  cox: 'Cox',
  ranking: 'YetiRank',
};

/** CatBoost's own limit on the depth of an oblivious tree. */
const deepest = 16;

/** A test of one level, the same in every node of it. */
interface Level {
  readonly feature: number;
  readonly border: number;
  readonly defaultLeft: boolean;
}

interface ObliviousTree {
  readonly levels: readonly Level[];
  /** Bit k of the index says what level k answered. */
  readonly values: readonly number[];
  readonly weights: readonly number[];
}

/**
 * The model in CatBoost's JSON layout. CatBoost itself has not loaded such a file here (it cannot be run where this was
 * made); our own reader gives the same answers, and the layout is that of files CatBoost 1.2 wrote.
 * @throws ModelExportError for trees that are not oblivious, categories, target statistics, thresholds that are no float32
 */
export function writeCatboostJson(model: BoostingModel, options: ExportOptions = {}): string {
  const type = functions[model.loss];
  if (!type)
    throw new ModelExportError(
      `loss: expected one of ${Object.keys(functions).join(', ')}, got ${model.loss}`,
    );
  if (model.statistics && model.statistics.derived.length > 0)
    throw new ModelExportError('statistics: expected none, their tables are not written');
  if (model.sums !== 'double')
    throw new ModelExportError(
      `sums: expected double, CatBoost adds up scores in float64, got ${model.sums}`,
    );
  const { trees, outputs, columns } = model;
  const oblivious = Array.from({ length: treeCount(trees) }, (_, tree) => obliviousTree(trees, tree));
  const rounds = Array.from({ length: oblivious.length / outputs }, (_, round) =>
    oblivious.slice(round * outputs, (round + 1) * outputs),
  );
  const floats = floatFeatures(oblivious, columns, checkNames(options.names, columns));
  return JSON.stringify({
    features_info: { float_features: floats },
    model_info: { params: { loss_function: { params: {}, type } } },
    oblivious_trees: rounds.map((own, round) => treeRecord(own, round, splitNumbers(floats))),
    scale_and_bias: [1, [...model.start]],
  });
}

/** A leaf above the last level answers for every combination of the tests below it, each with its share of the weight. */
function obliviousTree(trees: Trees, tree: number): ObliviousTree {
  const levels: Level[] = [];
  let places = [{ node: trees.start[tree], share: 1 }];
  for (;;) {
    const inner = places.filter(({ node }) => trees.feature[node] >= 0);
    if (inner.length === 0) break;
    const [first, ...others] = inner.map(({ node }) => levelOf(trees, node));
    if (levels.length === deepest || !others.every((other) => isSame(other, first)))
      throw new ModelExportError(
        `tree ${tree}: expected the same test in all nodes of a level, on at most ${deepest} levels`,
      );
    levels.push(first);
    const below = (children: Uint32Array) =>
      places.map(({ node, share }) =>
        trees.feature[node] < 0 ? { node, share: share / 2 } : { node: children[node], share },
      );
    places = [...below(trees.left), ...below(trees.right)];
  }
  return {
    levels,
    values: places.map(({ node }) => trees.value[node]),
    weights: places.map(({ node, share }) => trees.cover[node] * share),
  };
}

function isSame(a: Level, b: Level): boolean {
  return a.feature === b.feature && a.border === b.border && a.defaultLeft === b.defaultLeft;
}

function levelOf({ feature, threshold, rule, defaultLeft }: Trees, node: number): Level {
  const cut = Math.fround(threshold[node]);
  if (rule[node] !== rules.below || !Number.isFinite(cut) || leastRoundingTo(cut) !== threshold[node])
    throw new ModelExportError(`node ${node}: expected a finite float32 threshold, got ${threshold[node]}`);
  // `v < cut` goes left, which for float32 v is `v <= border`.
  return { feature: feature[node], border: nextSingle(cut, -1), defaultLeft: defaultLeft[node] === 1 };
}

interface FloatFeature {
  readonly borders: readonly number[];
  readonly feature_id: string;
  readonly feature_index: number;
  readonly flat_feature_index: number;
  readonly has_nans: boolean;
  readonly nan_value_treatment: 'AsFalse' | 'AsTrue';
}

function floatFeatures(
  trees: readonly ObliviousTree[],
  columns: number,
  names: readonly string[],
): FloatFeature[] {
  return Array.from({ length: columns }, (_, column) => {
    const tests = trees.flatMap(({ levels }) => levels.filter(({ feature }) => feature === column));
    const isLeft = tests.every(({ defaultLeft }) => defaultLeft);
    if (!isLeft && tests.some(({ defaultLeft }) => defaultLeft))
      throw new ModelExportError(`column ${column}: expected missing values to go one way in all trees`);
    return {
      borders: [...new Set(tests.map(({ border }) => border))].sort((a, b) => a - b),
      feature_id: names[column] ?? '',
      feature_index: column,
      flat_feature_index: column,
      has_nans: true,
      nan_value_treatment: isLeft ? 'AsFalse' : 'AsTrue',
    };
  });
}

/** The number of each border, counted over all columns. */
function splitNumbers(floats: readonly FloatFeature[]): (level: Level) => number {
  let end = 0;
  const first = floats.map(({ borders }) => (end += borders.length) - borders.length);
  return ({ feature, border }) => first[feature] + floats[feature].borders.indexOf(border);
}

/** One tree for all outputs: their values side by side in each leaf. */
function treeRecord(
  own: readonly ObliviousTree[],
  round: number,
  numberOf: (level: Level) => number,
): unknown {
  const [{ levels, weights }] = own;
  for (const other of own) {
    if (other.levels.length !== levels.length || !other.levels.every((level, k) => isSame(level, levels[k])))
      throw new ModelExportError(`round ${round}: expected the same tests for every output`);
  }
  return {
    leaf_values: weights.flatMap((_, leaf) => own.map(({ values }) => values[leaf])),
    leaf_weights: weights,
    splits: levels.map((level) => ({
      border: level.border,
      float_feature_index: level.feature,
      split_index: numberOf(level),
      split_type: 'FloatFeature',
    })),
  };
}
