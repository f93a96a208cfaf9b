import { integerBelow, normal, type Random, seededRandom } from '#lib/ml/core/random.ts';
import { writeLightgbmText, writeXgboostJson } from '#lib/ml/trees/exchange/index.ts';
import type { BoostingModel, LossName } from '#lib/ml/trees/index.ts';
import { leastRoundingTo } from '#lib/ml/trees/single.ts';
import { categoryWords, rules, type TreeWriter, treeWriter } from '#lib/ml/trees/trees.ts';

/** How the originals hold numbers: XGBoost everything in float32, LightGBM in float64. */
type Format = 'xgboost' | 'lightgbm';

export interface OurModel {
  /** Of the committed file: `ours-binary.xgboost.json`. */
  readonly file: string;
  readonly model: BoostingModel;
  readonly text: string;
}

const columns = 5;
/** Columns that hold categories. */
const firstCategorical = 3;

/** Models no library ever grew: every kind of node, at random, so that the files prove the format and not an engine. */
export function ourModels(): OurModel[] {
  return [
    ours('xgboost', 'binary', 'logistic', [-0.625]),
    ours('xgboost', 'softprob', 'softmax', [0.1, -0.3, 0.25]),
    ours('xgboost', 'squared', 'squared', [12.5]),
    ours('xgboost', 'poisson', 'poisson', [0.75]),
    ours('xgboost', 'cox', 'cox', [0]),
    ours('xgboost', 'ranking', 'ranking', [0]),
    ours('lightgbm', 'binary', 'logistic', [-0.61]),
    ours('lightgbm', 'multiclass', 'softmax', [0.1, -0.3, 0.25]),
    ours('lightgbm', 'regression', 'squared', [12.3]),
    ours('lightgbm', 'poisson', 'poisson', [0.7]),
    ours('lightgbm', 'ranking', 'ranking', [0]),
  ];
}

function ours(format: Format, name: string, loss: LossName, start: readonly number[]): OurModel {
  const isSingle = format === 'xgboost';
  const model: BoostingModel = {
    kind: 'boosting',
    version: 2,
    family: format,
    loss,
    columns,
    outputs: start.length,
    start: Float64Array.from(start, isSingle ? Math.fround : Number),
    sums: isSingle ? 'single' : 'double',
    trees: randomTrees(format, 3 * start.length, name.length),
    statistics: null,
  };
  const text = isSingle ? writeXgboostJson(model) : writeLightgbmText(model);
  return { file: `ours-${name}.${format}.${isSingle ? 'json' : 'txt'}`, model, text };
}

function randomTrees(format: Format, count: number, seed: number): BoostingModel['trees'] {
  const random = seededRandom(seed);
  const writer = treeWriter(1);
  for (let tree = 0; tree < count; tree++) {
    writer.openTree();
    grow(writer, format, random, writer.addNode(256), 256, tree === 0 ? 0 : 4);
  }
  return writer.finish(count);
}

function grow(
  writer: TreeWriter,
  format: Format,
  random: Random,
  node: number,
  cover: number,
  levels: number,
): void {
  if (levels === 0 || random() < 0.1) {
    const value = normal(random) / 4;
    writer.setValue(node, 0, format === 'xgboost' ? Math.fround(value) : value);
    return;
  }
  const [left, right] = [writer.addNode(cover / 2), writer.addNode(cover / 2)];
  writer.split(node, { left, right, gain: 2 * levels, ...randomTest(format, random) });
  grow(writer, format, random, left, cover / 2, levels - 1);
  grow(writer, format, random, right, cover / 2, levels - 1);
}

function randomTest(format: Format, random: Random) {
  const feature = integerBelow(random, columns);
  const defaultLeft = random() < 0.5;
  if (feature < firstCategorical) {
    const cut = random() < 0.1 ? Infinity : normal(random);
    return { feature, defaultLeft, threshold: format === 'xgboost' ? leastRoundingTo(Math.fround(cut)) : cut };
  }
  const listed = Array.from({ length: 40 }, (_, category) => category).filter(() => random() < 0.4);
  const rule = random() < 0.5 ? rules.setRight : rules.setLeft;
  // LightGBM sends missing values where categories go that are not listed.
  const missingLeft = format === 'lightgbm' ? rule === rules.setRight : defaultLeft;
  return { feature, defaultLeft: missingLeft, threshold: 0, rule, set: categoryWords(listed) };
}
