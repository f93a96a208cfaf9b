import type { Address, NeuralKernel } from '../kernel.ts';

const floatBytes = 4;

/** out (rows × columns) = a (rows × inner) · b (inner × columns), or += when `adds` is 1. */
export function multiply(
  kernel: NeuralKernel,
  out: Address,
  [a, b]: readonly [Address, Address],
  [rows, columns, inner]: readonly [number, number, number],
  adds: 0 | 1 = 0,
): void {
  const [aStride, bStride] = [inner * floatBytes, columns * floatBytes];
  kernel.multiply(out, a, b, rows, columns, inner, aStride, floatBytes, bStride, bStride, adds);
}

/** out (rows × columns) += aᵀ · b, where a is inner × rows and b is inner × columns. */
export function addTransposedProduct(
  kernel: NeuralKernel,
  out: Address,
  [a, b]: readonly [Address, Address],
  [rows, columns, inner]: readonly [number, number, number],
): void {
  const [aStride, bStride] = [rows * floatBytes, columns * floatBytes];
  kernel.multiply(out, a, b, rows, columns, inner, floatBytes, aStride, bStride, bStride, 1);
}

/** The address of a row further on. */
export function rowAt(start: Address, row: number, width: number): Address {
  return start + row * width * floatBytes;
}
