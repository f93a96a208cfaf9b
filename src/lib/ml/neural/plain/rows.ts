import type { NeuralKernel } from '../kernel.ts';
import { place, type PlainMemory } from './memory.ts';

export function rowLoops(
  memory: PlainMemory,
): Pick<NeuralKernel, 'sparseMultiply' | 'gather' | 'scatterAdd'> {
  return {
    sparseMultiply: (out, rowStarts, columns, values, input, rows, width) => {
      const { floats, integers } = memory;
      const [to, from, starts] = [place(out), place(input), place(rowStarts)];
      floats.fill(0, to, to + rows * width);
      for (let row = 0; row < rows; row++) {
        for (let entry = integers[starts + row]; entry < integers[starts + row + 1]; entry++) {
          const value = floats[place(values) + entry];
          const other = from + integers[place(columns) + entry] * width;
          for (let j = 0; j < width; j++) floats[to + row * width + j] += value * floats[other + j];
        }
      }
    },
    gather: (out, table, indexes, rows, width) => {
      const { floats, integers } = memory;
      for (let row = 0; row < rows; row++) {
        const from = place(table) + integers[place(indexes) + row] * width;
        floats.copyWithin(place(out) + row * width, from, from + width);
      }
    },
    scatterAdd: (table, indexes, input, rows, width) => {
      const { floats, integers } = memory;
      for (let row = 0; row < rows; row++) {
        const to = place(table) + integers[place(indexes) + row] * width;
        const from = place(input) + row * width;
        for (let j = 0; j < width; j++) floats[to + j] += floats[from + j];
      }
    },
  };
}
