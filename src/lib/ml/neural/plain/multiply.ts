import type { NeuralKernel } from '../kernel.ts';
import { place, type PlainMemory } from './memory.ts';

/** Where a product reads and writes, in numbers instead of bytes. */
interface Product {
  readonly floats: Float32Array;
  readonly out: number;
  readonly outRow: number;
  readonly columns: number;
  readonly inner: number;
  readonly adds: boolean;
}

export function multiplyLoops(memory: PlainMemory): Pick<NeuralKernel, 'multiply' | 'transpose'> {
  // Four rows of `a` and the columns of `b`, each one number after another and in double precision: converted once.
  let rowsOfA = new Float64Array();
  let columnsOfB = new Float64Array();
  return {
    multiply: (out, a, b, rows, columns, inner, aRowStride, aStepStride, bStride, outStride, adds) => {
      const { floats } = memory;
      if (rowsOfA.length < 4 * inner) rowsOfA = new Float64Array(4 * inner);
      if (columnsOfB.length < columns * inner) columnsOfB = new Float64Array(columns * inner);
      const product = { floats, out: place(out), outRow: place(outStride), columns, inner, adds: adds === 1 };
      for (let k = 0; k < inner; k++)
        for (let j = 0, from = place(b + k * bStride); j < columns; j++)
          columnsOfB[j * inner + k] = floats[from + j];
      for (let row = 0; row < rows; row += 4) {
        const count = Math.min(4, rows - row);
        for (let i = 0; i < count; i++)
          for (let k = 0; k < inner; k++)
            rowsOfA[i * inner + k] = floats[place(a + (row + i) * aRowStride + k * aStepStride)];
        multiplyRows(product, rowsOfA, columnsOfB, row, count);
      }
    },
    transpose: (out, input, rows, columns) => {
      const { floats } = memory;
      const to = place(out);
      const from = place(input);
      for (let i = 0; i < rows; i++)
        for (let j = 0; j < columns; j++) floats[to + j * rows + i] = floats[from + i * columns + j];
    },
  };
}

/** Up to four rows share each number of `b`; those past `count` are summed and dropped. */
function multiplyRows(product: Product, a: Float64Array, b: Float64Array, row: number, count: number): void {
  const { floats, out, outRow, columns, inner, adds } = product;
  for (let j = 0; j < columns; j++) {
    const column = j * inner;
    let sum0 = 0;
    let sum1 = 0;
    let sum2 = 0;
    let sum3 = 0;
    for (let k = 0; k < inner; k++) {
      const factor = b[column + k];
      sum0 += a[k] * factor;
      sum1 += a[inner + k] * factor;
      sum2 += a[2 * inner + k] * factor;
      sum3 += a[3 * inner + k] * factor;
    }
    const to = out + row * outRow + j;
    floats[to] = adds ? floats[to] + sum0 : sum0;
    if (count > 1) floats[to + outRow] = adds ? floats[to + outRow] + sum1 : sum1;
    if (count > 2) floats[to + 2 * outRow] = adds ? floats[to + 2 * outRow] + sum2 : sum2;
    if (count > 3) floats[to + 3 * outRow] = adds ? floats[to + 3 * outRow] + sum3 : sum3;
  }
}
