import type { Matrix } from '../core/matrix.ts';
import { integerBelow, type Random, seededRandom } from '../core/random.ts';
import { binMatrix } from './bins.ts';
import {
  checkClasses,
  checkedWeights,
  checkInteger,
  checkMatrix,
  checkNumbers,
  checkRange,
} from './checks.ts';
import { growTree, type GrowOptions, type GrowPlace, histogramPool, type Leaf } from './grow.ts';
import { plainKernel, type TreeKernel } from './histogram.ts';
import { type Loss, lossOf } from './losses.ts';
import type { BoostingModel } from './model.ts';
import { leafOf, type Trees, treeWriter } from './trees.ts';

export interface BoostingData {
  readonly x: Matrix;
  /** 0 or 1 for logistic, the class index for softmax, any number for squared. */
  readonly labels: ArrayLike<number>;
  /** Positive; 1 unless told. */
  readonly weights?: ArrayLike<number>;
}

export interface BoostingOptions {
  readonly seed: number;
  readonly loss: Loss['name'];
  /** Classes of softmax. */
  readonly classes?: number;
  /** Trees an output gets at most; 100. */
  readonly rounds?: number;
  /** Shrinkage of each tree; 0.1. */
  readonly rate?: number;
  /** Level by level, or always the most gainful leaf; depth. */
  readonly growth?: 'depth' | 'leaf';
  /** 6; 0 for no limit, then `leaves` must be set. */
  readonly depth?: number;
  /** 0, no limit. */
  readonly leaves?: number;
  /** L2 on leaf values; 1. */
  readonly lambda?: number;
  /** L1 on leaf values; 0. */
  readonly alpha?: number;
  /** Least gain of a split; 0. */
  readonly gamma?: number;
  /** Least sum of second derivatives on each side of a split; 1. */
  readonly minChildWeight?: number;
  /** Share of the rows each tree sees, drawn without replacement; 1. */
  readonly rowShare?: number;
  /** Share of the columns each tree sees; 1. */
  readonly columnShare?: number;
  /** Intervals a column; 255. */
  readonly maxBins?: number;
  /** The margins to start from; the best constant unless told. */
  readonly start?: readonly number[];
  /** Stops when the loss here has not fallen for `patience` rounds, and keeps the best round. */
  readonly validation?: BoostingData;
  /** 20. */
  readonly patience?: number;
  readonly kernel?: TreeKernel;
  /** Called after every round with its number, from 1. */
  onRound?(round: number): void;
}

const defaults = {
  classes: 2,
  rounds: 100,
  rate: 0.1,
  growth: 'depth',
  depth: 6,
  leaves: 0,
  lambda: 1,
  alpha: 0,
  gamma: 0,
  minChildWeight: 1,
  rowShare: 1,
  columnShare: 1,
  maxBins: 255,
  patience: 20,
  kernel: plainKernel,
} as const;

type Settings = BoostingOptions & { [K in keyof typeof defaults]-?: NonNullable<BoostingOptions[K]> };

/**
 * Second-order gradient boosting on histograms with XGBoost's regularised gain.
 * @see Chen and Guestrin, "XGBoost: A Scalable Tree Boosting System" (2016), eq. 6 and 7, algorithm 3
 */
export function fitBoosting(data: BoostingData, options: BoostingOptions): BoostingModel {
  const settings: Settings = { ...defaults, ...options };
  checkSettings(settings);
  const loss = lossOf(settings.loss, settings.classes);
  const train = checkedData('x', data, settings);
  const start = settings.start ? Float64Array.from(settings.start) : loss.start(train.labels, train.weights);
  checkInteger('start: length', start.length, loss.outputs, loss.outputs);
  const watch =
    settings.validation && validationWatch(settings.validation, data.x.columns, start, loss, settings);
  const trees = boost(train, start, loss, settings, watch);
  const { columns } = data.x;
  return {
    kind: 'boosting',
    version: 2,
    family: 'xgboost',
    loss: loss.name,
    columns,
    outputs: loss.outputs,
    start,
    sums: 'double',
    trees,
    statistics: null,
  };
}

interface CheckedData {
  readonly x: Matrix;
  readonly labels: Float64Array;
  readonly weights: Float64Array;
}

function checkedData(name: string, data: BoostingData, settings: Settings, columns?: number): CheckedData {
  checkMatrix(name, data.x, columns);
  if (settings.loss === 'squared') checkNumbers(data.labels, data.x.rows);
  else checkClasses(data.labels, data.x.rows, settings.loss === 'logistic' ? 2 : settings.classes);
  const weights = checkedWeights(data.weights, data.x.rows);
  return { x: data.x, labels: Float64Array.from(data.labels), weights };
}

