/** Row-major numbers: value (i, j) stands at `values[i * columns + j]`. NaN means missing. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array | Float64Array;
}

/** @throws RangeError when the length of `values` is not rows × columns. */
export function matrix(rows: number, columns: number, values: Float32Array | Float64Array): Matrix {
  if (values.length !== rows * columns) {
    throw new RangeError(
      `matrix: expected ${rows} × ${columns} = ${rows * columns} values, got ${values.length}`,
    );
  }
  return { rows, columns, values };
}
