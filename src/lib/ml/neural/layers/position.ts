import type { Arena } from '../arena.ts';
import { gaussian } from '../initial.ts';
import type { Address } from '../kernel.ts';
import type { BatchShape, Layer, Parameter } from '../layer.ts';
import { expectEqual } from './checks.ts';
import type { LayerKind, SpecOf } from './kind.ts';

// Small beside inputs of about 1, as in BERT: at first, where a step stands hardly matters.
const firstDeviation = 0.02;

/** Adds a learned vector to each step, the same for all examples. */
class PositionLayer implements Layer {
  readonly inputWidth: number;
  readonly outputWidth: number;
  readonly parameters: readonly Parameter[];
  readonly #arena: Arena;
  readonly #output: Address;

  constructor(arena: Arena, largestBatch: number, [table]: readonly Parameter[]) {
    const [steps, width] = table.shape;
    this.inputWidth = width;
    this.outputWidth = width;
    this.parameters = [table];
    this.#arena = arena;
    this.#output = arena.allocate(largestBatch * steps * width);
  }

  forward(input: Address, { batch, steps }: BatchShape): Address {
    const { kernel } = this.#arena;
    const [table] = this.parameters;
    const count = steps * this.inputWidth;
    kernel.copy(this.#output, input, batch * count);
    for (let b = 0; b < batch; b++) kernel.add(this.#output + 4 * b * count, table.at, count, 1);
    return this.#output;
  }

  backward(gradient: Address, { batch, steps }: BatchShape): Address {
    const [table] = this.parameters;
    const count = steps * this.inputWidth;
    for (let b = 0; b < batch; b++)
      this.#arena.kernel.add(table.gradient, gradient + 4 * b * count, count, 1);
    return gradient;
  }

  stepsAfter(steps: number): number {
    return steps;
  }
}

export const position: LayerKind<SpecOf<'position'>> = {
  plan({ steps }, input) {
    expectEqual('steps of positions', input.steps, steps);
    const table = { name: 'table', shape: [steps, input.width], initial: gaussian(firstDeviation) };
    return { output: input, parameters: [table] };
  },
  make: (_spec, { arena, largestBatch, parameters }) => new PositionLayer(arena, largestBatch, parameters),
};
