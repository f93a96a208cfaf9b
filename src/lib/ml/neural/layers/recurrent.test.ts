import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LayerSpec } from '../model.ts';
import {
  differencesOf,
  gradientsOf,
  outputOf,
  pullOf,
  type ToyBatch,
  toyBatch,
  toyNetwork,
  weighed,
  worstDifference,
} from './layer-toys.ts';

type RecurrentSpec = LayerSpec & { readonly kind: 'lstm' | 'gru' };

const specs = (['lstm', 'gru'] as const).flatMap((kind) =>
  (['forward', 'both'] as const).flatMap((direction) =>
    (['all', 'last'] as const).map((returns): RecurrentSpec => ({ kind, units: 3, direction, returns })),
  ),
);
const nameOf = ({ kind, direction, returns }: RecurrentSpec) => `${kind}, ${direction}, ${returns}`;
const cases = specs.map((spec) => [nameOf(spec), spec] as const);

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** The states of one direction after each step, steps × units, in the words of the papers. */
function statesOf(
  kind: RecurrentSpec['kind'],
  x: tf.Tensor2D,
  parameters: readonly tf.Tensor[],
): tf.Tensor2D[] {
  const [kernel, recurrent, bias, recurrentBias] = parameters as readonly tf.Tensor2D[];
  const units = recurrent.shape[0];
  let [hidden, memory] = [tf.zeros([1, units]) as tf.Tensor2D, tf.zeros([1, units]) as tf.Tensor2D];
  return Array.from({ length: x.shape[0] }, (_, step) => {
    const row = x.slice([step, 0], [1, -1]);
    const sums = row.matMul(kernel).add(bias);
    const back = hidden.matMul(recurrent);
    if (kind === 'lstm') {
      const [input, forget, cell, output] = tf.split(sums.add(back), 4, 1);
      memory = forget.sigmoid().mul(memory).add(input.sigmoid().mul(cell.tanh()));
      hidden = output.sigmoid().mul(memory.tanh());
      return hidden;
    }
    const [update, reset, candidate] = tf.split(sums, 3, 1);
    const [updateBack, resetBack, candidateBack] = tf.split(back.add(recurrentBias), 3, 1);
    const keep = update.add(updateBack).sigmoid();
    const fresh = candidate.add(reset.add(resetBack).sigmoid().mul(candidateBack)).tanh();
    hidden = keep.mul(hidden).add(tf.scalar(1).sub(keep).mul(fresh));
    return hidden;
  });
}

/** The layer as a whole, each example by itself: no padding ever comes near. */
function oracle(
  spec: RecurrentSpec,
  { batch, steps, lengths }: ToyBatch,
  x: tf.Tensor3D,
  parameters: readonly tf.Tensor[],
): tf.Tensor {
  const half = parameters.length / (spec.direction === 'both' ? 2 : 1);
  const rows = Array.from({ length: batch }, (_, example) => {
    const real = x.slice([example, 0, 0], [1, lengths[example], -1]).squeeze([0]) as tf.Tensor2D;
    const ways = [statesOf(spec.kind, real, parameters.slice(0, half))];
    if (spec.direction === 'both')
      ways.push(statesOf(spec.kind, real.reverse(0) as tf.Tensor2D, parameters.slice(half)));
    if (spec.returns === 'last')
      return tf.concat(
        ways.map((states) => states[lengths[example] - 1]),
        1,
      );
    const both = ways.map((states, way) => tf.concat(way === 0 ? states : states.toReversed(), 0));
    return tf.concat(both, 1).pad([
      [0, steps - lengths[example]],
      [0, 0],
    ]);
  });
  return spec.returns === 'last' ? tf.concat(rows, 0) : tf.stack(rows);
}

