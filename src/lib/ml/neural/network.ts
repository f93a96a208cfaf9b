import { integerBelow, type Random, seededRandom } from '../core/random.ts';
import { Arena } from './arena.ts';
import { type Examples, gatherRows } from './examples.ts';
import type { Address, NeuralKernel } from './kernel.ts';
import type { BatchShape, Layer, Parameter } from './layer.ts';
import { expectWhole } from './layers/checks.ts';
import { makeLayer } from './layers/index.ts';
import type { RowShape } from './layers/kind.ts';
import type { NetworkModel } from './model.ts';
import { type NetworkPlan, type NetworkSpec, planNetwork, sizeOf } from './plan.ts';

export interface NetworkOptions {
  /** Networks on one kernel share its memory, and may hand each other their rows. */
  readonly kernel: NeuralKernel;
  /** Most examples a batch may have. */
  readonly largestBatch: number;
  /** Of the first weights, and of what dropout drops. */
  readonly seed: number;
}

/** All parameters of a network as one array, and their gradients as another, for those who treat them alike. */
export interface ParameterBlock {
  readonly at: Address;
  readonly gradient: Address;
  readonly count: number;
}

const arenas = new WeakMap<NeuralKernel, Arena>();

/** The one arena of a kernel: two would hand out the same bytes. */
export function arenaOf(kernel: NeuralKernel): Arena {
  const arena = arenas.get(kernel) ?? new Arena(kernel);
  arenas.set(kernel, arena);
  return arena;
}

/** Which gradients a way back is for. */
export type Wanted = 'parameters' | 'input' | 'both';

/**
 * A network in a session: weights, gradients and buffers in a kernel's memory. A step of training is `load`, `forward`, the
 * loss' gradient into `outputGradient`, `backward`, and the optimizer's step over `block`.
 */
export class Network {
  readonly spec: NetworkSpec;
  readonly arena: Arena;
  readonly largestBatch: number;
  /** Width and steps of what `forward` gives. */
  readonly output: RowShape;
  readonly parameters: readonly Parameter[];
  readonly block: ParameterBlock;
  /** Room for the largest batch: examples × steps × inputWidth. */
  readonly input: Address;
  /** Room for the gradient of the largest batch's output. */
  readonly outputGradient: Address;
  readonly #lengths: Address;
  /** The lengths of examples whose steps have been pooled into one. */
  readonly #ones: Address;
  readonly #layers: readonly Layer[];

  /** @throws RangeError for a spec that makes no network */
  constructor(spec: NetworkSpec, { kernel, largestBatch, seed }: NetworkOptions) {
    const plan = planNetwork(spec);
    expectWhole('largestBatch', largestBatch, 1);
    const random = seededRandom(seed);
    this.spec = spec;
    this.arena = arenaOf(kernel);
    this.largestBatch = largestBatch;
    this.output = plan.output;
    this.input = this.arena.allocate(largestBatch * spec.steps * spec.inputWidth);
    this.#lengths = this.arena.allocate(largestBatch);
    this.#ones = this.arena.allocate(largestBatch);
    this.outputGradient = this.arena.allocate(largestBatch * plan.output.steps * plan.output.width);
    const { block, parameters } = placeParameters(this.arena, plan);
    this.block = block;
    this.parameters = parameters.flat();
    this.#layers = spec.layers.map((layer, i) =>
      makeLayer(layer, {
        arena: this.arena,
        largestBatch,
        input: plan.inputs[i],
        parameters: parameters[i],
        random: seededRandom(integerBelow(random, 2 ** 32)),
      }),
    );
    this.arena.integers(this.#lengths, largestBatch).fill(spec.steps);
    this.arena.integers(this.#ones, largestBatch).fill(1);
    this.#begin(plan, random);
  }

  /** In their order, for what only they know: where attention went. */
  get layers(): readonly Layer[] {
    return this.#layers;
  }

  get kernel(): NeuralKernel {
    return this.arena.kernel;
  }

  #begin(plan: NetworkPlan, random: Random): void {
    const initials = plan.layers.flatMap(({ parameters }) => parameters.map(({ initial }) => initial));
    for (const [i, { at, shape }] of this.parameters.entries())
      initials[i](this.arena.floats(at, sizeOf(shape)), random);
  }

