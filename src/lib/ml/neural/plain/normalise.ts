import type { NeuralKernel } from '../kernel.ts';
import { place, type PlainMemory } from './memory.ts';

export function layerNormLoops(
  memory: PlainMemory,
): Pick<NeuralKernel, 'layerNormForward' | 'layerNormBack'> {
  return {
    layerNormForward: (out, normal, inverse, input, gain, shift, rows, columns, epsilon) => {
      const { floats } = memory;
      for (let i = 0; i < rows; i++) {
        const from = place(input) + i * columns;
        const mean = sumOf(columns, (j) => floats[from + j]) / columns;
        const variance = sumOf(columns, (j) => (floats[from + j] - mean) ** 2) / columns;
        const factor = 1 / Math.sqrt(variance + epsilon);
        floats[place(inverse) + i] = factor;
        for (let j = 0; j < columns; j++) {
          const at = i * columns + j;
          floats[place(normal) + at] = (floats[from + j] - mean) * factor;
          floats[place(out) + at] =
            floats[place(normal) + at] * floats[place(gain) + j] + floats[place(shift) + j];
        }
      }
    },
    layerNormBack: (
      inputGradient,
      outGradient,
      normal,
      inverse,
      gain,
      gainGradient,
      shiftGradient,
      rows,
      columns,
    ) => {
      const { floats } = memory;
      const [gains, gainSums, shiftSums] = [place(gain), place(gainGradient), place(shiftGradient)];
      for (let i = 0; i < rows; i++) {
        const [to, from] = [place(inputGradient) + i * columns, place(outGradient) + i * columns];
        const row = place(normal) + i * columns;
        for (let j = 0; j < columns; j++) {
          floats[gainSums + j] += floats[from + j] * floats[row + j];
          floats[shiftSums + j] += floats[from + j];
        }
        const mean = sumOf(columns, (j) => floats[from + j] * floats[gains + j]) / columns;
        const along = sumOf(columns, (j) => floats[from + j] * floats[gains + j] * floats[row + j]) / columns;
        const factor = floats[place(inverse) + i];
        for (let j = 0; j < columns; j++)
          floats[to + j] = factor * (floats[from + j] * floats[gains + j] - mean - floats[row + j] * along);
      }
    },
  };
}

function sumOf(count: number, term: (index: number) => number): number {
  let sum = 0;
  for (let index = 0; index < count; index++) sum += term(index);
  return sum;
}
