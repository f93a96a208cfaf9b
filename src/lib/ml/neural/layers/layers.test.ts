import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  backwardGradients,
  differenceGradients,
  inputGradient,
  type GradientCase,
  gradientCase,
  largestDifference,
  outputsOf,
} from '../gradient-check.ts';
import type { LayerSpec } from '../model.ts';

type Forward = (input: tf.Tensor, parameters: readonly tf.Tensor[]) => tf.Tensor;

interface Case {
  readonly name: string;
  readonly one: GradientCase;
  /** The same in tfjs: input is batch × steps × width, parameters as the layers list them. */
  readonly forward: Forward;
  /** An index has no slope. */
  readonly hasInputGradient?: false;
}

const chain = (inputWidth: number, steps: number, ...layers: readonly LayerSpec[]) => ({
  inputWidth,
  steps,
  layers,
});

function activated(values: tf.Tensor, activation: string): tf.Tensor {
  if (activation === 'tanh') return tf.tanh(values);
  if (activation === 'sigmoid') return tf.sigmoid(values);
  if (activation === 'relu') return tf.relu(values);
  return activation === 'leaky' ? tf.leakyRelu(values, 0.2) : values;
}

const denseForward =
  (activation: string): Forward =>
  (input, [kernel, bias]) => {
    const rows = tf.reshape(input, [-1, kernel.shape[0]]);
    return activated(tf.add(tf.matMul(rows, kernel), bias), activation);
  };

/** Mean, variance and the rest from their definition. */
const normForward: Forward = (input, [gain, shift]) => {
  const { mean, variance } = tf.moments(input, -1, true);
  const normal = tf.div(tf.sub(input, mean), tf.sqrt(tf.add(variance, 1e-5)));
  return tf.add(tf.mul(normal, gain), shift);
};

function pooled(lengths: readonly number[]): Forward {
  return (input) => {
    const [, steps] = input.shape;
    const mask = tf.tensor2d(
      lengths.map((n) => Array.from({ length: steps ?? 1 }, (_, t) => (t < n ? 1 / n : 0))),
    );
    return tf.sum(tf.mul(input, tf.expandDims(mask, 2)), 1);
  };
}

const image = { height: 5, width: 4, channels: 2, filters: 3, size: 3, stride: 1, padding: 1 } as const;

function convolved(
  spec: { readonly stride: number; readonly padding: number },
  shape: readonly [number, number, number],
): Forward {
  const { stride, padding } = spec;
  return (input, [kernel, bias]) => {
    const images = tf.pad(tf.reshape(input, [-1, ...shape]) as tf.Tensor4D, [
      [0, 0],
      [padding, padding],
      [padding, padding],
      [0, 0],
    ]);
    return tf.tanh(tf.add(tf.conv2d(images as tf.Tensor4D, kernel as tf.Tensor4D, stride, 'valid'), bias));
  };
}

/** tfjs wants the kernel as size × size × filters × channels, and cuts nothing off. */
function unconvolved(
  spec: { readonly size: number; readonly stride: number; readonly padding: number },
  [height, width, channels]: readonly [number, number, number],
): Forward {
  const { size, stride, padding } = spec;
  return (input, [kernel, bias]) => {
    const images = tf.reshape(input, [-1, height, width, channels]) as tf.Tensor4D;
    const filters = kernel.shape[3] ?? 0;
    const [tall, wide] = [(height - 1) * stride + size, (width - 1) * stride + size];
    const painted = tf.conv2dTranspose(
      images,
      tf.transpose(kernel, [1, 2, 3, 0]) as tf.Tensor4D,
      [images.shape[0], tall, wide, filters],
      stride,
      'valid',
    );
    const cut = tf.slice(
      painted,
      [0, padding, padding, 0],
      [-1, tall - 2 * padding, wide - 2 * padding, filters],
    );
    return tf.tanh(tf.add(cut, bias));
  };
}

const wide = { ...image, stride: 2, padding: 1, activation: 'tanh' } as const;
const lengths = [4, 1, 3];

