import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LayerSpec } from '../model.ts';
import {
  backwardGradients,
  differenceGradients,
  type GradientCase,
  gradientCase,
  largestDifference,
  outputsOf,
} from '../gradient-check.ts';
import { sizeOf } from '../plan.ts';

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
  { batch, spec: { steps }, lengths }: GradientCase,
  x: tf.Tensor3D,
  parameters: readonly tf.Tensor[],
): tf.Tensor {
  const half = parameters.length / (spec.direction === 'both' ? 2 : 1);
  const rows = Array.from({ length: batch }, (_, example) => {
    const real = x.slice([example, 0, 0], [1, lengths[example], -1]).squeeze<tf.Tensor2D>([0]);
    const ways = [statesOf(spec.kind, real, parameters.slice(0, half))];
    if (spec.direction === 'both') ways.push(statesOf(spec.kind, real.reverse(0), parameters.slice(half)));
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

const networkOf = (spec: RecurrentSpec, steps: number) => ({ inputWidth: 2, steps, layers: [spec] });

describe.each(cases)('%s', (_name, spec) => {
  const one = gradientCase(networkOf(spec, 4), { batch: 5, seed: 7, lengths: [4, 1, 3, 2, 3] });
  const { network, inputs, mix, batch } = one;

  it('answers and learns as tfjs does on each example alone', () => {
    const ours = [...backwardGradients(one).values()];
    tf.tidy(() => {
      const weights = network.weights();
      let offset = 0;
      const parameters = network.parameters.map(({ shape }) =>
        tf.tensor(weights.slice(offset, (offset += sizeOf(shape))), [...shape]),
      );
      const x = tf.tensor3d(inputs, [batch, 4, 2]);
      const theirs = oracle(spec, one, x, parameters);
      expect(largestDifference(outputsOf(one, inputs), theirs.dataSync())).toBeLessThan(1e-6);
      const pulled = tf.tensor(mix, theirs.shape);
      const gradients = tf.grads((input, ...others) =>
        oracle(spec, one, input as tf.Tensor3D, others)
          .mul(pulled)
          .sum(),
      )([x, ...parameters]);
      gradients.forEach((gradient, i) => {
        expect(largestDifference(ours[i], gradient.dataSync())).toBeLessThan(1e-6);
      });
    });
  });

  it('has the gradients that differences show', () => {
    const ours = backwardGradients(one);
    for (const [name, shown] of differenceGradients(one))
      expect(largestDifference(ours.get(name) ?? [], shown), name).toBeLessThan(2e-4);
  });
});

describe.each(cases)('%s: the law of padding', (_name, spec) => {
  it('answers a batch of unequal lengths as each example alone', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 5 });
    const law = fc.property(lengths, fc.integer({ min: 0, max: 1000 }), (drawn, seed) => {
      const one = gradientCase(networkOf(spec, 5), { batch: drawn.length, seed, lengths: drawn });
      const together = outputsOf(one, one.inputs);
      const size = together.length / drawn.length;
      drawn.forEach((length, example) => {
        const inputs = one.inputs.slice(example * 10, example * 10 + length * 2);
        const alone = gradientCase(networkOf(spec, length), { batch: 1, inputs });
        alone.network.setWeights(one.network.weights());
        const answer = outputsOf(alone, inputs);
        const own = together.subarray(example * size, (example + 1) * size);
        expect(largestDifference(own.subarray(0, answer.length), answer)).toBeLessThan(1e-6);
        expect(own.subarray(answer.length).every((value) => value === 0)).toBe(true);
      });
    });
    fc.assert(law, { numRuns: 10 });
  });

  it('neither reads the padding nor sends a gradient there', () => {
    const one = gradientCase(networkOf(spec, 5), { batch: 4, seed: 3, lengths: [5, 1, 4, 2] });
    const isReal = (index: number) => Math.floor(index / 2) % 5 < one.lengths[Math.floor(index / 10)];
    const other = { ...one, inputs: one.inputs.map((value, i) => (isReal(i) ? value : 99)) };
    expect(outputsOf(other, other.inputs)).toEqual(outputsOf(one, one.inputs));
    const [ours, theirs] = [backwardGradients(one), backwardGradients(other)];
    expect(theirs).toEqual(ours);
    const input = ours.get('input') ?? new Float32Array();
    expect(input.every((value, i) => (value === 0) === !isReal(i))).toBe(true);
  });
});

it('wants a layer with units', () => {
  const spec: RecurrentSpec = { kind: 'lstm', units: 0, direction: 'both', returns: 'all' };
  expect(() => gradientCase(networkOf(spec, 1))).toThrow('units: expected a whole number from 1, got 0');
});
