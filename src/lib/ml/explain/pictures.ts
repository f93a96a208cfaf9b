import type { Matrix } from '../core/matrix.ts';
import { quantileOfSorted } from '../evaluate/index.ts';
import { checkInteger, checkMatrix } from '../trees/checks.ts';
import { columnOf } from './predict.ts';

export interface Waterfall {
  readonly base: number;
  /** From the base to the answer, the largest first. */
  readonly steps: readonly WaterfallStep[];
  /** All others as the last step; null when none is left. */
  readonly rest: (WaterfallSpan & { readonly columns: number }) | null;
  readonly answer: number;
}

export interface WaterfallSpan {
  readonly effect: number;
  readonly start: number;
  readonly end: number;
}

export interface WaterfallStep extends WaterfallSpan {
  readonly column: number;
  readonly name: string;
}

/**
 * One row's contributions as steps from the base to its answer.
 * @param names one a contribution
 * @param shown the most steps with a name of their own; contributions of 0 get none
 */
export function waterfallOf(
  base: number,
  contributions: ArrayLike<number>,
  names: readonly string[],
  shown: number,
): Waterfall {
  if (names.length !== contributions.length)
    throw new RangeError(`names: expected ${contributions.length}, one a contribution, got ${names.length}`);
  checkInteger('shown', shown, 0, 1_000_000);
  const moving = names.map((_, column) => column).filter((column) => contributions[column] !== 0);
  const order = moving.sort((a, b) => Math.abs(contributions[b]) - Math.abs(contributions[a]) || a - b);
  let end = base;
  const spanOf = (effect: number): WaterfallSpan => {
    const start = end;
    end += effect;
    return { effect, start, end };
  };
  const steps = order
    .slice(0, shown)
    .map((column) => ({ column, name: names[column], ...spanOf(contributions[column]) }));
  const left = order.slice(shown);
  const rest =
    left.length > 0
      ? { columns: left.length, ...spanOf(left.reduce((sum, column) => sum + contributions[column], 0)) }
      : null;
  return { base, steps, rest, answer: end };
}

export interface BeeswarmLine {
  readonly column: number;
  /** The mean of |effect| over all rows. */
  readonly importance: number;
  readonly points: readonly BeeswarmPoint[];
}

export interface BeeswarmPoint {
  readonly row: number;
  readonly effect: number;
  /** The value's place between the column's 5th and 95th percentile, 0 to 1; null when it is missing. */
  readonly value: number | null;
  /** The lane it is drawn in: 0 in the middle, 1 above, −1 below, and so on. */
  readonly lane: number;
}

export interface BeeswarmOptions {
  /** Columns shown, the most important first; 10 unless told. */
  readonly columns?: number;
  /** Points a column at most; 300 unless told. */
  readonly points?: number;
  /** Points whose effects fall into one of so many parts of the axis get lanes of their own; 100 unless told. */
  readonly bins?: number;
}

/**
 * Every column's effects as points that do not cover each other, without chance: points of one part of the axis fill its lanes
 * from the middle outwards.
 * @param contributions rows × columns, of the rows of x
 */
export function beeswarmOf(
  contributions: Float64Array,
  x: Matrix,
  options: BeeswarmOptions = {},
): BeeswarmLine[] {
  checkEffects(contributions, x);
  const { columns = 10, points = 300, bins = 100 } = options;
  for (const [name, count] of Object.entries({ columns, points, bins }))
    checkInteger(name, count, 1, 1_000_000);
  const span = contributions.reduce((most, effect) => Math.max(most, Math.abs(effect)), 0);
  return Array.from({ length: x.columns }, (_, column) => column)
    .map((column) => ({ column, effects: effectsOf(contributions, x, column) }))
    .map((line) => ({
      ...line,
      importance: line.effects.reduce((sum, effect) => sum + Math.abs(effect), 0) / x.rows,
    }))
    .sort((a, b) => b.importance - a.importance || a.column - b.column)
    .slice(0, columns)
    .map(({ column, effects, importance }) => ({
      column,
      importance,
      points: packed(effects, columnOf(x, column), points, (2 * span) / bins),
    }));
}

function checkEffects(contributions: Float64Array, x: Matrix): void {
  checkMatrix('x', x);
  if (contributions.length !== x.values.length)
    throw new RangeError(
      `contributions: expected ${x.values.length}, as many as values, got ${contributions.length}`,
    );
}

