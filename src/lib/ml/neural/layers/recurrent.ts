import type { Arena } from '../arena.ts';
import { glorotUniform, orthogonal } from '../initial.ts';
import { activationCode, type Address, type NeuralKernel } from '../kernel.ts';
import type { BatchShape, Layer, Parameter } from '../layer.ts';
import { expectWhole } from './checks.ts';
import type { LayerKind, LayerSite, ParameterPlan, SpecOf } from './kind.ts';
import { Packing, type PackedStep } from './packing.ts';
import { addTransposedProduct, multiply, rowAt } from './products.ts';

/** What tells an LSTM from a GRU. */
export interface CellKind {
  /** Sums a unit has. */
  readonly gates: number;
  /** Of each direction, beyond kernel and recurrent kernel; the first is the bias of the sums. */
  biases(units: number): readonly ParameterPlan[];
  create(room: CellRoom): RecurrentCell;
}

/** What a cell finds: parameters and buffers of its direction. Rows are packed and have `units` numbers unless said. */
export interface CellRoom {
  readonly arena: Arena;
  readonly units: number;
  readonly largestBatch: number;
  /** Packed rows at most. */
  readonly largestRows: number;
  /** units × gates · units. */
  readonly recurrent: Parameter;
  /** As the cell's kind planned them. */
  readonly biases: readonly Parameter[];
  /** gates · units × units, while going back. */
  readonly recurrentTransposed: Address;
  /** gates · units a row: input · kernel + bias, and after a step whatever the cell wants to remember of them. */
  readonly sums: Address;
  readonly sumGradients: Address;
  readonly hidden: Address;
  /** One row an example that still runs, carried from step to step. */
  readonly hiddenGradient: Address;
  /** Rows of 0: the state before the first step. */
  readonly nothing: Address;
}

/** One direction of an LSTM or a GRU, step by step. */
export interface RecurrentCell {
  /** From the sums of a step and the hidden state before it to its hidden state. */
  forward(step: PackedStep): void;
  /** Before the first step back. */
  beginBack(batch: number): void;
  /** From `hiddenGradient` of a step to that of the step before and to the gradient of the step's sums. */
  backward(step: PackedStep): void;
  /** After the last step back: what is a sum over all rows. */
  endBack(rows: number): void;
}

type RecurrentSpec = SpecOf<'lstm' | 'gru'>;

const linear = activationCode('linear');

/**
 * A recurrent layer over packed steps: one product for the inputs of all steps, then step by step for the states. Padded
 * steps are never computed: they change no state, answer 0 and get no gradient.
 */
export class Recurrent implements Layer {
  readonly inputWidth: number;
  readonly outputWidth: number;
  readonly parameters: readonly Parameter[];
  readonly #returns: RecurrentSpec['returns'];
  readonly #kernel: NeuralKernel;
  readonly #packing: Packing;
  readonly #directions: readonly Direction[];
  readonly #output: Address;
  readonly #inputGradient: Address;

