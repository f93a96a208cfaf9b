import type { Arena } from '../arena.ts';
import type { Address } from '../kernel.ts';
import type { BatchShape } from '../layer.ts';

/** The rows of one step that are real: `count` of them from row `first` on, and where those of the step before begin. */
export interface PackedStep {
  readonly first: number;
  readonly count: number;
  /** Null at the first step: nothing came before. */
  readonly before: number | null;
}

/**
 * A batch of unequal lengths without its padding: step after step, within a step the longest examples first, so that the
 * examples still running are always the first rows of the step before. Backward runs read each example from its last real
 * step to its first. What is not packed is never computed.
 * @see cuDNN and PyTorch, "packed sequences"
 */
export class Packing {
  /** Sorted example i is example `order[i]` of the batch. */
  readonly order: Int32Array;
  rows = 0;
  steps: readonly PackedStep[] = [];
  readonly #arena: Arena;
  readonly #byDirection: readonly { readonly inputs: Address; readonly outputs: Address }[];
  readonly #lastRows: Address;
  readonly #lastOutputs: readonly Address[];

  /** @param directions 1, or 2 when the steps are also read backward */
  constructor(arena: Arena, largestBatch: number, steps: number, directions: number) {
    const each = <T>(make: () => T) => Array.from({ length: directions }, make);
    this.#arena = arena;
    this.order = new Int32Array(largestBatch);
    this.#byDirection = each(() => ({
      inputs: arena.allocate(largestBatch * steps),
      outputs: arena.allocate(largestBatch * steps),
    }));
    this.#lastRows = arena.allocate(largestBatch);
    this.#lastOutputs = each(() => arena.allocate(largestBatch));
  }

  /** Row of the layer's input (batch × steps) each packed row was read from, int32. */
  inputRows(direction: number): Address {
    return this.#byDirection[direction].inputs;
  }

  /** The same as rows of an output whose rows hold one direction after the other. */
  outputRows(direction: number): Address {
    return this.#byDirection[direction].outputs;
  }

  /** The packed row of each sorted example's last step. */
  get lastRows(): Address {
    return this.#lastRows;
  }

  /** Row of a pooled output, one direction after the other, of each sorted example. */
  lastOutputs(direction: number): Address {
    return this.#lastOutputs[direction];
  }

  pack({ batch, steps, lengths }: BatchShape): void {
    const lengthOf = this.#arena.integers(lengths, batch);
    this.#sort(lengthOf, batch, steps);
    this.#layOut(lengthOf, batch);
    this.#byDirection.forEach((_, direction) => this.#index(lengthOf, batch, steps, direction));
  }

  /** By length, the longest first; equals stay in order, so that the same batch always adds up in the same way. */
  #sort(lengths: Int32Array, batch: number, steps: number): void {
    // How many examples are longer than the index says: the place of the first of that length.
    const firsts = new Int32Array(steps + 1);
    for (const length of lengths) firsts[length - 1] += 1;
    for (let length = steps; length >= 1; length--) firsts[length - 1] += firsts[length];
    for (let example = 0; example < batch; example++) this.order[firsts[lengths[example]]++] = example;
  }

  #layOut(lengths: Int32Array, batch: number): void {
    const steps: PackedStep[] = [];
    const lastRows = this.#arena.integers(this.#lastRows, batch);
    let first = 0;
    let count = batch;
    for (let step = 0; count > 0; step++) {
      steps.push({ first, count, before: steps.at(-1)?.first ?? null });
      for (; count > 0 && lengths[this.order[count - 1]] === step + 1; count--)
        lastRows[count - 1] = first + count - 1;
      first += steps[step].count;
    }
    this.rows = first;
    this.steps = steps;
  }

  #index(lengths: Int32Array, batch: number, steps: number, direction: number): void {
    const directions = this.#byDirection.length;
    const inputs = this.#arena.integers(this.inputRows(direction), this.rows);
    const outputs = this.#arena.integers(this.outputRows(direction), this.rows);
    const lastOutputs = this.#arena.integers(this.lastOutputs(direction), batch);
    this.steps.forEach(({ first, count }, step) => {
      for (let i = 0; i < count; i++) {
        const example = this.order[i];
        const row = example * steps + (direction === 0 ? step : lengths[example] - 1 - step);
        inputs[first + i] = row;
        outputs[first + i] = row * directions + direction;
      }
    });
    for (let i = 0; i < batch; i++) lastOutputs[i] = this.order[i] * directions + direction;
  }
}
