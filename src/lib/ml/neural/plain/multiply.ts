import type { NeuralKernel } from '../kernel.ts';
import { place, type PlainMemory } from './memory.ts';

/** Where a product reads and writes, in numbers instead of bytes. */
interface Product {
  readonly floats: Float32Array;
  readonly out: number;
  readonly a: number;
  readonly b: number;
  readonly columns: number;
  readonly inner: number;
  readonly aRow: number;
  readonly aStep: number;
  readonly bRow: number;
  readonly outRow: number;
  readonly adds: boolean;
}

export function multiplyLoops(memory: PlainMemory): Pick<NeuralKernel, 'multiply' | 'transpose'> {
  return {
    multiply: (out, a, b, rows, columns, inner, aRowStride, aStepStride, bStride, outStride, adds) => {
      const product: Product = {
        floats: memory.floats,
        ...{ out: place(out), a: place(a), b: place(b), columns, inner },
        ...{ aRow: place(aRowStride), aStep: place(aStepStride) },
        ...{ bRow: place(bStride), outRow: place(outStride), adds: adds === 1 },
      };
      let row = 0;
      for (; row + 4 <= rows; row += 4) multiplyFourRows(product, row);
      for (; row < rows; row++) multiplyRow(product, row);
    },
    transpose: (out, input, rows, columns) => {
      const { floats } = memory;
      const [to, from] = [place(out), place(input)];
      for (let i = 0; i < rows; i++)
        for (let j = 0; j < columns; j++) floats[to + j * rows + i] = floats[from + i * columns + j];
    },
  };
}

/** Four rows share each number of `b`, which is read once. */
function multiplyFourRows(product: Product, row: number): void {
  const { floats, a, b, columns, inner, aRow, aStep, bRow, outRow, adds } = product;
  const [a0, out] = [a + row * aRow, product.out + row * outRow];
  const [a1, a2, a3] = [a0 + aRow, a0 + 2 * aRow, a0 + 3 * aRow];
  for (let j = 0; j < columns; j++) {
    let sum0 = 0;
    let sum1 = 0;
    let sum2 = 0;
    let sum3 = 0;
    for (let k = 0, step = 0, at = b + j; k < inner; k++, step += aStep, at += bRow) {
      const factor = floats[at];
      sum0 += floats[a0 + step] * factor;
      sum1 += floats[a1 + step] * factor;
      sum2 += floats[a2 + step] * factor;
      sum3 += floats[a3 + step] * factor;
    }
    const to = out + j;
    floats[to] = adds ? floats[to] + sum0 : sum0;
    floats[to + outRow] = adds ? floats[to + outRow] + sum1 : sum1;
    floats[to + 2 * outRow] = adds ? floats[to + 2 * outRow] + sum2 : sum2;
    floats[to + 3 * outRow] = adds ? floats[to + 3 * outRow] + sum3 : sum3;
  }
}

function multiplyRow(product: Product, row: number): void {
  const { floats, a, b, columns, inner, aRow, aStep, bRow, outRow, adds } = product;
  const [from, to] = [a + row * aRow, product.out + row * outRow];
  for (let j = 0; j < columns; j++) {
    let sum = adds ? floats[to + j] : 0;
    for (let k = 0; k < inner; k++) sum += floats[from + k * aStep] * floats[b + k * bRow + j];
    floats[to + j] = sum;
  }
}