  constructor(site: LayerSite, { units, direction, returns }: RecurrentSpec, kind: CellKind) {
    const { arena, input, largestBatch, parameters } = site;
    const count = direction === 'both' ? 2 : 1;
    const own = parameters.length / count;
    this.#returns = returns;
    this.#kernel = arena.kernel;
    this.inputWidth = input.width;
    this.outputWidth = count * units;
    this.parameters = parameters;
    this.#packing = new Packing(arena, largestBatch, input.steps, count);
    this.#directions = Array.from(
      { length: count },
      (_, d) => new Direction(site, parameters.slice(d * own, (d + 1) * own), kind),
    );
    this.#output = arena.allocate(largestBatch * this.stepsAfter(input.steps) * this.outputWidth);
    this.#inputGradient = arena.allocate(largestBatch * input.steps * input.width);
  }

  stepsAfter(steps: number): number {
    return this.#returns === 'all' ? steps : 1;
  }

  forward(input: Address, shape: BatchShape): Address {
    const packing = this.#packing;
    packing.pack(shape);
    this.#kernel.clear(this.#output, shape.batch * this.stepsAfter(shape.steps) * this.outputWidth);
    this.#directions.forEach((direction, d) => {
      direction.forward(input, packing.inputRows(d), packing);
      if (this.#returns === 'all') direction.unpackAll(this.#output, packing.outputRows(d), packing.rows);
      else direction.unpackLast(this.#output, packing.lastOutputs(d), packing.lastRows, shape.batch);
    });
    return this.#output;
  }

  backward(gradient: Address, { batch, steps }: BatchShape, needsInput: boolean): Address {
    const packing = this.#packing;
    if (needsInput) this.#kernel.clear(this.#inputGradient, batch * steps * this.inputWidth);
    this.#directions.forEach((direction, d) => {
      if (this.#returns === 'all') direction.backwardAll(gradient, packing.outputRows(d), packing, batch);
      else direction.backwardLast(gradient, packing.lastOutputs(d), packing, batch);
      if (needsInput) direction.addInputGradient(this.#inputGradient, packing.inputRows(d), packing.rows);
    });
    return this.#inputGradient;
  }
}

/** One reading direction: its packed rows and its states. */
class Direction {
  readonly #room: CellRoom;
  readonly #kernel: NeuralKernel;
  readonly #cell: RecurrentCell;
  readonly #inputWidth: number;
  readonly #sumWidth: number;
  readonly #weights: Parameter;
  readonly #weightsTransposed: Address;
  readonly #input: Address;
  readonly #inputGradient: Address;
  /** Packed gradients of the outputs, or the states after each example's last step. */
  readonly #outputs: Address;

  constructor(site: LayerSite, parameters: readonly Parameter[], kind: CellKind) {
    const { arena, input } = site;
    const [weights, recurrent, ...biases] = parameters;
    const room = cellRoom(site, recurrent, biases);
    this.#room = room;
    this.#kernel = arena.kernel;
    this.#cell = kind.create(room);
    this.#inputWidth = input.width;
    this.#sumWidth = kind.gates * room.units;
    this.#weights = weights;
    this.#weightsTransposed = arena.allocate(input.width * this.#sumWidth);
    this.#input = arena.allocate(room.largestRows * input.width);
    this.#inputGradient = arena.allocate(room.largestRows * input.width);
    this.#outputs = arena.allocate(room.largestRows * room.units);
  }

