import type { Matrix } from '../core/matrix.ts';
import { checkInteger, checkRange } from './checks.ts';
import type { CategoryRules, Growth } from './engine/plan.ts';
import type { KernelName } from './engine/simd.ts';
import type { ThreadCrew } from './engine/train.ts';
import type { LossSettings } from './losses.ts';
import type { Family, LossName } from './model.ts';

export interface BoostingData {
  readonly x: Matrix;
  /** What the loss wants: 0 or 1 for logistic, the class index for softmax, any number for squared. */
  readonly labels: ArrayLike<number>;
  /** Positive; 1 unless told. */
  readonly weights?: ArrayLike<number>;
  /** Of ranking: how many consecutive rows make each group. */
  readonly groups?: ArrayLike<number>;
  /** Columns whose values are codes of categories: whole numbers from 0, below 2^24, or missing. */
  readonly categories?: readonly number[];
}

export interface BoostingOptions {
  readonly seed: number;
  readonly loss: LossName;
  /** What the loss needs besides labels: the quantile, the truncation of ranking and so on. */
  readonly lossSettings?: Omit<LossSettings, 'groups'>;
  /** Whose rules decide ties of taste: categories, rounding, the form of trees; xgboost. */
  readonly family?: Family;
  /** Classes of softmax. */
  readonly classes?: number;
  /** Trees an output gets at most; 100. */
  readonly rounds?: number;
  /** Shrinkage of each tree; 0.1. */
  readonly rate?: number;
  /**
   * Level by level, always the most gainful leaf, or one cut for a whole level; depth for family xgboost, leaf for lightgbm,
   * symmetric for catboost.
   */
  readonly growth?: Growth;
  /** 6; 0 for no limit, then `leaves` must be set. Symmetric: 1 to 12. */
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
  /** Least rows on each side of a split, taken to be proportional to second derivatives as LightGBM does; 0. */
  readonly minLeafRows?: number;
  /** How far a leaf may move a margin before shrinkage, 0 for no limit; the loss's own limit unless told. */
  readonly maxDeltaStep?: number;
  /** Share of the rows each tree sees, drawn without replacement; 1. */
  readonly rowShare?: number;
  /**
   * `uniform` draws `rowShare` of the rows. `goss` keeps the rows with the largest |gradient × hessian| and draws from the
   * others, whose derivatives then count for those left out; it begins after the first 1 / rate rounds.
   * @see Ke et al., "LightGBM" (2017), algorithm 2
   */
  readonly sampling?: 'uniform' | 'goss';
  /** Of goss: share of rows that are kept for their gradients; 0.2. */
  readonly topRate?: number;
  /** Of goss: drawn rows, as a share of all; 0.1. */
  readonly otherRate?: number;
  /** Share of the columns each tree sees; 1. */
  readonly columnShare?: number;
  /** Share of the tree's columns each level sees; 1. */
  readonly levelColumnShare?: number;
  /** Share of the level's columns each node sees; 1. */
  readonly nodeColumnShare?: number;
  /** A number a column: 1 where the margin may not fall as the value rises, −1 where it may not rise, 0 where it is free. */
  readonly monotone?: readonly number[];
  /** Sets of columns that may meet on a path; a column in no set meets none. */
  readonly interactions?: readonly (readonly number[])[];
  /** How columns of categories are split; each family's own rules unless told. */
  readonly categoryRules?: Partial<Omit<CategoryRules, 'order'>>;
  /** Intervals a column; 255. */
  readonly maxBins?: number;
  /**
   * Whether columns of numbers that mostly hold one value each, and never another in the same row, share a byte a row: a
   * table of many such columns is counted faster. It does not change what a split is, only the last bits of sums; true for
   * family lightgbm.
   * @see Ke et al., "LightGBM" (2017), algorithms 3 and 4
   */
  readonly bundling?: boolean;
  /** The margins to start from; the best constant unless told. */
  readonly start?: readonly number[];
  /** Stops when the loss here has not fallen for `patience` rounds, and keeps the best round. */
  readonly validation?: Omit<BoostingData, 'categories'>;
  /** 20. */
  readonly patience?: number;
  /** The inner loops; the fastest that runs here unless told. Both grow the same trees. */
  readonly kernel?: KernelName;
  /** Threads that share the work on tables of 4096 rows or more. The model does not depend on them. */
  readonly crew?: ThreadCrew;
  /** Called after every round with its number, from 1. */
  onRound?(round: number): void;
  /** Called before the first round with how many bundles of columns share a byte. */
  onBundles?(bundles: number): void;
}

