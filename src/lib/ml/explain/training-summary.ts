import type { Matrix } from '../core/matrix.ts';
import { quantileOfSorted } from '../evaluate/index.ts';
import { checkInteger, checkMatrix } from '../trees/checks.ts';
import { columnOf, meanOf } from './predict.ts';

/** What LIME needs to know of the training rows. Values that are missing count in none of it. */
export interface TrainingSummary {
  readonly numbers: readonly NumberSummary[];
  readonly choices: readonly ChoiceSummary[];
}

export interface NumberSummary {
  readonly column: number;
  readonly mean: number;
  readonly deviation: number;
  /** The values that a quarter, a half and three quarters of the rows do not exceed. */
  readonly quartiles: readonly [number, number, number];
}

/** Columns that are one answer in parts, as one-hot columns are, or a column of codes: they move together. */
export interface ChoiceSummary {
  readonly columns: readonly number[];
  /** The different answers seen in training, one number a column, and their shares of the rows. */
  readonly options: readonly (readonly number[])[];
  readonly shares: readonly number[];
}

/** @param choices groups of columns that are one choice each; every other column is a number */
export function summariseTraining(x: Matrix, choices: readonly (readonly number[])[] = []): TrainingSummary {
  checkMatrix('x', x);
  const chosen = choices.flat();
  chosen.forEach((column) => checkInteger('choices', column, 0, x.columns - 1));
  if (new Set(chosen).size !== chosen.length)
    throw new RangeError(`choices: expected every column once, got ${chosen.join(', ')}`);
  const isChosen = new Set(chosen);
  const numbers = Array.from({ length: x.columns }, (_, column) => column).filter(
    (column) => !isChosen.has(column),
  );
  return {
    numbers: numbers.map((column) => summariseNumber(column, columnOf(x, column))),
    choices: choices.map((columns) => summariseChoice(x, columns)),
  };
}

function summariseNumber(column: number, values: Float64Array): NumberSummary {
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  if (known.length === 0) return { column, mean: 0, deviation: 0, quartiles: [0, 0, 0] };
  const mean = meanOf(known);
  const deviation = Math.sqrt(meanOf(known.map((value) => (value - mean) ** 2)));
  const quartile = (share: number) => quantileOfSorted(known, share);
  return { column, mean, deviation, quartiles: [quartile(0.25), quartile(0.5), quartile(0.75)] };
}

function summariseChoice(x: Matrix, columns: readonly number[]): ChoiceSummary {
  const found = new Map<string, { option: number[]; count: number }>();
  for (let row = 0; row < x.rows; row++) {
    const option = columns.map((column) => x.values[row * x.columns + column]);
    if (option.some(Number.isNaN)) continue;
    const known = found.get(option.join(' ')) ?? { option, count: 0 };
    known.count++;
    found.set(option.join(' '), known);
  }
  const all = [...found.values()];
  const total = all.reduce((sum, { count }) => sum + count, 0);
  return { columns, options: all.map(({ option }) => option), shares: all.map(({ count }) => count / total) };
}

/** Where a value stands among the quarters of training, in signs that need no translation: `12 < minutes ≤ 30`. */
export function quartileText(name: string, value: number, quartiles: NumberSummary['quartiles']): string {
  const [low, middle, high] = quartiles.map((quartile) => Number(quartile.toPrecision(3)));
  if (value <= quartiles[0]) return `${name} ≤ ${low}`;
  if (value <= quartiles[1]) return `${low} < ${name} ≤ ${middle}`;
  if (value <= quartiles[2]) return `${middle} < ${name} ≤ ${high}`;
  return `${name} > ${high}`;
}
