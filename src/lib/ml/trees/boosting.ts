import type { Matrix } from '../core/matrix.ts';
import { type Random, seededRandom } from '../core/random.ts';
import { type BoostingData, type BoostingOptions, type Settings, settingsOf } from './boosting-options.ts';
import { checkedWeights, checkInteger, checkMatrix } from './checks.ts';
import { fillMemory, planOf } from './engine/plan-training.ts';
import { drawByGradientInto, drawRowsInto } from './engine/row-draws.ts';
import { keepMemory, takeMemory } from './engine/simd.ts';
import { startTraining, type Training } from './engine/train.ts';
import { type GrownTree, writeTree } from './grow.ts';
import { type Loss, lossOf, type LossSettings } from './losses.ts';
import type { BoostingModel } from './model.ts';
import { leafOf, type Trees, treeWriter } from './trees.ts';

export type { BoostingData, BoostingOptions } from './boosting-options.ts';

/**
 * Second-order gradient boosting on histograms with XGBoost's regularised gain. Values are compared as float32.
 * @throws RangeError that names what is wrong with the data or the options
 * @see Chen and Guestrin, "XGBoost: A Scalable Tree Boosting System" (2016), eq. 6 and 7, algorithm 3
 */
export function fitBoosting(data: BoostingData, options: BoostingOptions): BoostingModel {
  checkMatrix('x', data.x);
  const settings = settingsOf(data, options);
  const { loss, ...train } = checkedData(data, settings);
  const start = startOf(loss, train, settings);
  const held = settings.validation && checkedValidation(settings.validation, data.x, settings);
  const watch = held && validationWatch(held, start, settings);
  return {
    kind: 'boosting',
    version: 2,
    family: settings.family,
    loss: loss.name,
    columns: data.x.columns,
    outputs: loss.outputs,
    start,
    sums: settings.family === 'xgboost' ? 'single' : 'double',
    trees: boost(data, train, start, loss, settings, watch),
    statistics: null,
  };
}

interface CheckedData {
  readonly loss: Loss;
  readonly x: Matrix;
  readonly labels: Float64Array;
  readonly weights: Float64Array;
}

function lossSettingsOf({ groups }: BoostingData, settings: Settings): LossSettings {
  const { maxDeltaStep, family, classes } = settings;
  return {
    // LightGBM's factor of multiclass.
    ...(family === 'lightgbm' && { curvature: classes / (classes - 1) }),
    ...(maxDeltaStep !== undefined && { maxDeltaStep }),
    ...settings.lossSettings,
    ...(groups && { groups: Uint32Array.from(groups) }),
  };
}

function checkedData(data: BoostingData, settings: Settings): CheckedData {
  const loss = lossOf(settings.loss, settings.classes, lossSettingsOf(data, settings));
  loss.checkLabels(data.labels, data.x.rows);
  const weights = checkedWeights(data.weights, data.x.rows);
  return { loss, x: data.x, labels: Float64Array.from(data.labels), weights };
}

function checkedValidation(data: BoostingData, { columns }: Matrix, settings: Settings): CheckedData {
  checkMatrix('validation', data.x, columns);
  return checkedData(data, settings);
}

function startOf(
  loss: Loss,
  { labels, weights }: Omit<CheckedData, 'loss'>,
  settings: Settings,
): Float64Array {
  const start = settings.start ? Float64Array.from(settings.start) : loss.start(labels, weights);
  checkInteger('start: length', start.length, loss.outputs, loss.outputs);
  return settings.family === 'xgboost' ? start.map(Math.fround) : start;
}

function boost(
  data: BoostingData,
  train: Omit<CheckedData, 'loss'>,
  start: Float64Array,
  loss: Loss,
  settings: Settings,
  watch: ValidationWatch | undefined,
): Trees {
  const plan = planOf(data, settings, loss, lossSettingsOf(data, settings));
  const memory = takeMemory(plan.layout.bytes, plan.kernel, plan.threads > 1);
  fillMemory(memory, plan, data, { ...train, start });
  const training = startTraining({ memory, plan, isWeighted: data.weights !== undefined }, settings.crew);
  try {
    settings.onBundles?.(training.bundles);
    const trees = growRounds(training, loss.outputs, settings, watch);
    training.end();
    if (plan.threads === 1) keepMemory(memory);
    return trees;
  } catch (error) {
    training.fail();
    throw error;
  }
}

function growRounds(
  training: Training,
  outputs: number,
  settings: Settings,
  watch: ValidationWatch | undefined,
): Trees {
  const { thread } = training;
  const writer = treeWriter(1);
  const random = seededRandom(settings.seed);
  const sample = rowSampler(training, settings, random);
  for (let round = 1; round <= settings.rounds; round++) {
    const newest: GrownTree[] = [];
    for (let output = 0; output < outputs; output++) {
      training.computeGradients(output);
      const sampled = sample(round, output);
      const tree = training.grow(output, sampled, Math.floor(random() * 2 ** 32));
      writeTree(thread, writer, tree);
      newest.push(tree);
    }
    settings.onRound?.(round);
    if (watch?.isOver(treesOf(thread, newest))) break;
  }
  return writer.finish((watch?.bestRound() ?? settings.rounds) * outputs);
}

function treesOf(thread: Training['thread'], grown: readonly GrownTree[]): Trees {
  const writer = treeWriter(1);
  for (const tree of grown) writeTree(thread, writer, tree);
  return writer.view();
}

/** Lists the rows of the next tree, the sample first, and returns how many that is. */
function rowSampler(
  { thread }: Training,
  settings: Settings,
  random: Random,
): (round: number, output: number) => number {
  const { rows, gradients } = thread.views;
  const { sampling, rate, topRate, otherRate, rowShare } = settings;
  if (sampling === 'goss')
    return (round) =>
      round <= Math.floor(1 / rate)
        ? rows.length
        : drawByGradientInto(rows, gradients, topRate, otherRate, random);
  if (Math.round(rowShare * rows.length) === rows.length) return () => rows.length;
  // All trees of a round see the same rows.
  const drawn = new Uint32Array(rows.length);
  let count = 0;
  return (_, output) => {
    if (output === 0) count = drawRowsInto(drawn, rowShare, random);
    rows.set(drawn);
    return count;
  };
}

interface ValidationWatch {
  /** Adds a round's trees; true when the loss has not fallen for too long. */
  isOver(newest: Trees): boolean;
  bestRound(): number;
}

function validationWatch(
  { loss, x, labels, weights }: CheckedData,
  start: Float64Array,
  settings: Settings,
): ValidationWatch {
  const margins = Float64Array.from({ length: x.rows * loss.outputs }, (_, i) => start[i % loss.outputs]);
  let [round, best, bestRound] = [0, Infinity, 1];
  return {
    isOver: (newest) => {
      round++;
      for (let i = 0; i < margins.length; i++) {
        const offset = Math.floor(i / loss.outputs) * x.columns;
        margins[i] += newest.value[leafOf(newest, i % loss.outputs, x.values, offset)];
      }
      const mean = loss.mean(margins, labels, weights);
      if (mean < best) [best, bestRound] = [mean, round];
      return round - bestRound >= settings.patience;
    },
    bestRound: () => bestRound,
  };
}
