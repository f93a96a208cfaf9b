import type { Arena } from '../arena.ts';
import { gaussian } from '../initial.ts';
import type { Address } from '../kernel.ts';
import type { BatchShape, Layer, Parameter } from '../layer.ts';
import { expectEqual, expectWhole } from './checks.ts';
import type { LayerKind, SpecOf } from './kind.ts';

/** One index a row → the row of the table that stands there. An index has no gradient. */
class EmbeddingLayer implements Layer {
  readonly inputWidth = 1;
  readonly outputWidth: number;
  readonly parameters: readonly Parameter[];
  readonly #arena: Arena;
  readonly #indexes: Address;
  readonly #output: Address;
  readonly #inputGradient: Address;

  constructor(arena: Arena, largestRows: number, [table]: readonly Parameter[]) {
    this.outputWidth = table.shape[1];
    this.parameters = [table];
    this.#arena = arena;
    this.#indexes = arena.allocate(largestRows);
    this.#output = arena.allocate(largestRows * this.outputWidth);
    this.#inputGradient = arena.allocate(largestRows);
  }

  /** @throws RangeError when an index stands outside the table */
  forward(input: Address, { batch, steps }: BatchShape): Address {
    const rows = batch * steps;
    const [table] = this.parameters;
    this.#readIndexes(input, rows, table.shape[0]);
    this.#arena.kernel.gather(this.#output, table.at, this.#indexes, rows, this.outputWidth);
    return this.#output;
  }

  #readIndexes(input: Address, rows: number, entries: number): void {
    const given = this.#arena.floats(input, rows);
    const indexes = this.#arena.integers(this.#indexes, rows);
    for (let i = 0; i < rows; i++) {
      if (!(Number.isInteger(given[i]) && given[i] >= 0 && given[i] < entries))
        throw new RangeError(`index: expected a whole number from 0 to ${entries - 1}, got ${given[i]}`);
      indexes[i] = given[i];
    }
  }

  backward(gradient: Address, { batch, steps }: BatchShape): Address {
    const rows = batch * steps;
    const [table] = this.parameters;
    this.#arena.kernel.scatterAdd(table.gradient, this.#indexes, gradient, rows, this.outputWidth);
    this.#arena.kernel.clear(this.#inputGradient, rows);
    return this.#inputGradient;
  }

  stepsAfter(steps: number): number {
    return steps;
  }
}

export const embedding: LayerKind<SpecOf<'embedding'>> = {
  plan({ entries, units }, { width, steps }) {
    expectWhole('entries', entries, 1);
    expectWhole('units', units, 1);
    expectEqual('width before an embedding', 1, width);
    // Rows of length about 1, whatever their width.
    const table = { name: 'table', shape: [entries, units], initial: gaussian(1 / Math.sqrt(units)) };
    return { output: { width: units, steps }, parameters: [table] };
  },
  make: (_spec, { arena, largestBatch, input, parameters }) =>
    new EmbeddingLayer(arena, largestBatch * input.steps, parameters),
};
