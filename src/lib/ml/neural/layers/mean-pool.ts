import type { Arena } from '../arena.ts';
import type { Address } from '../kernel.ts';
import type { BatchShape, Layer, Parameter } from '../layer.ts';
import type { LayerKind, SpecOf } from './kind.ts';

/** The mean over an example's real steps: batch × steps rows → batch rows. */
class MeanPoolLayer implements Layer {
  readonly inputWidth: number;
  readonly outputWidth: number;
  readonly parameters: readonly Parameter[] = [];
  readonly #arena: Arena;
  readonly #output: Address;
  readonly #inputGradient: Address;

  constructor(arena: Arena, largestBatch: number, steps: number, width: number) {
    this.inputWidth = width;
    this.outputWidth = width;
    this.#arena = arena;
    this.#output = arena.allocate(largestBatch * width);
    this.#inputGradient = arena.allocate(largestBatch * steps * width);
  }

  forward(input: Address, { batch, steps, lengths }: BatchShape): Address {
    const { kernel } = this.#arena;
    const real = this.#arena.integers(lengths, batch);
    const bytes = 4 * this.inputWidth;
    kernel.clear(this.#output, batch * this.inputWidth);
    for (let b = 0; b < batch; b++)
      for (let t = 0; t < real[b]; t++)
        kernel.add(this.#output + b * bytes, input + (b * steps + t) * bytes, this.inputWidth, 1 / real[b]);
    return this.#output;
  }

  backward(gradient: Address, { batch, steps, lengths }: BatchShape): Address {
    const { kernel } = this.#arena;
    const real = this.#arena.integers(lengths, batch);
    const bytes = 4 * this.inputWidth;
    kernel.clear(this.#inputGradient, batch * steps * this.inputWidth);
    for (let b = 0; b < batch; b++)
      for (let t = 0; t < real[b]; t++)
        kernel.add(
          this.#inputGradient + (b * steps + t) * bytes,
          gradient + b * bytes,
          this.inputWidth,
          1 / real[b],
        );
    return this.#inputGradient;
  }

  stepsAfter(): number {
    return 1;
  }
}

export const meanPool: LayerKind<SpecOf<'mean-pool'>> = {
  plan: (_spec, { width }) => ({ output: { width, steps: 1 }, parameters: [] }),
  make: (_spec, { arena, largestBatch, input }) =>
    new MeanPoolLayer(arena, largestBatch, input.steps, input.width),
};