const cases: readonly Case[] = [
  ...(['linear', 'tanh', 'sigmoid', 'relu', 'leaky'] as const).map((activation) => ({
    name: `dense, ${activation}`,
    // A seed whose sums all keep clear of 0, where relu and leaky have no slope to compare.
    one: gradientCase(chain(5, 1, { kind: 'dense', units: 7, activation }), { seed: 7 }),
    forward: denseForward(activation),
  })),
  {
    name: 'dense on each step',
    one: gradientCase(chain(5, 3, { kind: 'dense', units: 4, activation: 'tanh' })),
    forward: denseForward('tanh'),
  },
  {
    name: 'two dense layers and a norm',
    one: gradientCase(
      chain(
        5,
        1,
        { kind: 'dense', units: 6, activation: 'tanh' },
        { kind: 'layer-norm' },
        { kind: 'dense', units: 2, activation: 'linear' },
      ),
    ),
    forward: (input, [k1, b1, gain, shift, k2, b2]) => {
      const hidden = normForward(denseForward('tanh')(input, [k1, b1]), [gain, shift]);
      return denseForward('linear')(hidden, [k2, b2]);
    },
  },
  { name: 'layer-norm', one: gradientCase(chain(6, 2, { kind: 'layer-norm' })), forward: normForward },
  {
    name: 'embedding, with an index twice',
    one: gradientCase(chain(1, 2, { kind: 'embedding', entries: 4, units: 3 }), {
      inputs: Float32Array.of(0, 3, 3, 1, 0, 0),
    }),
    forward: (input, [table]) =>
      tf.matMul(tf.oneHot(tf.cast(tf.reshape(input, [-1]), 'int32'), 4).cast('float32'), table),
    hasInputGradient: false,
  },
  {
    name: 'position',
    one: gradientCase(chain(3, 4, { kind: 'position', steps: 4 })),
    forward: (input, [table]) => tf.add(input, table),
  },
  {
    name: 'mean-pool over unequal lengths',
    one: gradientCase(chain(3, 4, { kind: 'mean-pool' }), { lengths }),
    forward: pooled(lengths),
  },
  {
    name: 'dense, mean-pool, dense',
    one: gradientCase(
      chain(
        3,
        4,
        { kind: 'dense', units: 5, activation: 'tanh' },
        { kind: 'mean-pool' },
        { kind: 'dense', units: 2, activation: 'linear' },
      ),
      { lengths },
    ),
    forward: (input, [k1, b1, k2, b2]) => {
      const hidden = tf.reshape(denseForward('tanh')(input, [k1, b1]), [3, 4, 5]);
      return denseForward('linear')(pooled(lengths)(hidden, []), [k2, b2]);
    },
  },
  {
    name: 'convolution that keeps the size',
    one: gradientCase(chain(40, 1, { kind: 'convolution', ...image, activation: 'tanh' }), { batch: 2 }),
    forward: convolved(image, [5, 4, 2]),
  },
  {
    name: 'convolution in strides of two',
    one: gradientCase(chain(40, 1, { kind: 'convolution', ...wide }), { batch: 2 }),
    forward: convolved(wide, [5, 4, 2]),
  },
  {
    name: 'transposed convolution in strides of two',
    one: gradientCase(chain(40, 1, { kind: 'transposed-convolution', ...wide, size: 4 }), { batch: 2 }),
    forward: unconvolved({ ...wide, size: 4 }, [5, 4, 2]),
  },
  {
    name: 'transposed convolution without padding',
    one: gradientCase(chain(40, 1, { kind: 'transposed-convolution', ...wide, padding: 0 }), { batch: 2 }),
    forward: unconvolved({ ...wide, padding: 0 }, [5, 4, 2]),
  },
];

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe.each(cases)('$name', ({ one, forward, hasInputGradient = true }) => {
  const { network, inputs, batch, spec, mix } = one;
  const loss = (input: tf.Tensor, ...parameters: tf.Tensor[]): tf.Scalar =>
    tf.sum(tf.mul(tf.reshape(forward(input, parameters), [-1]), tf.tensor1d(mix)));

  function tensors(): tf.Tensor[] {
    const parameters = network.parameters.map(({ at, shape }) =>
      tf.tensor(
        network.arena
          .floats(
            at,
            shape.reduce((a, b) => a * b, 1),
          )
          .slice(),
        [...shape],
      ),
    );
    return [tf.tensor(inputs, [batch, spec.steps, spec.inputWidth]), ...parameters];
  }

  it('answers as tfjs does', () => {
    const [input, ...parameters] = tensors();
    expect(largestDifference(outputsOf(one, inputs), forward(input, parameters).dataSync())).toBeLessThan(
      1e-6,
    );
  });

  // Each array is measured by its own largest gradient: float32 sums of one size are as exact as that size allows.
  it("has the gradients of tfjs' autodiff", () => {
    const ours = [...backwardGradients(one)];
    const theirs = hasInputGradient
      ? tf.grads(loss)(tensors())
      : [null, ...tf.grads((...p: tf.Tensor[]) => loss(tensors()[0], ...p))(tensors().slice(1))];
    for (const [i, [name, gradient]] of ours.entries()) {
      const expected = theirs[i];
      if (expected) expect(largestDifference(gradient, expected.dataSync()), name).toBeLessThan(1e-6);
    }
  });

  it('has the same gradient of the input where nobody wants those of its parameters', () => {
    expect(inputGradient(one, 'input')).toEqual(inputGradient(one, 'both'));
  });

  // The loss is a float32, so a difference of it over 1/16 knows about four digits of the slope.
  it('has the gradients that differences of its loss show', () => {
    const gradients = backwardGradients(one);
    for (const [name, expected] of differenceGradients(one, hasInputGradient))
      expect(largestDifference(gradients.get(name) ?? [], expected), name).toBeLessThan(1e-4);
  });
});
