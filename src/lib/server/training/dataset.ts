import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import { matrix, type Matrix } from '#lib/ml/core/matrix.ts';
import { takeRows } from '#lib/ml/ensemble/index.ts';
import type { TaskFacts } from '#lib/server/models/task-model.ts';

export const parts = ['train', 'calibrate', 'test'] as const;
export type Part = (typeof parts)[number];

/** One learner as of one day, with what happened after. */
export interface Row {
  readonly learnerId: number;
  readonly before: SchoolDay;
  readonly values: Float64Array;
  /** The class index, or 0 and 1. */
  readonly label: number;
  readonly part: Part;
  /** Of tasks that also learn from weekly sequences: the columns of `Dataset.weeks`. */
  readonly weeks?: Float64Array;
  /** Events of the week after; NaN where it is not known. */
  readonly nextWeek?: number;
}

/** How weekly sequences lie in columns of their own: see `sequencesOf` of ml/sequence. */
export interface WeekFrame {
  readonly columns: readonly string[];
  readonly weeks: number;
  /** Which channels are counts, in their order. */
  readonly counts: readonly boolean[];
}

/** What the worker learns from: plain data, so that it passes between threads. */
export interface Dataset {
  readonly columns: readonly string[];
  /** 2 for yes or no. */
  readonly classes: number;
  /** What each class is called, from label 0 on. */
  readonly classNames: readonly string[];
  /**
   * How an answer may move with each column: 1 never down as the column grows, −1 never up, 0 freely. What everyone knows,
   * such as that handing in does not hurt, spares the model from learning it from noise. Null: freely all over.
   */
  readonly directions: readonly number[] | null;
  readonly parts: Readonly<Record<Part, PartRows>>;
  /** Of tasks that also learn from weekly sequences; networks alone read them. */
  readonly weeks?: WeekFrame;
  readonly facts: TaskFacts;
  /** How the parts were cut, in a sentence for the card. */
  readonly split: string;
  /** Simpler ways to answer, each by the columns it reads; none means the base rate. */
  readonly baselines: readonly Baseline[];
}

export interface PartRows {
  readonly x: Matrix;
  readonly labels: Uint8Array;
  /** Several rows of one learner are no independent evidence. */
  readonly learners: Int32Array;
  /** The columns of `Dataset.weeks`, and the events of the week after each row. */
  readonly weeks?: { readonly x: Matrix; readonly nextWeek: Float64Array };
  /** Measured from the days before these: the first and the last. */
  readonly from: SchoolDay;
  readonly to: SchoolDay;
}

export interface Baseline {
  readonly name: string;
  readonly columns: readonly string[];
}

/** The school has not lived enough yet for a model of this task: the message says what is missing. */
export class TooLittleData extends Error {
  override readonly name = 'TooLittleData';
}

const leastRows = 40;
const leastPositives = 8;

/** @throws TooLittleData when a part is too small to learn from or to judge by */
export function buildDataset(rows: readonly Row[], frame: Omit<Dataset, 'parts'>): Dataset {
  const [train, calibrate, test] = parts.map((part) =>
    buildPart(
      part,
      rows.filter((row) => row.part === part),
      frame,
    ),
  );
  return { ...frame, parts: { train, calibrate, test } };
}

function buildPart(
  part: Part,
  rows: readonly Row[],
  { columns, classes, weeks }: Omit<Dataset, 'parts'>,
): PartRows {
  if (rows.length < leastRows)
    throw new TooLittleData(
      `${part}: expected at least ${leastRows} rows with a known end, got ${rows.length}`,
    );
  const labels = Uint8Array.from(rows, ({ label }) => label);
  const smaller = Math.min(...[0, 1].map((label) => labels.filter((value) => value === label).length));
  if (classes === 2 && smaller < leastPositives)
    throw new TooLittleData(
      `${part}: expected at least ${leastPositives} rows of each outcome, got ${smaller}`,
    );
  const days = rows.map(({ before }) => before);
  return {
    x: tableOf(rows, columns.length, ({ values }) => values),
    labels,
    learners: Int32Array.from(rows, ({ learnerId }) => learnerId),
    ...(weeks && {
      weeks: {
        x: tableOf(rows, weeks.columns.length, (row) => row.weeks ?? new Float64Array()),
        nextWeek: Float64Array.from(rows, ({ nextWeek = NaN }) => nextWeek),
      },
    }),
    from: days.reduce((first, day) => Math.min(first, day)),
    to: days.reduce((last, day) => Math.max(last, day)),
  };
}

function tableOf(rows: readonly Row[], columns: number, valuesOf: (row: Row) => Float64Array): Matrix {
  const all = new Float64Array(rows.length * columns);
  rows.forEach((row, i) => {
    const values = valuesOf(row);
    if (values.length !== columns)
      throw new RangeError(`row ${i}: expected ${columns} numbers, got ${values.length}`);
    all.set(values, i * columns);
  });
  return matrix(rows.length, columns, all);
}

/**
 * The inputs of a part for a model of so many columns: its own, or those with the weeks behind them, which a stack with a
 * network reads. @throws RangeError for a model of neither
 */
export function inputsOf({ x, weeks }: PartRows, columns: number): Matrix {
  if (columns === x.columns) return x;
  const all = x.columns + (weeks?.x.columns ?? 0);
  if (!weeks || columns !== all)
    throw new RangeError(`columns: expected ${x.columns} or ${all}, got ${columns}`);
  const values = new Float64Array(x.rows * all);
  for (let row = 0; row < x.rows; row++) {
    values.set(x.values.subarray(row * x.columns, (row + 1) * x.columns), row * all);
    values.set(
      weeks.x.values.subarray(row * weeks.x.columns, (row + 1) * weeks.x.columns),
      row * all + x.columns,
    );
  }
  return matrix(x.rows, all, values);
}

/** The dataset in the columns that a model reads: itself, or with the weeks among its columns. */
export function viewFor(dataset: Dataset, columns: number): Dataset {
  if (columns === dataset.columns.length) return dataset;
  const { train, calibrate, test } = dataset.parts;
  const widened = (part: PartRows): PartRows => ({ ...part, x: inputsOf(part, columns) });
  return {
    ...dataset,
    columns: [...dataset.columns, ...(dataset.weeks?.columns ?? [])],
    parts: { train: widened(train), calibrate: widened(calibrate), test: widened(test) },
  };
}

/** Some columns of a matrix. */
export function pickColumns(x: Matrix, chosen: readonly number[]): Matrix {
  const values = new Float64Array(x.rows * chosen.length);
  for (let row = 0; row < x.rows; row++) {
    chosen.forEach((column, k) => (values[row * chosen.length + k] = x.values[row * x.columns + column]));
  }
  return matrix(x.rows, chosen.length, values);
}

/** Some rows of a part. */
export function pickRows(part: PartRows, rows: Uint32Array): PartRows {
  const { x, labels, learners, weeks } = part;
  return {
    ...part,
    x: takeRows(x, rows),
    labels: Uint8Array.from(rows, (row) => labels[row]),
    learners: Int32Array.from(rows, (row) => learners[row]),
    ...(weeks && {
      weeks: {
        x: takeRows(weeks.x, rows),
        nextWeek: Float64Array.from(rows, (row) => weeks.nextWeek[row]),
      },
    }),
  };
}
