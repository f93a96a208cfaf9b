import type { Random } from '../../core/random.ts';
import type { Arena } from '../arena.ts';
import type { Address } from '../kernel.ts';
import type { BatchShape, Layer, Parameter } from '../layer.ts';
import { expectShare } from './checks.ts';
import type { LayerKind, SpecOf } from './kind.ts';

/**
 * While training, each number is dropped with chance `rate` and the others are scaled by 1 / (1 − rate), so that nothing has
 * to change when nothing is dropped: at prediction it hands its input on.
 */
export class DropoutLayer implements Layer {
  readonly inputWidth: number;
  readonly outputWidth: number;
  readonly parameters: readonly Parameter[] = [];
  readonly #arena: Arena;
  readonly #rate: number;
  readonly #random: Random;
  readonly #mask: Address;
  readonly #output: Address;

  constructor(arena: Arena, largestRows: number, width: number, rate: number, random: Random) {
    this.inputWidth = width;
    this.outputWidth = width;
    this.#arena = arena;
    this.#rate = rate;
    this.#random = random;
    this.#mask = arena.allocate(largestRows * width);
    this.#output = arena.allocate(largestRows * width);
  }

  forward(input: Address, { batch, steps, isTraining }: BatchShape): Address {
    if (!this.#drops(isTraining)) return input;
    const count = batch * steps * this.inputWidth;
    const keep = 1 - this.#rate;
    const mask = this.#arena.floats(this.#mask, count);
    for (let i = 0; i < count; i++) mask[i] = this.#random() < keep ? 1 / keep : 0;
    this.#arena.kernel.product(this.#output, input, this.#mask, count);
    return this.#output;
  }

  backward(gradient: Address, { batch, steps, isTraining }: BatchShape): Address {
    if (!this.#drops(isTraining)) return gradient;
    this.#arena.kernel.product(gradient, gradient, this.#mask, batch * steps * this.inputWidth);
    return gradient;
  }

  #drops(isTraining: boolean): boolean {
    return isTraining && this.#rate > 0;
  }

  stepsAfter(steps: number): number {
    return steps;
  }
}

export const dropout: LayerKind<SpecOf<'dropout'>> = {
  plan({ rate }, input) {
    expectShare('rate', rate);
    return { output: input, parameters: [] };
  },
  make({ rate }, { arena, largestBatch, input, random }) {
    return new DropoutLayer(arena, largestBatch * input.steps, input.width, rate, random);
  },
};
