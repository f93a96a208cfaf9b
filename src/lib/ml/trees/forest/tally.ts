import { missingCode } from './columns.ts';
import type { ForestSettings } from './options.ts';

/** The best cut of a node so far. */
export interface BestCut {
  /** −Infinity before the first: a cut that gains nothing still parts rows that a later one can tell apart. */
  gain: number;
  /** The last place in the order of codes that goes left. */
  place: number;
  missingLeft: boolean;
  /** Share of the weight that goes left. */
  leftShare: number;
}

/** What the rows of one node say, and how much a cut of them gains. One for each kind of label. */
export interface Tally {
  /** Reads the node of rows `from` to `to` − 1 of `rows`. */
  open(rows: Uint32Array, from: number, to: number): void;
  /** Drawn rows of the open node, repeats counted. */
  drawnRows(): number;
  weight(): number;
  /** Whether all labels are the same. */
  isPure(): boolean;
  /** The answer of the node at one position: the share of a class, or the mean. */
  answer(position: number): number;
  /** Tries every cut of a column: `codes` of the node's rows, of which `present` kinds occur in `order`. */
  improve(best: BestCut, codes: Uint8Array, size: number, order: Uint8Array, present: number): void;
}

/** What a tally of any kind reads. */
export interface TallySource {
  readonly settings: ForestSettings;
  readonly labels: Float64Array;
  /** Null where every row weighs 1. */
  readonly weights: Float64Array | null;
  /** How often each row was drawn; changes from tree to tree. */
  readonly drawn: Uint16Array;
}

/** How many of the present codes are values. */
export function valuesIn(order: Uint8Array, present: number): number {
  return order[present - 1] === missingCode ? present - 1 : present;
}

/** x² ÷ total and x ln(x ÷ total), summed over classes: a node's weight less its impurity, up to a constant of the node. */
export type Purity = (share: number, total: number) => number;

export const purities = {
  gini: (weight: number, total: number) => (weight * weight) / total,
  entropy: (weight: number, total: number) => (weight > 0 ? weight * Math.log(weight / total) : 0),
} as const satisfies Record<ForestSettings['criterion'], Purity>;
