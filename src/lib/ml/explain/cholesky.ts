/** Solves symmetric positive definite systems; made once, used for many right sides. */
export type Solver = (right: ArrayLike<number>) => Float64Array;

/**
 * @param size lines of the matrix
 * @param entries size × size, row-major, symmetric
 * @throws RangeError when the matrix is not positive definite
 */
export function choleskySolver(size: number, entries: Float64Array): Solver {
  const lower = factorised(size, entries);
  return (right) => {
    const solution = Float64Array.from(right);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < i; j++) solution[i] -= lower[i * size + j] * solution[j];
      solution[i] /= lower[i * size + i];
    }
    for (let i = size - 1; i >= 0; i--) {
      for (let j = i + 1; j < size; j++) solution[i] -= lower[j * size + i] * solution[j];
      solution[i] /= lower[i * size + i];
    }
    return solution;
  };
}

function factorised(size: number, entries: Float64Array): Float64Array {
  const lower = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = entries[i * size + j];
      for (let k = 0; k < j; k++) rest -= lower[i * size + k] * lower[j * size + k];
      if (i > j) lower[i * size + j] = rest / lower[j * size + j];
      else if (rest > 0) lower[i * size + i] = Math.sqrt(rest);
      else
        throw new RangeError(
          `choleskySolver: expected a positive definite matrix, got pivot ${rest} at ${i}`,
        );
    }
  }
  return lower;
}
