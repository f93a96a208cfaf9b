import type { Matrix } from '../../core/matrix.ts';
import {
  checkClasses,
  checkedWeights,
  checkInteger,
  checkMatrix,
  checkNumbers,
  checkRange,
} from '../checks.ts';
import { automaticRate } from './learning-rate.ts';

export interface CatboostData {
  /** Codes of categorical columns are whole numbers from 0; NaN is missing in a number and a code of its own in a category. */
  readonly x: Matrix;
  /** 0 or 1 for logistic, the class index for softmax, any number for squared. */
  readonly labels: ArrayLike<number>;
  /** Positive; 1 unless told. */
  readonly weights?: ArrayLike<number>;
}

/** After each option CatBoost's own name for it; the defaults are CatBoost's on a CPU. */
export interface CatboostOptions {
  /** random_seed. The stream of chance is ours, so drawn numbers differ from CatBoost's. */
  readonly seed: number;
  /** loss_function: RMSE, Logloss, MultiClass. */
  readonly loss: 'squared' | 'logistic' | 'softmax';
  /** classes_count of softmax. */
  readonly classes?: number;
  /** iterations; 1000. */
  readonly rounds?: number;
  /** learning_rate; from rows and rounds by CatBoost's formula for squared and logistic, 0.03 for softmax. */
  readonly rate?: number;
  /** depth; 6, at most 16. */
  readonly depth?: number;
  /** l2_leaf_reg, times the mean weight of a row; 3. */
  readonly lambda?: number;
  /** score_function; Cosine. */
  readonly score?: 'cosine' | 'l2';
  /** random_strength: how strongly scores are shaken, less and less as the model grows; 1. */
  readonly noise?: number;
  /** border_count, at most 254; 254. */
  readonly borders?: number;
  /** rsm: chance of each column to be looked at for a split; 1. */
  readonly columnShare?: number;
  /** min_data_in_leaf; 1. CatBoost heeds it in other tree shapes alone; here no split may leave fewer rows on a side, unless none. */
  readonly leastLeafRows?: number;
  /** bootstrap_type; MVS, for softmax Bayesian. */
  readonly sampling?: 'mvs' | 'bayesian' | 'bernoulli' | 'none';
  /** subsample of MVS and Bernoulli; 0.8 and 0.66, and 1 under 100 rows. */
  readonly rowShare?: number;
  /** bagging_temperature of the Bayesian bootstrap; 1. */
  readonly temperature?: number;
  /** leaf_estimation_method; Newton. */
  readonly leafMethod?: 'newton' | 'gradient';
  /** leaf_estimation_iterations, each halved while it does not improve the loss; 10 for logistic, 1 for others. */
  readonly leafSteps?: number;
  /** boosting_type; Plain. */
  readonly boosting?: 'plain' | 'ordered';
  /** fold_len_multiplier of ordered boosting; 2. */
  readonly foldGrowth?: number;
  /** permutation_count; 4, of which one serves the leaf values and the others the structures. */
  readonly permutations?: number;
  /** Row numbers in the order to read them for statistics and ordered boosting, instead of drawn orders. */
  readonly permutation?: ArrayLike<number>;
  /** cat_features: columns that hold codes. */
  readonly categorical?: readonly number[];
  /** one_hot_max_size: categories up to which a column is compared code by code; 2. */
  readonly oneHotMax?: number;
  /** max_ctr_complexity: categorical columns read together at most; 4. */
  readonly mostCombined?: number;
  /** Priors of the statistics of type Borders; 0, 0.5, 1. */
  readonly priors?: readonly number[];
  /** Whether the share of rows with the same code, type Counter, is offered too; true. */
  readonly counter?: boolean;
  /** model_size_reg: how much less a statistic of many categories gains when new to the model; 0.5. */
  readonly sizePenalty?: number;
  /** boost_from_average; true for squared, which alone knows it here. */
  readonly fromAverage?: boolean;
  /** eval_set: stops when the loss here has not fallen for `patience` rounds, and keeps the best round. */
  readonly validation?: CatboostData;
  /** od_wait; 20. */
  readonly patience?: number;
  /** Called after every round with its number, from 1. */
  onRound?(round: number): void;
}

const defaults = {
  classes: 2,
  rounds: 1000,
  depth: 6,
  lambda: 3,
  score: 'cosine',
  noise: 1,
  borders: 254,
  columnShare: 1,
  leastLeafRows: 1,
  temperature: 1,
  leafMethod: 'newton',
  boosting: 'plain',
  foldGrowth: 2,
  permutations: 4,
  categorical: [],
  oneHotMax: 2,
  mostCombined: 4,
  priors: [0, 0.5, 1],
  counter: true,
  sizePenalty: 0.5,
  patience: 20,
} as const;

type Derived = 'rate' | 'sampling' | 'rowShare' | 'leafSteps' | 'fromAverage';
type Named = keyof typeof defaults | Derived;
export type Settings = CatboostOptions & { [K in Named]-?: NonNullable<CatboostOptions[K]> };

