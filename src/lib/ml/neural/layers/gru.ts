import { zeros } from '../initial.ts';
import { activationCode, type Address } from '../kernel.ts';
import type { Parameter } from '../layer.ts';
import type { PackedStep } from './packing.ts';
import { multiply, rowAt } from './products.ts';
import {
  backThroughState,
  type CellKind,
  type CellRoom,
  type RecurrentCell,
  recurrentKind,
} from './recurrent.ts';

const gruCell: CellKind = {
  gates: 3,
  biases: (units) => [
    { name: 'bias', shape: [3 * units], initial: zeros },
    { name: 'recurrent-bias', shape: [3 * units], initial: zeros },
  ],
  create: (room) => new GruCell(room),
};

/**
 * Gated recurrent unit as in cuDNN and PyTorch, where the reset gate acts after the recurrent product; gates in the order
 * update, reset, candidate. Parameters of each direction: `kernel` (input × 3 units), `recurrent-kernel` (units × 3 units),
 * `bias` and `recurrent-bias` (3 units each).
 * @see Cho et al. 2014, Learning phrase representations using RNN encoder-decoder
 */
export const gru = recurrentKind<'gru'>(gruCell);

const linear = activationCode('linear');

class GruCell implements RecurrentCell {
  readonly #room: CellRoom;
  readonly #bias: Parameter;
  /** hidden · recurrent kernel + recurrent bias, and its gradient: 3 units a packed row. */
  readonly #recurrentSums: Address;
  readonly #recurrentGradients: Address;

  constructor(room: CellRoom) {
    const { arena, units, largestRows } = room;
    this.#room = room;
    this.#bias = room.biases[1];
    this.#recurrentSums = arena.allocate(largestRows * 3 * units);
    this.#recurrentGradients = arena.allocate(largestRows * 3 * units);
  }

  forward(step: PackedStep): void {
    const { units, sums, recurrent, hidden } = this.#room;
    const { kernel } = this.#room.arena;
    const { first, count, before } = step;
    const width = 3 * units;
    const own = rowAt(this.#recurrentSums, first, width);
    if (before === null) kernel.clear(own, count * width);
    else multiply(kernel, own, [rowAt(hidden, before, units), recurrent.at], [count, width, units]);
    kernel.activate(own, this.#bias.at, count, width, linear);
    kernel.gruForward(
      rowAt(sums, first, width),
      own,
      this.#hiddenBefore(step),
      rowAt(hidden, first, units),
      count,
      units,
    );
  }

  beginBack(): void {
    // All that is carried from step to step is the gradient of the hidden state.
  }

  backward(step: PackedStep): void {
    const { arena, units, sums, sumGradients, hiddenGradient } = this.#room;
    const { first, count } = step;
    const width = 3 * units;
    arena.kernel.gruBack(
      rowAt(sumGradients, first, width),
      rowAt(this.#recurrentGradients, first, width),
      rowAt(sums, first, width),
      rowAt(this.#recurrentSums, first, width),
      this.#hiddenBefore(step),
      hiddenGradient,
      count,
      units,
    );
    backThroughState(this.#room, step, this.#recurrentGradients, 1);
  }

  endBack(rows: number): void {
    const { arena, units } = this.#room;
    arena.kernel.activateBack(
      this.#recurrentGradients,
      this.#recurrentSums,
      this.#bias.gradient,
      rows,
      3 * units,
      linear,
    );
  }

  #hiddenBefore({ before }: PackedStep): Address {
    return before === null ? this.#room.nothing : rowAt(this.#room.hidden, before, this.#room.units);
  }
}
