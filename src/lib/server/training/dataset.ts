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

function buildPart(part: Part, rows: readonly Row[], { columns, classes }: Omit<Dataset, 'parts'>): PartRows {
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
  const values = new Float64Array(rows.length * columns.length);
  rows.forEach((row, i) => values.set(row.values, i * columns.length));
  const days = rows.map(({ before }) => before);
  return {
    x: matrix(rows.length, columns.length, values),
    labels,
    learners: Int32Array.from(rows, ({ learnerId }) => learnerId),
    from: days.reduce((first, day) => Math.min(first, day)),
    to: days.reduce((last, day) => Math.max(last, day)),
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
export function pickRows({ x, labels, learners, from, to }: PartRows, rows: Uint32Array): PartRows {
  return {
    x: takeRows(x, rows),
    labels: Uint8Array.from(rows, (row) => labels[row]),
    learners: Int32Array.from(rows, (row) => learners[row]),
    from,
    to,
  };
}
