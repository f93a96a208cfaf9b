import type { Matrix } from '../../core/matrix.ts';
import {
  checkClasses,
  checkedWeights,
  checkInteger,
  checkMatrix,
  checkNumbers,
  checkRange,
} from '../checks.ts';

export interface ForestData {
  readonly x: Matrix;
  /** The class index of each row; any number when `classes` is 1. */
  readonly labels: ArrayLike<number>;
  /**
   * Positive; 1 unless told. With bootstrap, how likely a row is at each draw, as in scikit-learn 1.9; without, how
   * much it counts.
   */
  readonly weights?: ArrayLike<number>;
}

/**
 * One factor a class; `balanced` for rows ÷ (classes × rows of the class); or `balanced by draw`: every tree draws as many
 * rows of each class as the rarest has.
 * @see Chen, Liaw and Breiman, "Using Random Forest to Learn Imbalanced Data" (2004)
 */
export type ClassWeights = readonly number[] | 'balanced' | 'balanced by draw';

export interface ForestOptions {
  readonly seed: number;
  /** 2 to 255; 1 for a forest that answers with a number, whose splits lower the variance. */
  readonly classes: number;
  /** 100. */
  readonly trees?: number;
  /**
   * Columns drawn at each node; ⌊√columns⌋, and ⌊columns ÷ 3⌋ for numbers, at least 1. One that is constant in the node
   * counts too, but the draw goes on until one is not.
   */
  readonly tried?: number;
  /** 0, no limit. */
  readonly depth?: number;
  /** Least drawn rows in a leaf, repeats counted; 1. */
  readonly minLeaf?: number;
  /** Leaves of a tree at most, the most gainful splits first; 0, no limit. */
  readonly maxLeaves?: number;
  /** Draws with replacement; true for a random forest, false for extra trees. */
  readonly bootstrap?: boolean;
  /** Rows each tree draws, as a share of all; 1. */
  readonly rowShare?: number;
  readonly classWeights?: ClassWeights;
  /** How impure a node of classes is; gini. */
  readonly criterion?: 'gini' | 'entropy';
  /** Intervals a column, 2 to 255; 255. Extra trees cut the values themselves. */
  readonly maxBins?: number;
  /** Called after every tree with its number, from 1. */
  onTree?(tree: number): void;
}

/** Options checked and complete: plain data that a thread can be sent. */
export type ForestSettings = Required<Omit<ForestOptions, 'onTree' | 'classWeights' | 'maxBins'>> & {
  /** Extra trees cut each drawn column once, at a random place between the node's least and most. */
  readonly cuts: 'best' | 'random';
};

/** @throws RangeError that names the option */
export function checkedSettings(
  { x, labels }: ForestData,
  options: ForestOptions,
  cuts: ForestSettings['cuts'],
): ForestSettings {
  const { classes } = options;
  checkMatrix('x', x);
  checkInteger('classes', classes, 1, 255);
  if (classes === 1) checkNumbers(labels, x.rows);
  else checkClasses(labels, x.rows, classes);
  const usual = classes === 1 ? Math.floor(x.columns / 3) : Math.floor(Math.sqrt(x.columns));
  const settings: ForestSettings = {
    seed: options.seed,
    classes,
    trees: options.trees ?? 100,
    tried: options.tried ?? Math.max(1, usual),
    depth: options.depth ?? 0,
    minLeaf: options.minLeaf ?? 1,
    maxLeaves: options.maxLeaves ?? 0,
    bootstrap: options.bootstrap ?? cuts === 'best',
    rowShare: options.rowShare ?? 1,
    criterion: options.criterion ?? 'gini',
    cuts,
  };
  checkLimits(settings, x);
  return settings;
}

function checkLimits(settings: ForestSettings, x: Matrix): void {
  if (!Number.isInteger(settings.seed))
    throw new RangeError(`seed: expected an integer, got ${settings.seed}`);
  checkInteger('trees', settings.trees, 1, mostTrees);
  checkInteger('tried', settings.tried, 1, x.columns);
  checkInteger('minLeaf', settings.minLeaf, 1, x.rows);
  checkInteger('depth', settings.depth, 0, 60);
  checkInteger('maxLeaves', settings.maxLeaves, 0, 1_000_000);
  checkRange('rowShare', settings.rowShare, 1e-9, 1);
  if (settings.criterion !== 'gini' && settings.criterion !== 'entropy')
    throw new RangeError(`criterion: expected gini or entropy, got ${String(settings.criterion)}`);
}

/** Out-of-bag sums stay exact up to here: see `voteUnit`. */
export const mostTrees = 100_000;

/** What each row weighs: its own weight times its class's factor; null where all weigh 1. */
export function weightsOf(data: ForestData, options: ForestOptions): Float64Array | null {
  const factors = classFactors(data, options);
  if (!data.weights && !factors) return null;
  const weights = checkedWeights(data.weights, data.x.rows);
  return factors ? weights.map((weight, row) => weight * factors[data.labels[row]]) : weights;
}

function classFactors({ labels, x }: ForestData, options: ForestOptions): readonly number[] | null {
  const { classWeights, classes } = options;
  if (!classWeights) return null;
  if (classes === 1) throw new RangeError('classWeights: expected none for a forest of numbers, got some');
  if (classWeights === 'balanced by draw') return null;
  if (classWeights === 'balanced')
    return classCounts(labels, classes).map((count) => x.rows / (classes * count));
  checkInteger('classWeights: length', classWeights.length, classes, classes);
  classWeights.forEach((factor, c) => {
    if (!(factor > 0 && factor < Infinity))
      throw new RangeError(`classWeights[${c}]: expected a positive number, got ${factor}`);
  });
  return classWeights;
}

export function classCounts(labels: ArrayLike<number>, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (let row = 0; row < labels.length; row++) counts[labels[row]]++;
  return counts;
}
