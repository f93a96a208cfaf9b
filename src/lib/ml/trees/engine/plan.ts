import type { LossSettings } from '../losses.ts';
import type { LossName } from '../model.ts';
import type { CategoryBins } from './category-bins.ts';
import type { Layout } from './layout.ts';
import type { KernelName } from './simd.ts';

/** `depth`: level by level. `leaf`: always the leaf that gains most. `symmetric`: one cut for all nodes of a level. */
export type Growth = 'depth' | 'leaf' | 'symmetric';

/** How sets of categories are looked for at a node. */
export interface CategoryRules {
  /**
   * `weight`: XGBoost's way, categories in the order of their leaf weight, the listed ones go right.
   * `smooth`: LightGBM's, in the order of gradient ÷ (hessian + smooth), the listed ones go left.
   */
  readonly order: 'weight' | 'smooth';
  /** Columns of at most so many bins try one category against the rest. */
  readonly maxOneHot: number;
  /** Categories in a set at most. */
  readonly maxSet: number;
  /** Of `smooth`: added to the hessian, and the least rows of a category that is sorted. */
  readonly smooth: number;
  /** Of `smooth`: more L2 for the sides of a sorted split. */
  readonly l2: number;
  /** Of `smooth`: least rows that each step of the scan adds. */
  readonly minGroupRows: number;
}

/** All that a thread has to know of a training besides the shared memory. Passes structuredClone. */
export interface Plan {
  readonly rows: number;
  readonly columns: number;
  readonly outputs: number;
  readonly threads: number;
  readonly kernel: KernelName;
  readonly layout: Layout;
  readonly loss: { readonly name: LossName; readonly classes: number; readonly settings: LossSettings };
  readonly growth: Growth;
  readonly depth: number;
  readonly leaves: number;
  readonly rate: number;
  readonly lambda: number;
  readonly alpha: number;
  /** A split must gain more than this. */
  readonly leastGain: number;
  readonly minChildWeight: number;
  readonly minLeafRows: number;
  readonly maxDeltaStep: number;
  readonly maxBins: number;
  /** Whether exclusive columns share bytes. */
  readonly bundling: boolean;
  /** Shares of the columns that each tree, of those each level, and of those each node may test. */
  readonly columnShares: readonly [tree: number, level: number, node: number];
  /** −1, 0 or 1 a column; null without constraints. */
  readonly monotone: Int8Array | null;
  /** Sets of columns that may meet on a path; null when all may. */
  readonly interactions: readonly (readonly number[])[] | null;
  readonly categories: CategoryRules | null;
  /** 1 for a column of categories. */
  readonly isCategory: Uint8Array;
  /** The categories in each bin, of the columns that have them. */
  readonly codes: readonly (CategoryBins | null)[];
  /** LightGBM's rule: a column without any gain at a node is not looked at below it. */
  readonly closesColumns: boolean;
  /** Cuts are tried from the highest, as LightGBM does: its counts of rows are rounded bin by bin, from where it begins. */
  readonly descends: boolean;
  /** Margins and leaf values are rounded to float32. */
  readonly isSingle: boolean;
}
