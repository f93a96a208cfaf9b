import { integerBelow, normal, seededRandom } from '../../core/random.ts';
import type { LayerSpec } from '../model.ts';
import { buildNetwork, type Network } from '../network.ts';
import { plainKernel } from '../plain-kernel.ts';
import { sizeOf } from '../plan.ts';

/** A batch of random sequences of unequal lengths; what stands in the padding is noise as well. */
export interface ToyBatch {
  readonly batch: number;
  readonly steps: number;
  readonly width: number;
  /** batch × steps × width. */
  readonly inputs: Float32Array;
  readonly lengths: Int32Array;
}

export function toyBatch(batch: number, steps: number, width: number, seed: number): ToyBatch {
  const random = seededRandom(seed);
  return {
    batch,
    steps,
    width,
    inputs: Float32Array.from({ length: batch * steps * width }, () => normal(random)),
    // The longest and the shortest there can be stand among them.
    lengths: Int32Array.from({ length: batch }, (_, i) =>
      i === 0 ? steps : i === 1 ? 1 : 1 + integerBelow(random, steps),
    ),
  };
}

/** A network of one layer; every parameter is drawn, so that no gradient hides behind a zero. */
export function toyNetwork(
  spec: LayerSpec,
  { batch, steps, width }: Pick<ToyBatch, 'batch' | 'steps' | 'width'>,
  seed: number,
): Network {
  const network = buildNetwork(
    { inputWidth: width, steps, layers: [spec] },
    { kernel: plainKernel(), largestBatch: batch, seed },
  );
  const random = seededRandom(seed);
  network.setWeights(network.weights().map((weight) => weight + 0.2 * normal(random)));
  return network;
}

/** The output for a batch: batch × output steps × output width. */
export function outputOf(network: Network, { batch, inputs, lengths }: ToyBatch): Float32Array {
  const order = Int32Array.from({ length: batch }, (_, i) => i);
  network.load({ inputs, lengths }, order);
  const { width, steps } = network.output;
  return network.arena.floats(network.forward(batch, false), batch * steps * width).slice();
}

export interface Gradients {
  readonly input: Float32Array;
  /** In the order of the network's parameters. */
  readonly parameters: readonly Float32Array[];
}

/** Gradients of Σ output · pull. */
export function gradientsOf(network: Network, toy: ToyBatch, pull: Float32Array): Gradients {
  outputOf(network, toy);
  network.clearGradients();
  network.arena.floats(network.outputGradient, pull.length).set(pull);
  const input = network.backward(network.outputGradient, toy.batch, false, true);
  return {
    input: network.arena.floats(input, toy.inputs.length).slice(),
    parameters: network.parameters.map(({ gradient, shape }) =>
      network.arena.floats(gradient, sizeOf(shape)).slice(),
    ),
  };
}

/** Random numbers to weigh outputs with, as many as the network has for a batch. */
export function pullOf({ output }: Network, batch: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length: batch * output.steps * output.width }, () => normal(random));
}

/** The largest difference, as a share of the largest number of both. */
export function worstDifference(ours: ArrayLike<number>, theirs: ArrayLike<number>): number {
  if (ours.length !== theirs.length)
    throw new RangeError(`length: expected ${theirs.length}, got ${ours.length}`);
  let [worst, largest] = [0, 0];
  for (let i = 0; i < ours.length; i++) {
    worst = Math.max(worst, Math.abs(ours[i] - theirs[i]));
    largest = Math.max(largest, Math.abs(ours[i]), Math.abs(theirs[i]));
  }
  return largest === 0 ? 0 : worst / largest;
}

/**
 * Central differences of Σ output · pull for some numbers of an array that `write` puts back into the network; float32
 * leaves them about three right digits.
 */
export function differencesOf(
  values: Float32Array,
  chosen: readonly number[],
  lossOf: (values: Float32Array) => number,
): number[] {
  const step = 1 / 128;
  return chosen.map((index) => {
    const [up, down] = [values.slice(), values.slice()];
    up[index] += step;
    down[index] -= step;
    return (lossOf(up) - lossOf(down)) / (2 * step);
  });
}

export function weighed(output: Float32Array, pull: Float32Array): number {
  return output.reduce((sum, value, i) => sum + value * pull[i], 0);
}