const defaults = {
  lossSettings: {},
  family: 'xgboost',
  classes: 2,
  rounds: 100,
  rate: 0.1,
  depth: 6,
  leaves: 0,
  lambda: 1,
  alpha: 0,
  gamma: 0,
  minChildWeight: 1,
  minLeafRows: 0,
  rowShare: 1,
  sampling: 'uniform',
  topRate: 0.2,
  otherRate: 0.1,
  columnShare: 1,
  levelColumnShare: 1,
  nodeColumnShare: 1,
  categoryRules: {},
  maxBins: 255,
  patience: 20,
} as const;

type Defaulted = keyof typeof defaults | 'growth' | 'bundling';

export type Settings = BoostingOptions & { [K in Defaulted]-?: NonNullable<BoostingOptions[K]> };

const growthOf = { xgboost: 'depth', lightgbm: 'leaf', catboost: 'symmetric' } as const;

/** XGBoost's defaults, and LightGBM's. */
export const categoryRulesOf = {
  xgboost: { order: 'weight', maxOneHot: 4, maxSet: 64, smooth: 0, l2: 0, minGroupRows: 0 },
  lightgbm: { order: 'smooth', maxOneHot: 4, maxSet: 32, smooth: 10, l2: 10, minGroupRows: 100 },
  catboost: { order: 'weight', maxOneHot: 4, maxSet: 64, smooth: 0, l2: 0, minGroupRows: 0 },
} as const satisfies Record<Family, CategoryRules>;

/** @throws RangeError that names the option which is out of range */
export function settingsOf(data: BoostingData, options: BoostingOptions): Settings {
  const family = options.family ?? 'xgboost';
  const settings: Settings = {
    growth: growthOf[family],
    bundling: family === 'lightgbm',
    ...defaults,
    ...options,
  };
  checkNumbersOf(settings);
  checkShape(settings);
  checkColumns(data, settings);
  return settings;
}

function checkNumbersOf(settings: Settings): void {
  checkInteger('rounds', settings.rounds, 1, 100_000);
  checkInteger('classes', settings.classes, 2, 1000);
  checkInteger('depth', settings.depth, 0, 60);
  checkInteger('leaves', settings.leaves, 0, 1_000_000);
  checkInteger('patience', settings.patience, 1, 100_000);
  checkRange('rate', settings.rate, 1e-9, 1);
  for (const name of ['lambda', 'alpha', 'gamma', 'minChildWeight', 'minLeafRows'] as const)
    checkRange(name, settings[name], 0, Number.MAX_VALUE);
  checkRange('maxDeltaStep', settings.maxDeltaStep ?? 0, 0, Number.MAX_VALUE);
  for (const name of ['rowShare', 'columnShare', 'levelColumnShare', 'nodeColumnShare'] as const)
    checkRange(name, settings[name], 1e-9, 1);
  for (const name of ['topRate', 'otherRate'] as const) checkRange(name, settings[name], 1e-9, 1);
  checkRange('topRate + otherRate', settings.topRate + settings.otherRate, 0, 1);
  if (!(Number.isInteger(settings.maxBins) && settings.maxBins >= 2 && settings.maxBins <= 255))
    throw new RangeError(`maxBins: expected 2 to 255, got ${settings.maxBins}`);
}

function checkShape({ growth, depth, leaves, monotone, interactions }: Settings): void {
  if (depth === 0 && leaves === 0)
    throw new RangeError('depth, leaves: expected at least one limit, got 0 and 0');
  if (growth !== 'symmetric') return;
  checkInteger('depth', depth, 1, 12);
  if (monotone || interactions)
    throw new RangeError('growth: expected depth or leaf with constraints, got symmetric');
}

function checkColumns({ x, categories }: BoostingData, settings: Settings): void {
  const { monotone, interactions, growth } = settings;
  if (monotone) checkInteger('monotone: length', monotone.length, x.columns, x.columns);
  monotone?.forEach((direction, i) => checkInteger(`monotone[${i}]`, direction, -1, 1));
  interactions?.flat().forEach((column) => checkInteger('interactions', column, 0, x.columns - 1));
  if (!categories) return;
  if (growth === 'symmetric' && categories.length > 0)
    throw new RangeError('growth: expected depth or leaf with categories, got symmetric');
  for (const column of categories) {
    checkInteger('categories', column, 0, x.columns - 1);
    if ((monotone?.[column] ?? 0) !== 0)
      throw new RangeError(
        `monotone[${column}]: expected 0 for a column of categories, got ${monotone?.[column]}`,
      );
    for (let row = 0; row < x.rows; row++) {
      const code = x.values[row * x.columns + column];
      if (!Number.isNaN(code))
        checkInteger(`x: category at row ${row}, column ${column}`, code, 0, 2 ** 24 - 1);
    }
  }
}
