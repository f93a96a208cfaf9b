import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../core/random.ts';
import { Arena } from '../arena.ts';
import type { LayerSpec } from '../model.ts';
import { plainKernel } from '../plain-kernel.ts';
import { AttentionBlock, attentionBlock } from './attention-block.ts';
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
  { batch, steps, lengths }: ToyBatch,
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
  const toy = toyBatch(4, 3, 4, 7);
  const network = toyNetwork(spec, toy, 11);
  const pull = pullOf(network, toy.batch, 5);

  it('answers and learns as tfjs does on each example alone', () => {
    const ours = gradientsOf(network, toy, pull);
    tf.tidy(() => {
      const weights = network.weights();
      let offset = 0;
      const parameters = network.parameters.map(({ shape }) => {
        const size = shape.reduce((product, length) => product * length, 1);
        return tf.tensor(weights.slice(offset, (offset += size)), [...shape]);
      });
      const x = tf.tensor3d(toy.inputs, [toy.batch, toy.steps, toy.width]);
      const theirs = oracle(toy, x, parameters);
      expect(worstDifference(outputOf(network, toy), theirs.dataSync())).toBeLessThan(1e-6);
      const pulled = tf.tensor(pull, theirs.shape);
      const [ofInput, ...ofParameters] = tf.grads((input, ...others) =>
        oracle(toy, input as tf.Tensor3D, others)
          .mul(pulled)
          .sum(),
      )([x, ...parameters]);
      // Their gradients are sums of terms larger than themselves: float32 keeps a few digits less of those.
      expect(worstDifference(ours.input, ofInput.dataSync())).toBeLessThan(1e-6);
      const [flatOurs, flatTheirs] = [ours.parameters, ofParameters.map((g) => g.dataSync())].map((all) =>
        all.flatMap((gradient) => [...gradient]),
      );
      expect(worstDifference(flatOurs, flatTheirs)).toBeLessThan(1e-6);
    });
  });

  it('has the gradients that finite differences show', () => {
    const ours = gradientsOf(network, toy, pull);
    const weights = network.weights();
    const all = ours.parameters.flatMap((gradient) => [...gradient]);
    const chosen = [...all.keys()].filter((index) => index % 3 === 0);
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
    ).toBeLessThan(5e-3);
  });

  it('neither reads the padding nor sends a gradient there', () => {
    const isReal = (index: number) =>
      Math.floor(index / toy.width) % toy.steps < toy.lengths[Math.floor(index / (toy.steps * toy.width))];
    const other = { ...toy, inputs: toy.inputs.map((value, i) => (isReal(i) ? value : 99)) };
    const pulled = pull.map((value, i) => (isReal(i) ? value : 99));
    expect(outputOf(network, other)).toEqual(outputOf(network, toy));
    const [ours, theirs] = [gradientsOf(network, toy, pull), gradientsOf(network, other, pulled)];
    expect(theirs).toEqual(ours);
    expect(ours.input.filter((_, i) => !isReal(i)).every((value) => value === 0)).toBe(true);
    expect(
      outputOf(network, toy)
        .filter((_, i) => !isReal(i))
        .every((value) => value === 0),
    ).toBe(true);
  });

  it('drops while it trains, the same on the way there and back, and nothing when it answers', () => {
    const once = gradientsOf(network, toy, pull);
    expect(gradientsOf(network, toy, pull)).toEqual(once);
    const size = toy.batch * toy.steps * toy.width;
    const trained = network.arena.floats(network.forward(toy.batch, true), size).slice();
    expect(trained).not.toEqual(outputOf(network, toy));
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
        const count = shape.reduce((product, length) => product * length, 1);
        const [at, gradient] = [arena.allocate(count), arena.allocate(count)];
        initial(arena.floats(at, count), random);
        return { name, shape, at, gradient };
      });
    const site = { arena, largestBatch: batch, input: { width, steps }, parameters, random };
    const block = new AttentionBlock(spec, site);
    const [input, lengths] = [arena.allocate(batch * steps * width), arena.allocate(batch)];
    arena.floats(input, batch * steps * width).set(toyBatch(batch, steps, width, 3).inputs);
    arena.integers(lengths, batch).set([4, 1, 2]);
    block.forward(input, { batch, steps, lengths, isTraining: false });
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
    expect(() => toyNetwork(odd, { batch: 1, steps: 2, width: 4 }, 1)).toThrow(
      'remainder of width 4 by 3 heads: expected 0, got 1',
    );
  });
});
