import type { Initial } from '../initial.ts';
import type { Address } from '../kernel.ts';
import type { PackedStep } from './packing.ts';
import { multiply, rowAt } from './products.ts';
import {
  backThroughState,
  type CellKind,
  type CellRoom,
  type RecurrentCell,
  recurrentKind,
} from './recurrent.ts';

// A forget gate that begins open lets gradients reach back. @see Jozefowicz et al. 2015, section 2.2
const openForgetGate: Initial = (bias) => void bias.fill(0).fill(1, bias.length / 4, bias.length / 2);

const lstmCell: CellKind = {
  gates: 4,
  biases: (units) => [{ name: 'bias', shape: [4 * units], initial: openForgetGate }],
  create: (room) => new LstmCell(room),
};

/**
 * Long short-term memory, gates in the order input, forget, cell, output. Parameters of each direction: `kernel`
 * (input × 4 units), `recurrent-kernel` (units × 4 units), `bias` (4 units).
 * @see Hochreiter and Schmidhuber 1997, Long short-term memory
 */
export const lstm = recurrentKind<'lstm'>(lstmCell);

class LstmCell implements RecurrentCell {
  readonly #room: CellRoom;
  readonly #memory: Address;
  readonly #memoryTanh: Address;
  readonly #memoryGradient: Address;

  constructor(room: CellRoom) {
    const { arena, largestBatch, largestRows, units } = room;
    this.#room = room;
    this.#memory = arena.allocate(largestRows * units);
    this.#memoryTanh = arena.allocate(largestRows * units);
    this.#memoryGradient = arena.allocate(largestBatch * units);
  }

  forward(step: PackedStep): void {
    const { units, sums, recurrent, hidden } = this.#room;
    const { kernel } = this.#room.arena;
    const { first, count, before } = step;
    const [own, width] = [rowAt(sums, first, 4 * units), 4 * units];
    if (before !== null)
      multiply(kernel, own, [rowAt(hidden, before, units), recurrent.at], [count, width, units], 1);
    const [memory, tanh] = [rowAt(this.#memory, first, units), rowAt(this.#memoryTanh, first, units)];
    kernel.lstmForward(
      own,
      this.#memoryBefore(step),
      memory,
      rowAt(hidden, first, units),
      tanh,
      count,
      units,
    );
  }

  beginBack(batch: number): void {
    this.#room.arena.kernel.clear(this.#memoryGradient, batch * this.#room.units);
  }

  backward(step: PackedStep): void {
    const { arena, units, sums, sumGradients, hiddenGradient } = this.#room;
    const { first, count } = step;
    arena.kernel.lstmBack(
      rowAt(sumGradients, first, 4 * units),
      rowAt(sums, first, 4 * units),
      this.#memoryBefore(step),
      rowAt(this.#memoryTanh, first, units),
      hiddenGradient,
      this.#memoryGradient,
      count,
      units,
    );
    backThroughState(this.#room, step, sumGradients, 0);
  }

  endBack(): void {
    // The gradients of the sums are all there is.
  }

  #memoryBefore({ before }: PackedStep): Address {
    return before === null ? this.#room.nothing : rowAt(this.#memory, before, this.#room.units);
  }
}