  /** Puts the examples at `rows` into `input`, in that order, with how many of their steps are real (all, when not told). */
  load({ inputs, lengths }: Examples, rows: Int32Array): void {
    const { steps, inputWidth } = this.spec;
    const size = steps * inputWidth;
    gatherRows(this.arena.floats(this.input, rows.length * size), inputs, rows, size);
    const real = this.arena.integers(this.#lengths, rows.length);
    for (let i = 0; i < rows.length; i++) real[i] = lengths ? lengths[rows[i]] : steps;
  }

  /** The output of the first `batch` examples in `input`: batch × output.steps × output.width numbers at the address. */
  forward(batch: number, isTraining: boolean): Address {
    return this.forwardFrom(this.input, batch, isTraining);
  }

  /** The same from rows that stand elsewhere in the kernel's memory, such as another network's output. */
  forwardFrom(input: Address, batch: number, isTraining: boolean): Address {
    const shapes = this.#shapes(batch, isTraining);
    return this.#layers.reduce((rows, layer, i) => layer.forward(rows, shapes[i]), input);
  }

  /**
   * The way back of the last `forward`, for as many examples and with the same `isTraining`, from the gradient of the output,
   * which may be overwritten: adds to the parameters' gradients, unless only the input's is wanted; then what is left in them
   * means nothing and must be cleared.
   * @returns the gradient of the input; means nothing where only the parameters' are wanted
   */
  backward(gradient: Address, batch: number, isTraining: boolean, wanted: Wanted = 'parameters'): Address {
    const shapes = this.#shapes(batch, isTraining, wanted !== 'input');
    let rows = gradient;
    for (let i = this.#layers.length - 1; i >= 0; i--)
      rows = this.#layers[i].backward(rows, shapes[i], wanted !== 'parameters' || i > 0);
    return rows;
  }

  /** How the rows lie before each layer. */
  #shapes(batch: number, isTraining: boolean, needsParameters = true): BatchShape[] {
    if (!(Number.isInteger(batch) && batch >= 1 && batch <= this.largestBatch))
      throw new RangeError(`batch: expected 1 to ${this.largestBatch}, got ${batch}`);
    let { steps } = this.spec;
    return this.#layers.map((layer) => {
      const lengths = steps === 1 ? this.#ones : this.#lengths;
      const shape = { batch, steps, lengths, isTraining, needsParameters };
      steps = layer.stepsAfter(steps);
      return shape;
    });
  }

  /** A copy of all parameters, in the order of a model's weights. */
  weights(): Float32Array {
    const weights = new Float32Array(this.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0));
    let offset = 0;
    for (const { at, shape } of this.parameters) {
      weights.set(this.arena.floats(at, sizeOf(shape)), offset);
      offset += sizeOf(shape);
    }
    return weights;
  }

  /** @throws RangeError when there are not as many as the network has */
  setWeights(weights: Float32Array): void {
    const count = this.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    if (weights.length !== count) throw new RangeError(`weights: expected ${count}, got ${weights.length}`);
    let offset = 0;
    for (const { at, shape } of this.parameters) {
      const size = sizeOf(shape);
      this.arena.floats(at, size).set(weights.subarray(offset, offset + size));
      offset += size;
    }
  }

  clearGradients(): void {
    this.kernel.clear(this.block.gradient, this.block.count);
  }
}

/** One array for all parameters and one for their gradients; each parameter begins on 16 bytes, as kernels like it. */
function placeParameters(
  arena: Arena,
  { layers }: NetworkPlan,
): { readonly block: ParameterBlock; readonly parameters: readonly (readonly Parameter[])[] } {
  const room = (shape: readonly number[]) => Math.ceil(sizeOf(shape) / 4) * 4;
  const count = layers.flatMap(({ parameters }) => parameters).reduce((sum, p) => sum + room(p.shape), 0);
  const block = { at: arena.allocate(count), gradient: arena.allocate(count), count };
  let offset = 0;
  const place = ({ name, shape }: { readonly name: string; readonly shape: readonly number[] }) => {
    const placed = { name, shape, at: block.at + 4 * offset, gradient: block.gradient + 4 * offset };
    offset += room(shape);
    return placed;
  };
  return { block, parameters: layers.map(({ parameters }) => parameters.map(place)) };
}

/** A network with its first weights. @throws RangeError for a spec that makes no network */
export function buildNetwork(spec: NetworkSpec, options: NetworkOptions): Network {
  return new Network(spec, options);
}

/** The network as data. */
export function networkModel(network: Network): NetworkModel {
  const { inputWidth, steps, layers } = network.spec;
  return { kind: 'network', version: 1, inputWidth, steps, layers, weights: network.weights() };
}

/** A model in a session, to go on learning or to answer many times. */
export function openNetwork(model: NetworkModel, kernel: NeuralKernel, largestBatch: number): Network {
  const { inputWidth, steps, layers } = model;
  const network = new Network({ inputWidth, steps, layers }, { kernel, largestBatch, seed: 0 });
  network.setWeights(model.weights);
  return network;
}
