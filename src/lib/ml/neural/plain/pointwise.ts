import { sigmoid } from '../../core/sigmoid.ts';
import type { NeuralKernel } from '../kernel.ts';
import { place, type PlainMemory } from './memory.ts';

const leak = 0.2;

/** In the order of `activations`. */
const apply: readonly ((sum: number) => number)[] = [
  (sum) => sum,
  (sum) => Math.max(sum, 0),
  Math.tanh,
  sigmoid,
  (sum) => (sum > 0 ? sum : leak * sum),
];

/** Derivatives by what the activation gave, in the order of `activations`. */
const slope: readonly ((output: number) => number)[] = [
  () => 1,
  (output) => Number(output > 0),
  (output) => 1 - output * output,
  (output) => output * (1 - output),
  (output) => (output > 0 ? 1 : leak),
];

export function activationLoops(memory: PlainMemory): Pick<NeuralKernel, 'activate' | 'activateBack'> {
  return {
    activate: (values, bias, rows, columns, activation) => {
      const { floats } = memory;
      const [first, shift] = [place(values), place(bias)];
      const activated = apply[activation];
      for (let i = 0; i < rows; i++) {
        const row = first + i * columns;
        for (let j = 0; j < columns; j++) floats[row + j] = activated(floats[row + j] + floats[shift + j]);
      }
    },
    activateBack: (gradients, outputs, biasGradient, rows, columns, activation) => {
      const { floats } = memory;
      const [gradient, output, sums] = [place(gradients), place(outputs), place(biasGradient)];
      const slopeAt = slope[activation];
      for (let i = 0; i < rows * columns; i++) {
        floats[gradient + i] *= slopeAt(floats[output + i]);
        floats[sums + (i % columns)] += floats[gradient + i];
      }
    },
  };
}

export function vectorLoops(
  memory: PlainMemory,
): Pick<NeuralKernel, 'clear' | 'copy' | 'add' | 'scale' | 'product' | 'sumOfSquares'> {
  return {
    clear: (values, count) => void memory.floats.fill(0, place(values), place(values) + count),
    copy: (out, values, count) =>
      void memory.floats.copyWithin(place(out), place(values), place(values) + count),
    add: (out, values, count, factor) => {
      const { floats } = memory;
      const [to, from] = [place(out), place(values)];
      for (let i = 0; i < count; i++) floats[to + i] += factor * floats[from + i];
    },
    scale: (values, count, factor) => {
      const { floats } = memory;
      const first = place(values);
      for (let i = 0; i < count; i++) floats[first + i] *= factor;
    },
    product: (out, a, b, count) => {
      const { floats } = memory;
      const [to, left, right] = [place(out), place(a), place(b)];
      for (let i = 0; i < count; i++) floats[to + i] = floats[left + i] * floats[right + i];
    },
    sumOfSquares: (values, count) => {
      const { floats } = memory;
      const first = place(values);
      let sum = 0;
      for (let i = 0; i < count; i++) sum += floats[first + i] * floats[first + i];
      return sum;
    },
  };
}

export function adamLoop(memory: PlainMemory): Pick<NeuralKernel, 'adam'> {
  return {
    adam: (parameters, gradients, first, second, count, rate, beta1, beta2, epsilon, decay) => {
      const { floats } = memory;
      const [parameter, gradient] = [place(parameters), place(gradients)];
      const [mean, square] = [place(first), place(second)];
      for (let i = 0; i < count; i++) {
        const g = floats[gradient + i];
        floats[mean + i] = beta1 * floats[mean + i] + (1 - beta1) * g;
        floats[square + i] = beta2 * floats[square + i] + (1 - beta2) * g * g;
        const step = (rate * floats[mean + i]) / (Math.sqrt(floats[square + i]) + epsilon);
        floats[parameter + i] -= decay * floats[parameter + i] + step;
      }
    },
  };
}