describe.each(cases)('%s', (_name, spec) => {
  const toy = toyBatch(5, 4, 2, 7);
  const network = toyNetwork(spec, toy, 11);
  const pull = pullOf(network, toy.batch, 5);

  it('answers and learns as tfjs does on each example alone', () => {
    const ours = gradientsOf(network, toy, pull);
    const shapes = network.parameters.map(({ shape }) => shape);
    tf.tidy(() => {
      const weights = network.weights();
      let offset = 0;
      const parameters = shapes.map((shape) => {
        const size = shape.reduce((product, length) => product * length, 1);
        return tf.tensor(weights.slice(offset, (offset += size)), [...shape]);
      });
      const x = tf.tensor3d(toy.inputs, [toy.batch, toy.steps, toy.width]);
      const answer = (input: tf.Tensor, ...others: tf.Tensor[]) =>
        oracle(spec, toy, input as tf.Tensor3D, others);
      const theirs = answer(x, ...parameters);
      expect(worstDifference(outputOf(network, toy), theirs.dataSync())).toBeLessThan(1e-6);
      const pulled = tf.tensor(pull, theirs.shape);
      const [ofInput, ...ofParameters] = tf.grads((...all) => {
        const [input, ...others] = all;
        return answer(input, ...others)
          .mul(pulled)
          .sum();
      })([x, ...parameters]);
      expect(worstDifference(ours.input, ofInput.dataSync())).toBeLessThan(1e-6);
      ofParameters.forEach((gradient, i) => {
        expect(worstDifference(ours.parameters[i], gradient.dataSync())).toBeLessThan(1e-6);
      });
    });
  });

  it('has the gradients that finite differences show', () => {
    const ours = gradientsOf(network, toy, pull);
    const weights = network.weights();
    const all = ours.parameters.flatMap((gradient) => [...gradient]);
    const chosen = [...all.keys()].filter((index) => index % 7 === 0);
    const shown = differencesOf(weights, chosen, (values) => {
      network.setWeights(values);
      return weighed(outputOf(network, toy), pull);
    });
    network.setWeights(weights);
    expect(
      worstDifference(
        chosen.map((index) => all[index]),
        shown,
      ),
    ).toBeLessThan(2e-3);
  });
});

describe.each(cases)('%s: the law of padding', (_name, spec) => {
  it('answers a batch of unequal lengths as each example alone', () => {
    const law = fc.property(fc.integer({ min: 0, max: 1000 }), (seed) => {
      const toy = toyBatch(4, 5, 2, seed);
      const network = toyNetwork(spec, toy, seed + 1);
      const together = outputOf(network, toy);
      const size = together.length / toy.batch;
      for (let example = 0; example < toy.batch; example++) {
        const length = toy.lengths[example];
        const first = example * toy.steps * toy.width;
        const alone: ToyBatch = {
          batch: 1,
          steps: length,
          width: toy.width,
          inputs: toy.inputs.slice(first, first + length * toy.width),
          lengths: Int32Array.of(length),
        };
        const single = toyNetwork(spec, alone, 1);
        single.setWeights(network.weights());
        const answer = outputOf(single, alone);
        const own = together.subarray(example * size, (example + 1) * size);
        expect(worstDifference(own.subarray(0, answer.length), answer)).toBeLessThan(1e-6);
        expect(own.subarray(answer.length).every((value) => value === 0)).toBe(true);
      }
    });
    fc.assert(law, { numRuns: 10 });
  });

  it('neither reads the padding nor sends a gradient there', () => {
    const toy = toyBatch(4, 5, 2, 3);
    const network = toyNetwork(spec, toy, 4);
    const pull = pullOf(network, toy.batch, 5);
    const isReal = (index: number) =>
      Math.floor(index / toy.width) % toy.steps < toy.lengths[Math.floor(index / (toy.steps * toy.width))];
    const other = { ...toy, inputs: toy.inputs.map((value, i) => (isReal(i) ? value : 99)) };
    expect(outputOf(network, other)).toEqual(outputOf(network, toy));
    const [ours, theirs] = [gradientsOf(network, toy, pull), gradientsOf(network, other, pull)];
    expect(theirs).toEqual(ours);
    expect(ours.input.filter((_, i) => !isReal(i)).every((value) => value === 0)).toBe(true);
    expect(ours.input.filter((_, i) => isReal(i)).every((value) => value !== 0)).toBe(true);
  });
});

it('wants a layer with units', () => {
  const spec: RecurrentSpec = { kind: 'lstm', units: 0, direction: 'both', returns: 'all' };
  expect(() => toyNetwork(spec, { batch: 1, steps: 1, width: 1 }, 1)).toThrow(
    'units: expected a whole number from 1, got 0',
  );
});