export interface CheckedData {
  readonly x: Matrix;
  readonly labels: Float64Array;
  readonly weights: Float64Array;
}

/** Fills in what was left out, for a table of so many rows. @throws RangeError that says what is out of range */
export function checkedSettings(options: CatboostOptions, x: Matrix): Settings {
  const { loss } = options;
  const sampling = options.sampling ?? (loss === 'softmax' ? 'bayesian' : 'mvs');
  const settings: Settings = {
    ...defaults,
    rate: 0,
    sampling,
    rowShare: x.rows < 100 ? 1 : sampling === 'bernoulli' ? 0.66 : 0.8,
    leafSteps: loss === 'logistic' ? 10 : 1,
    fromAverage: loss === 'squared',
    ...options,
  };
  checkNumbersOf(settings);
  checkChoices(settings);
  checkCategorical(settings, x);
  if (settings.permutation) checkPermutation(settings.permutation, x.rows);
  if (options.rate === undefined) return { ...settings, rate: automaticRate(settings, x.rows) };
  checkRange('rate', options.rate, 1e-9, 1);
  // CatBoost keeps the rate as a float32, and so it enters every leaf.
  return { ...settings, rate: Math.fround(options.rate) };
}

function checkNumbersOf(settings: Settings): void {
  checkInteger('classes', settings.classes, 2, 1000);
  checkInteger('rounds', settings.rounds, 1, 100_000);
  checkInteger('depth', settings.depth, 1, 16);
  checkInteger('borders', settings.borders, 1, 254);
  checkInteger('leastLeafRows', settings.leastLeafRows, 1, 1e9);
  checkInteger('leafSteps', settings.leafSteps, 1, 1000);
  checkInteger('permutations', settings.permutations, 1, 100);
  checkInteger('oneHotMax', settings.oneHotMax, 1, 255);
  checkInteger('mostCombined', settings.mostCombined, 1, 16);
  checkInteger('patience', settings.patience, 1, 100_000);
  checkRange('foldGrowth', settings.foldGrowth, 1.1, 1000);
  for (const name of ['columnShare', 'rowShare'] as const) checkRange(name, settings[name], 1e-9, 1);
  for (const name of ['lambda', 'noise', 'temperature', 'sizePenalty'] as const)
    checkRange(name, settings[name], 0, 1e9);
  for (const prior of settings.priors) checkRange('priors', prior, 0, 1);
}

function checkChoices({ loss, score, sampling, leafMethod, boosting, fromAverage }: Settings): void {
  checkChoice('loss', loss, ['squared', 'logistic', 'softmax']);
  checkChoice('score', score, ['cosine', 'l2']);
  checkChoice('sampling', sampling, ['mvs', 'bayesian', 'bernoulli', 'none']);
  checkChoice('leafMethod', leafMethod, ['newton', 'gradient']);
  checkChoice('boosting', boosting, ['plain', 'ordered']);
  if (fromAverage && loss !== 'squared')
    throw new RangeError(`fromAverage: expected true for loss squared alone, got it for ${loss}`);
}

function checkChoice(name: string, value: string, choices: readonly string[]): void {
  if (!choices.includes(value))
    throw new RangeError(`${name}: expected one of ${choices.join(', ')}, got ${value}`);
}

// A float32 holds whole numbers exactly up to here.
const highestCode = 2 ** 24 - 1;

function checkCategorical({ categorical }: Settings, x: Matrix): void {
  if (new Set(categorical).size !== categorical.length)
    throw new RangeError(`categorical: expected each column once, got ${categorical.join(', ')}`);
  for (const column of categorical) {
    checkInteger('categorical', column, 0, x.columns - 1);
    for (let row = 0; row < x.rows; row++) {
      const code = x.values[row * x.columns + column];
      if (!Number.isNaN(code)) checkInteger(`x: row ${row}, column ${column}`, code, 0, highestCode);
    }
  }
}

function checkPermutation(permutation: ArrayLike<number>, rows: number): void {
  const isSeen = new Uint8Array(rows);
  for (let i = 0; i < permutation.length; i++) isSeen[permutation[i]] = 1;
  if (permutation.length !== rows || isSeen.includes(0))
    throw new RangeError(`permutation: expected each of ${rows} row numbers once`);
}

export function checkedData(
  name: string,
  data: CatboostData,
  settings: Settings,
  columns?: number,
): CheckedData {
  checkMatrix(name, data.x, columns);
  if (settings.loss === 'squared') checkNumbers(data.labels, data.x.rows);
  else checkClasses(data.labels, data.x.rows, settings.loss === 'logistic' ? 2 : settings.classes);
  const weights = checkedWeights(data.weights, data.x.rows);
  return { x: data.x, labels: Float64Array.from(data.labels), weights };
}
