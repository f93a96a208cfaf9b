import { matrix, type Matrix } from '../core/matrix.ts';

/** Any model: one answer a row, in whatever unit its explanation is wanted. */
export type Predict = (x: Matrix) => Float64Array;

/** The model's answers, held to their promise. @throws TypeError unless there is one number a row */
export function answersOf(predict: Predict, x: Matrix): Float64Array {
  const answers = predict(x);
  if (answers.length !== x.rows)
    throw new TypeError(`predict: expected ${x.rows} answers, one a row, got ${answers.length}`);
  const wrong = answers.findIndex((answer) => !Number.isFinite(answer));
  if (wrong >= 0) throw new TypeError(`predict: expected numbers, got ${answers[wrong]} for row ${wrong}`);
  return answers;
}

export function answerOf(predict: Predict, row: ArrayLike<number>): number {
  return answersOf(predict, matrix(1, row.length, Float64Array.from(row)))[0];
}

/** A copy of the rows with one column set to one value everywhere. */
export function withColumn(x: Matrix, column: number, value: number): Matrix {
  const values = Float64Array.from(x.values);
  for (let i = column; i < values.length; i += x.columns) values[i] = value;
  return matrix(x.rows, x.columns, values);
}

/** The values of one column, one a row. */
export function columnOf(x: Matrix, column: number): Float64Array {
  return Float64Array.from({ length: x.rows }, (_, row) => x.values[row * x.columns + column]);
}

/** Copies of some rows, in their order. */
export function rowsOf(x: Matrix, rows: ArrayLike<number>): Matrix {
  const values = new Float64Array(rows.length * x.columns);
  for (let k = 0; k < rows.length; k++)
    values.set(x.values.subarray(rows[k] * x.columns, (rows[k] + 1) * x.columns), k * x.columns);
  return matrix(rows.length, x.columns, values);
}

export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}