  forward(input: Address, inputRows: Address, { rows, steps }: Packing): void {
    const { sums, biases } = this.#room;
    const kernel = this.#kernel;
    kernel.gather(this.#input, input, inputRows, rows, this.#inputWidth);
    kernel.dense(
      sums,
      this.#input,
      this.#weights.at,
      biases[0].at,
      rows,
      this.#sumWidth,
      this.#inputWidth,
      linear,
    );
    for (const step of steps) this.#cell.forward(step);
  }

  unpackAll(output: Address, outputRows: Address, rows: number): void {
    const { hidden, units } = this.#room;
    this.#kernel.scatterAdd(output, outputRows, hidden, rows, units);
  }

  unpackLast(output: Address, outputRows: Address, lastRows: Address, batch: number): void {
    const { hidden, units } = this.#room;
    this.#kernel.gather(this.#outputs, hidden, lastRows, batch, units);
    this.#kernel.scatterAdd(output, outputRows, this.#outputs, batch, units);
  }

  backwardAll(gradient: Address, outputRows: Address, packing: Packing, batch: number): void {
    const { hiddenGradient, units } = this.#room;
    this.#kernel.gather(this.#outputs, gradient, outputRows, packing.rows, units);
    this.#kernel.clear(hiddenGradient, batch * units);
    this.#stepBack(packing, batch, ({ first, count }) => {
      this.#kernel.add(hiddenGradient, rowAt(this.#outputs, first, units), count * units, 1);
    });
  }

  /** An example's gradient waits in its row until the steps come down to its last one. */
  backwardLast(gradient: Address, outputRows: Address, packing: Packing, batch: number): void {
    const { hiddenGradient, units } = this.#room;
    this.#kernel.gather(hiddenGradient, gradient, outputRows, batch, units);
    this.#stepBack(packing, batch, () => undefined);
  }

  #stepBack({ rows, steps }: Packing, batch: number, addOutput: (step: PackedStep) => void): void {
    const { recurrent, recurrentTransposed, biases, sums, sumGradients, units } = this.#room;
    const kernel = this.#kernel;
    kernel.transpose(recurrentTransposed, recurrent.at, units, this.#sumWidth);
    this.#cell.beginBack(batch);
    for (let step = steps.length - 1; step >= 0; step--) {
      addOutput(steps[step]);
      this.#cell.backward(steps[step]);
    }
    this.#cell.endBack(rows);
    const size = [this.#inputWidth, this.#sumWidth, rows] as const;
    addTransposedProduct(kernel, this.#weights.gradient, [this.#input, sumGradients], size);
    kernel.activateBack(sumGradients, sums, biases[0].gradient, rows, this.#sumWidth, linear);
  }

  addInputGradient(inputGradient: Address, inputRows: Address, rows: number): void {
    const { sumGradients } = this.#room;
    const kernel = this.#kernel;
    const size = [rows, this.#inputWidth, this.#sumWidth] as const;
    kernel.transpose(this.#weightsTransposed, this.#weights.at, this.#inputWidth, this.#sumWidth);
    multiply(kernel, this.#inputGradient, [sumGradients, this.#weightsTransposed], size);
    kernel.scatterAdd(inputGradient, inputRows, this.#inputGradient, rows, this.#inputWidth);
  }
}

function cellRoom(
  { arena, largestBatch, input }: LayerSite,
  recurrent: Parameter,
  biases: readonly Parameter[],
): CellRoom {
  const [units, sumWidth] = recurrent.shape;
  const largestRows = largestBatch * input.steps;
  return {
    arena,
    units,
    largestBatch,
    largestRows,
    recurrent,
    biases,
    recurrentTransposed: arena.allocate(sumWidth * units),
    sums: arena.allocate(largestRows * sumWidth),
    sumGradients: arena.allocate(largestRows * sumWidth),
    hidden: arena.allocate(largestRows * units),
    hiddenGradient: arena.allocate(largestBatch * units),
    nothing: arena.allocate(largestBatch * units),
  };
}

/** Carries the gradient of a step's recurrent sums to the recurrent kernel and to the hidden state before the step. */
export function backThroughState(
  room: CellRoom,
  { first, count, before }: PackedStep,
  gradients: Address,
  adds: 0 | 1,
): void {
  if (before === null) return;
  const { units, recurrent, recurrentTransposed, hidden, hiddenGradient } = room;
  const { kernel } = room.arena;
  const width = recurrent.shape[1];
  const own = rowAt(gradients, first, width);
  const state = rowAt(hidden, before, units);
  addTransposedProduct(kernel, recurrent.gradient, [state, own], [units, width, count]);
  multiply(kernel, hiddenGradient, [own, recurrentTransposed], [count, units, width], adds);
}

/** The kind of layer that a kind of cell makes. */
export function recurrentKind<Kind extends 'lstm' | 'gru'>(cell: CellKind): LayerKind<SpecOf<Kind>> {
  return {
    plan({ units, direction, returns }, { width, steps }) {
      expectWhole('units', units, 1);
      const prefixes = direction === 'both' ? ['', 'backward-'] : [''];
      const sums = cell.gates * units;
      const own: readonly ParameterPlan[] = [
        { name: 'kernel', shape: [width, sums], initial: glorotUniform(width, sums) },
        { name: 'recurrent-kernel', shape: [units, sums], initial: orthogonal(units, sums) },
        ...cell.biases(units),
      ];
      return {
        output: { width: prefixes.length * units, steps: returns === 'all' ? steps : 1 },
        parameters: prefixes.flatMap((prefix) => own.map((plan) => ({ ...plan, name: prefix + plan.name }))),
      };
    },
    make: (spec, site) => new Recurrent(site, spec, cell),
  };
}
