import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../core/random.ts';
import { Arena } from '../arena.ts';
import type { LayerSpec } from '../model.ts';
import { plainKernel } from '../plain-kernel.ts';
import { AttentionBlock, attentionBlock } from './attention-block.ts';
import {
  backwardGradients,
  differenceGradients,
  type GradientCase,
  gradientCase,
  largestDifference,
  outputsOf,
} from '../gradient-check.ts';
import { sizeOf } from '../plan.ts';

const spec = { kind: 'attention-block', heads: 2, hidden: 5, dropout: 0.1 } as const satisfies LayerSpec;

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function norm(x: tf.Tensor, [gain, shift]: readonly tf.Tensor[]): tf.Tensor {
  const { mean, variance } = tf.moments(x, -1, true);
  return x.sub(mean).div(variance.add(1e-5).sqrt()).mul(gain).add(shift);
}

const dense = (x: tf.Tensor, [kernel, bias]: readonly tf.Tensor[]) => x.matMul(kernel).add(bias);

/** The block on one example without padding, in the words of the paper. */
function encode(x: tf.Tensor2D, parameters: readonly tf.Tensor[]): tf.Tensor {
  const part = (from: number) => parameters.slice(from, from + 2);
  const headWidth = x.shape[1] / spec.heads;
  const projected = dense(x, part(0));
  const take = (from: number) => projected.slice([0, from], [-1, headWidth]);
  const heads = Array.from({ length: spec.heads }, (_, head) => {
    const [query, key, value] = [0, 1, 2].map((of) => take(of * x.shape[1] + head * headWidth));
    return query.matMul(key, false, true).div(Math.sqrt(headWidth)).softmax().matMul(value);
  });
  const middle = norm(x.add(dense(tf.concat(heads, 1), part(2))), part(4));
  return norm(middle.add(dense(dense(middle, part(6)).relu(), part(8))), part(10));
}

function oracle(
  { batch, spec: { steps }, lengths }: GradientCase,
  x: tf.Tensor3D,
  parameters: readonly tf.Tensor[],
): tf.Tensor {
  const rows = Array.from({ length: batch }, (_, example) => {
    const real = x.slice([example, 0, 0], [1, lengths[example], -1]).squeeze<tf.Tensor2D>([0]);
    return encode(real, parameters).pad([
      [0, steps - lengths[example]],
      [0, 0],
    ]);
  });
  return tf.stack(rows);
}

describe('the attention block', () => {
  const network = { inputWidth: 4, steps: 3, layers: [spec] };
  const one = gradientCase(network, { batch: 4, seed: 7, lengths: [3, 1, 2, 3] });
  const isReal = (index: number) => Math.floor(index / 4) % 3 < one.lengths[Math.floor(index / 12)];

  it('answers and learns as tfjs does on each example alone', () => {
    const ours = backwardGradients(one);
    tf.tidy(() => {
      const weights = one.network.weights();
      let offset = 0;
      const parameters = one.network.parameters.map(({ shape }) =>
        tf.tensor(weights.slice(offset, (offset += sizeOf(shape))), [...shape]),
      );
      const x = tf.tensor3d(one.inputs, [4, 3, 4]);
      const theirs = oracle(one, x, parameters);
      expect(largestDifference(outputsOf(one, one.inputs), theirs.dataSync())).toBeLessThan(1e-6);
      const pulled = tf.tensor(one.mix, theirs.shape);
      const gradients = tf.grads((input, ...others) =>
        oracle(one, input as tf.Tensor3D, others)
          .mul(pulled)
          .sum(),
      )([x, ...parameters]);
      // All together: that of the keys' bias is 0 but for rounding, for softmax knows no common shift.
      const flat = (all: readonly ArrayLike<number>[]) => all.flatMap((list) => Array.from(list));
      const expected = flat(gradients.map((gradient) => gradient.dataSync()));
      expect(largestDifference(flat([...ours.values()]), expected)).toBeLessThan(1e-6);
    });
  });

  it('has the gradients that differences show', () => {
    const flat = (gradients: ReturnType<typeof backwardGradients>) =>
      [...gradients.values()].flatMap((list) => Array.from(list));
    const shown = flat(differenceGradients(one));
    // The kinks of relu lie between some of the points that differences are taken at.
    expect(largestDifference(flat(backwardGradients(one)), shown)).toBeLessThan(2e-3);
  });

  it('neither reads the padding nor sends a gradient there', () => {
    const spoiled = (values: Float32Array) => values.map((value, i) => (isReal(i) ? value : 99));
    const other = { ...one, inputs: spoiled(one.inputs), mix: spoiled(one.mix) };
    expect(outputsOf(other, other.inputs)).toEqual(outputsOf(one, one.inputs));
    const ours = backwardGradients(one);
    expect(backwardGradients(other)).toEqual(ours);
    const input = ours.get('input') ?? new Float32Array();
    for (const values of [input, outputsOf(one, one.inputs)])
      expect(values.every((value, i) => isReal(i) || value === 0)).toBe(true);
  });

  it('drops while it trains, and nothing when it answers', () => {
    const answer = outputsOf(one, one.inputs);
    const trained = one.network.arena.floats(one.network.forward(4, true), answer.length).slice();
    expect(trained).not.toEqual(answer);
    expect(outputsOf(one, one.inputs)).toEqual(answer);
  });
});

describe('attentionShares', () => {
  it('gives each example its attention by step, 0 past its length and 1 in all', () => {
    const arena = new Arena(plainKernel());
    const [batch, steps, width] = [3, 4, 4];
    const random = seededRandom(2);
    const parameters = attentionBlock
      .plan(spec, { width, steps })
      .parameters.map(({ name, shape, initial }) => {
        const count = sizeOf(shape);
        const [at, gradient] = [arena.allocate(count), arena.allocate(count)];
        initial(arena.floats(at, count), random);
        return { name, shape, at, gradient };
      });
    const site = { arena, largestBatch: batch, input: { width, steps }, parameters, random };
    const block = new AttentionBlock(spec, site);
    const [input, lengths] = [arena.allocate(batch * steps * width), arena.allocate(batch)];
    arena.floats(input, batch * steps * width).forEach((_, i, all) => (all[i] = normal(random)));
    arena.integers(lengths, batch).set([4, 1, 2]);
    block.forward(input, { batch, steps, lengths, isTraining: false, needsParameters: true });
    const shares = block.attentionShares(Int32Array.of(4, 1, 2), steps);
    expect([...shares.subarray(4, 8)]).toEqual([1, 0, 0, 0]);
    expect([...shares.subarray(10, 12)]).toEqual([0, 0]);
    for (const first of [0, 4, 8]) {
      const sum = shares.subarray(first, first + 4).reduce((total, share) => total + share, 0);
      expect(sum).toBeCloseTo(1, 6);
    }
  });

  it('wants heads that share the width evenly', () => {
    const odd = { ...spec, heads: 3 };
    expect(() => gradientCase({ inputWidth: 4, steps: 2, layers: [odd] })).toThrow(
      'remainder of width 4 by 3 heads: expected 0, got 1',
    );
  });
});