function checkSettings(settings: Settings): void {
  checkInteger('rounds', settings.rounds, 1, 100_000);
  checkInteger('classes', settings.classes, 2, 1000);
  checkInteger('depth', settings.depth, 0, 60);
  checkInteger('leaves', settings.leaves, 0, 1_000_000);
  checkInteger('patience', settings.patience, 1, 100_000);
  checkRange('rate', settings.rate, 1e-9, 1);
  for (const name of ['lambda', 'alpha', 'gamma', 'minChildWeight'] as const)
    checkRange(name, settings[name], 0, Number.MAX_VALUE);
  for (const name of ['rowShare', 'columnShare'] as const) checkRange(name, settings[name], 1e-9, 1);
  if (settings.depth === 0 && settings.leaves === 0)
    throw new RangeError('depth, leaves: expected at least one limit, got 0 and 0');
}

function boost(
  train: CheckedData,
  start: Float64Array,
  loss: Loss,
  settings: Settings,
  watch: ValidationWatch | undefined,
): Trees {
  const { rows: n, columns: d } = train.x;
  const data = binMatrix(train.x, settings.maxBins);
  const random = seededRandom(settings.seed);
  const margins = repeated(start, n);
  const gradients = new Float64Array(2 * n);
  const writer = treeWriter(1);
  const [rows, scratch] = [new Uint32Array(n), new Uint32Array(n)];
  const pool = histogramPool(2 * data.binStart[d]);
  const place: GrowPlace = { kernel: settings.kernel, data, writer, rows, scratch, pool };
  const grow: GrowOptions = settings;
  for (let round = 1; round <= settings.rounds; round++) {
    const rowCount = drawRowsInto(rows, settings.rowShare, random);
    const columns = drawColumns(d, settings.columnShare, random);
    const before = loss.outputs > 1 ? margins.slice() : margins;
    for (let output = 0; output < loss.outputs; output++) {
      loss.gradientsInto(gradients, before, train.labels, train.weights, output);
      const leaves = growTree(place, rowCount, columns, gradients, grow);
      if (rowCount === n) addLeaves(margins, rows, leaves, loss.outputs, output);
    }
    if (rowCount < n) addLastTrees(margins, writer.view(), train.x, loss.outputs);
    settings.onRound?.(round);
    if (watch?.isOver(writer.view())) break;
  }
  return writer.finish((watch?.bestRound() ?? settings.rounds) * loss.outputs);
}

function repeated(start: Float64Array, rows: number): Float64Array {
  const margins = new Float64Array(rows * start.length);
  for (let i = 0; i < margins.length; i++) margins[i] = start[i % start.length];
  return margins;
}

/** Fills `rows` with the drawn row numbers, ascending, and returns how many; all of them at share 1. */
function drawRowsInto(rows: Uint32Array, share: number, random: Random): number {
  const wanted = Math.max(1, Math.round(share * rows.length));
  let count = 0;
  // Selection sampling: row i is taken with chance (still wanted) / (still to come). Knuth, volume 2, 3.4.2, algorithm S.
  for (let i = 0; i < rows.length && count < wanted; i++) {
    if (wanted === rows.length || (rows.length - i) * random() < wanted - count) rows[count++] = i;
  }
  return count;
}

function drawColumns(columns: number, share: number, random: Random): Uint32Array {
  const all = Uint32Array.from({ length: columns }, (_, i) => i);
  const wanted = Math.max(1, Math.round(share * columns));
  if (wanted === columns) return all;
  for (let i = 0; i < wanted; i++) {
    const j = i + integerBelow(random, columns - i);
    [all[i], all[j]] = [all[j], all[i]];
  }
  return all.slice(0, wanted).sort();
}

function addLeaves(
  margins: Float64Array,
  rows: Uint32Array,
  leaves: readonly Leaf[],
  outputs: number,
  output: number,
): void {
  for (const { from, to, value } of leaves) {
    for (let k = from; k < to; k++) margins[rows[k] * outputs + output] += value;
  }
}

/** Adds the trees of the newest round to every row's margins, also those the trees did not see. */
function addLastTrees(margins: Float64Array, trees: Trees, x: Matrix, outputs: number): void {
  const first = trees.start.length - 1 - outputs;
  for (let output = 0; output < outputs; output++) {
    for (let row = 0; row < x.rows; row++) {
      const leaf = leafOf(trees, first + output, x.values, row * x.columns);
      margins[row * outputs + output] += trees.value[leaf];
    }
  }
}

interface ValidationWatch {
  /** Adds the newest trees; true when the loss has not fallen for too long. */
  isOver(trees: Trees): boolean;
  bestRound(): number;
}

function validationWatch(
  validation: BoostingData,
  columns: number,
  start: Float64Array,
  loss: Loss,
  settings: Settings,
): ValidationWatch {
  const held = checkedData('validation', validation, settings, columns);
  const margins = repeated(start, held.x.rows);
  let [round, best, bestRound] = [0, Infinity, 1];
  return {
    isOver: (trees) => {
      round++;
      addLastTrees(margins, trees, held.x, loss.outputs);
      const mean = loss.mean(margins, held.labels, held.weights);
      if (mean < best) [best, bestRound] = [mean, round];
      return round - bestRound >= settings.patience;
    },
    bestRound: () => bestRound,
  };
}
