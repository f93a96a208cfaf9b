import { normal, seededRandom } from '../core/random.ts';
import { buildNetwork, type Network } from './network.ts';
import { plainKernel } from './plain-kernel.ts';
import { type NetworkSpec, sizeOf } from './plan.ts';

/** A network on one batch, whose loss is a fixed mix of its outputs: enough to check every gradient. */
export interface GradientCase {
  readonly spec: NetworkSpec;
  readonly batch: number;
  readonly inputs: Float32Array;
  readonly lengths: Int32Array;
  /** The loss is the sum of outputs times these. */
  readonly mix: Float32Array;
  readonly network: Network;
}

/** Named arrays: `input`, and the parameters in their order, as `0.kernel`. */
export type Gradients = ReadonlyMap<string, Float64Array | Float32Array>;

/** Weights and biases drawn anew, inputs and mix normal, unless inputs are given. */
export function gradientCase(
  spec: NetworkSpec,
  {
    batch = 3,
    seed = 1,
    inputs,
    lengths,
  }: {
    readonly batch?: number;
    readonly seed?: number;
    readonly inputs?: Float32Array;
    readonly lengths?: readonly number[];
  } = {},
): GradientCase {
  const network = buildNetwork(spec, { kernel: plainKernel(), largestBatch: batch, seed });
  const random = seededRandom(seed + 1);
  const draw = (count: number) => Float32Array.from({ length: count }, () => normal(random));
  // Biases of 0 and gains of 1 would hide a mistake that these numbers show.
  network.setWeights(draw(network.weights().length).map((value) => 0.5 * value));
  return {
    spec,
    batch,
    network,
    inputs: inputs ?? draw(batch * spec.steps * spec.inputWidth),
    lengths: Int32Array.from(lengths ?? new Array<number>(batch).fill(spec.steps)),
    mix: draw(batch * network.output.steps * network.output.width),
  };
}

/** The gradient of the input, and beside it, where they are wanted, those of the parameters. */
export function inputGradient(one: GradientCase, wanted: 'input' | 'both'): Float32Array {
  const { network, batch, spec, mix } = one;
  network.clearGradients();
  outputsOf(one, one.inputs);
  network.arena.floats(network.outputGradient, mix.length).set(mix);
  const at = network.backward(network.outputGradient, batch, false, wanted);
  return network.arena.floats(at, batch * spec.steps * spec.inputWidth).slice();
}

/** What the layers' own way back says. */
export function backwardGradients(one: GradientCase): Gradients {
  const { network } = one;
  return new Map([
    ['input', inputGradient(one, 'both')],
    ...network.parameters.map(
      ({ name, shape, gradient }, i) =>
        [`${i}.${name}`, network.arena.floats(gradient, sizeOf(shape)).slice()] as const,
    ),
  ]);
}

/** The same by differences of the loss; of the input only where it has a slope. */
export function differenceGradients(one: GradientCase, hasInput = true): Gradients {
  const { network, inputs } = one;
  const weights = network.weights();
  let offset = 0;
  const parameters = network.parameters.map(({ name, shape }, i) => {
    const slopes = slopesOf(sizeOf(shape), (place, change) => {
      const moved = weights.slice();
      moved[offset + place] += change;
      network.setWeights(moved);
      return lossOf(one, inputs);
    });
    offset += sizeOf(shape);
    return [`${i}.${name}`, slopes] as const;
  });
  network.setWeights(weights);
  if (!hasInput) return new Map(parameters);
  const input = slopesOf(inputs.length, (place, change) => {
    const moved = inputs.slice();
    moved[place] += change;
    return lossOf(one, moved);
  });
  return new Map([['input', input], ...parameters]);
}

/**
 * Central differences of two widths, joined so that the error falls with the fourth power (Richardson): the steps can then
 * be as wide as float32 needs.
 */
function slopesOf(count: number, loss: (place: number, change: number) => number): Float64Array {
  const width = 1 / 32;
  const slope = (place: number, h: number) => (loss(place, h) - loss(place, -h)) / (2 * h);
  return Float64Array.from(
    { length: count },
    (_, place) => (4 * slope(place, width / 2) - slope(place, width)) / 3,
  );
}

function lossOf(one: GradientCase, inputs: Float32Array): number {
  return outputsOf(one, inputs).reduce((sum, output, i) => sum + output * one.mix[i], 0);
}

/** The network's outputs for the case, or for other inputs of its shape. */
export function outputsOf(
  { network, batch, lengths, mix }: GradientCase,
  inputs: Float32Array,
): Float32Array {
  network.load(
    { inputs, lengths },
    Int32Array.from({ length: batch }, (_, i) => i),
  );
  return network.arena.floats(network.forward(batch, false), mix.length).slice();
}

/** The largest difference between two arrays, as a share of the largest number in the second. */
export function largestDifference(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (got.length !== expected.length) return Infinity;
  let [difference, largest] = [0, 0];
  for (let i = 0; i < got.length; i++) {
    difference = Math.max(difference, Math.abs(got[i] - expected[i]));
    largest = Math.max(largest, Math.abs(expected[i]));
  }
  return difference === 0 ? 0 : difference / largest;
}
