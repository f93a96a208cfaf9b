import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../core/random.ts';
import { largestDifference } from './gradient-check.ts';
import { layersModelFiles, sharesOf, toLayersModel } from './layers-model.ts';
import type { LayerSpec, NetworkModel } from './model.ts';
import { planNetwork } from './plan.ts';
import { predictNetwork } from './predict.ts';

const random = seededRandom(11);
const draw = (count: number, scale = 1) => Float32Array.from({ length: count }, () => scale * normal(random));

function drawn(inputWidth: number, steps: number, ...layers: readonly LayerSpec[]): NetworkModel {
  const { weights } = planNetwork({ inputWidth, steps, layers });
  return { kind: 'network', version: 1, inputWidth, steps, layers, weights: draw(weights, 0.4) };
}

const image = { height: 6, width: 6, channels: 2, filters: 3, size: 4, stride: 2, padding: 1 } as const;
const lengths = Int32Array.of(5, 1, 3, 4);

/** Every kind of layer in a chain of its likes. */
const chains: readonly {
  readonly name: string;
  readonly model: NetworkModel;
  readonly inputs?: Float32Array;
}[] = [
  {
    name: 'dense layers of every activation',
    model: drawn(
      6,
      1,
      { kind: 'dense', units: 9, activation: 'relu' },
      { kind: 'dropout', rate: 0.3 },
      { kind: 'dense', units: 8, activation: 'leaky' },
      { kind: 'layer-norm' },
      { kind: 'dense', units: 7, activation: 'tanh' },
      { kind: 'dense', units: 6, activation: 'sigmoid' },
      { kind: 'dense', units: 5, activation: 'linear' },
    ),
  },
  {
    name: 'positions, dense and norm on each step, mean of the real ones',
    model: drawn(
      3,
      5,
      { kind: 'dense', units: 4, activation: 'leaky' },
      { kind: 'position', steps: 5 },
      { kind: 'layer-norm' },
      { kind: 'mean-pool' },
      { kind: 'dense', units: 2, activation: 'linear' },
    ),
  },
  {
    name: 'embedding of one index',
    model: drawn(
      1,
      1,
      { kind: 'embedding', entries: 4, units: 3 },
      { kind: 'dense', units: 2, activation: 'tanh' },
    ),
    inputs: Float32Array.of(0, 3, 1, 3),
  },
  {
    name: 'embedding of an index a step',
    model: drawn(1, 5, { kind: 'embedding', entries: 4, units: 3 }, { kind: 'mean-pool' }),
    inputs: Float32Array.from({ length: 20 }, (_, i) => (i * 7) % 4),
  },
  {
    name: 'convolution down and up again',
    model: drawn(
      72,
      1,
      { kind: 'convolution', ...image, activation: 'leaky' },
      {
        kind: 'transposed-convolution',
        ...image,
        height: 3,
        width: 3,
        channels: 3,
        filters: 2,
        activation: 'tanh',
      },
    ),
  },
  {
    name: 'convolutions without padding',
    model: drawn(
      72,
      1,
      { kind: 'convolution', ...image, stride: 1, padding: 0, activation: 'relu' },
      {
        kind: 'transposed-convolution',
        ...image,
        height: 3,
        width: 3,
        channels: 3,
        padding: 0,
        activation: 'sigmoid',
      },
    ),
  },
];

beforeAll(async () => {
  await tf.setBackend('cpu');
});

async function opened(model: NetworkModel, options?: Parameters<typeof toLayersModel>[1]) {
  // Through JSON, as a file would go.
  const { modelTopology, weightSpecs, weightData } = toLayersModel(model, options);
  const artifacts = JSON.parse(JSON.stringify({ modelTopology, weightSpecs })) as tf.io.ModelArtifacts;
  return tf.loadLayersModel(tf.io.fromMemory({ ...artifacts, weightData }));
}

function asked(
  loaded: tf.LayersModel,
  { steps, inputWidth }: NetworkModel,
  inputs: Float32Array,
): Float32Array {
  const rows = tf.tensor(
    inputs,
    steps > 1 ? [lengths.length, steps, inputWidth] : [lengths.length, inputWidth],
  );
  const shares = tf.tensor(sharesOf(lengths, steps), [lengths.length, steps]);
  const answer = loaded.predict(loaded.inputs.length > 1 ? [rows, shares] : rows);
  if (Array.isArray(answer)) throw new Error('answer: expected one tensor, got several');
  return answer.dataSync<'float32'>();
}

describe.each(chains)(
  '$name',
  ({ model, inputs = draw(lengths.length * model.steps * model.inputWidth) }) => {
    const ours = predictNetwork(model, inputs, model.steps > 1 ? { lengths } : {});

    it('answers the same in tfjs', async () => {
      expect(largestDifference(asked(await opened(model), model, inputs), ours)).toBeLessThan(1e-6);
    });

    // Half precision keeps 11 bits of each weight, a byte 1/510 of a kernel's range: the bounds are some of these on the way.
    it.each([
      ['float16', 5e-3],
      ['uint8', 5e-2],
    ] as const)('answers nearly the same with %s weights', async (precision, bound) => {
      const difference = largestDifference(asked(await opened(model, { precision }), model, inputs), ours);
      expect(difference).toBeLessThan(bound);
      expect(difference).toBeGreaterThan(0);
    });
  },
);

describe('the files', () => {
  const { model } = chains[0];

  it('are a manifest and weights of the size it tells', () => {
    const files = layersModelFiles(model, { precision: 'uint8' });
    const json = JSON.parse(files['model.json']) as {
      readonly format: string;
      readonly weightsManifest: readonly { readonly paths: readonly string[] }[];
    };
    expect(json.format).toBe('layers-model');
    expect(json.weightsManifest[0].paths).toEqual(['weights.bin']);
    const whole = layersModelFiles(model)['weights.bin'].length;
    expect(whole).toBe(4 * model.weights.length);
    expect(files['weights.bin'].length).toBeLessThan(whole / 2);
  });

  it('are what tfjs loads from a folder', async () => {
    const files = layersModelFiles(model);
    const json = JSON.parse(files['model.json']) as tf.io.ModelJSON;
    const load = async () =>
      tf.io.getModelArtifactsForJSON(json, (manifest) =>
        Promise.resolve([manifest.flatMap(({ weights }) => weights), files['weights.bin'].slice().buffer]),
      );
    const inputs = draw(lengths.length * model.inputWidth);
    const loaded = await tf.loadLayersModel({ load });
    expect(largestDifference(asked(loaded, model, inputs), predictNetwork(model, inputs))).toBeLessThan(1e-6);
  });
});

describe('sharesOf', () => {
  it('shares each example out over its real steps', () => {
    expect([...sharesOf(Int32Array.of(2, 1), 3)]).toEqual([0.5, 0.5, 0, 1, 0, 0]);
  });
});