function effectsOf(contributions: Float64Array, { rows, columns }: Matrix, column: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => contributions[row * columns + column]);
}

function packed(effects: Float64Array, values: Float64Array, most: number, bin: number): BeeswarmPoint[] {
  const normalised = normaliser(values);
  const order = [...effects.keys()].sort((a, b) => effects[a] - effects[b] || a - b);
  const count = Math.min(most, order.length);
  // Evenly through the sorted effects, so that both ends are kept.
  const chosen = Array.from(
    { length: count },
    (_, k) => order[Math.round((k * (order.length - 1)) / Math.max(1, count - 1))],
  );
  const filled = new Map<number, number>();
  return chosen.map((row) => {
    const part = bin > 0 ? Math.round(effects[row] / bin) : 0;
    const before = filled.get(part) ?? 0;
    filled.set(part, before + 1);
    const lane = before % 2 === 1 ? (before + 1) / 2 : -before / 2;
    return { row, effect: effects[row], value: normalised(values[row]), lane: lane + 0 };
  });
}

function normaliser(values: Float64Array): (value: number) => number | null {
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  if (known.length === 0) return () => null;
  const [low, high] = [quantileOfSorted(known, 0.05), quantileOfSorted(known, 0.95)];
  return (value) => {
    if (Number.isNaN(value)) return null;
    if (high === low) return Math.sign(value - low) / 2 + 0.5;
    return Math.min(1, Math.max(0, (value - low) / (high - low)));
  };
}

export interface DependencePicture {
  readonly points: readonly DependencePoint[];
  /** The effects of rows without a value. */
  readonly missing: Float64Array;
  /** The column that changes this one's effect most, for the points' colour; null when none does. */
  readonly partner: number | null;
}

export interface DependencePoint {
  readonly row: number;
  readonly value: number;
  readonly effect: number;
  /** The partner's value, placed as in `BeeswarmPoint`; null when it is missing or there is no partner. */
  readonly partner: number | null;
}

/** One column's effects against its values, ascending by value. @param contributions rows × columns, of the rows of x */
export function dependenceOf(contributions: Float64Array, x: Matrix, column: number): DependencePicture {
  checkEffects(contributions, x);
  checkInteger('column', column, 0, x.columns - 1);
  const values = columnOf(x, column);
  const effects = effectsOf(contributions, x, column);
  const rows = [...values.keys()]
    .filter((row) => !Number.isNaN(values[row]))
    .sort((a, b) => values[a] - values[b] || a - b);
  const partner = strongestPartner(x, column, rows, effects);
  const partnerValues = partner === null ? null : columnOf(x, partner);
  const placed = partnerValues ? normaliser(partnerValues) : () => null;
  return {
    partner,
    points: rows.map((row) => ({
      row,
      value: values[row],
      effect: effects[row],
      partner: placed(partnerValues ? partnerValues[row] : NaN),
    })),
    missing: effects.filter((_, row) => Number.isNaN(values[row])),
  };
}

/**
 * Among rows of nearly the same value, the effect varies only by what other columns do to it: the partner is the one whose values
 * go with it most closely there.
 * @see shap, `approximate_interactions`, for the heuristic
 */
function strongestPartner(
  x: Matrix,
  column: number,
  rows: readonly number[],
  effects: Float64Array,
): number | null {
  const window = Math.max(2, Math.min(50, Math.floor(rows.length / 10)));
  let [best, partner]: [number, number | null] = [1e-9, null];
  for (let other = 0; other < x.columns; other++) {
    if (other === column) continue;
    let strength = 0;
    for (let first = 0; first + window <= rows.length; first += window) {
      const near = rows
        .slice(first, first + window)
        .filter((row) => !Number.isNaN(x.values[row * x.columns + other]));
      strength += Math.abs(
        covarianceShare(
          near,
          (row) => x.values[row * x.columns + other],
          (row) => effects[row],
        ),
      );
    }
    if (strength > best) [best, partner] = [strength, other];
  }
  return partner;
}

/** The correlation of two numbers over rows times the second's deviation: how much of it goes with the first. */
function covarianceShare(
  rows: readonly number[],
  a: (row: number) => number,
  b: (row: number) => number,
): number {
  const mean = (of: (row: number) => number) => rows.reduce((sum, row) => sum + of(row), 0) / rows.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  const spread = Math.sqrt(mean((row) => (a(row) - meanA) ** 2));
  return spread > 0 ? mean((row) => (a(row) - meanA) * (b(row) - meanB)) / spread : 0;
}
