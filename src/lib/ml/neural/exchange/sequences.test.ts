import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../core/random.ts';
import { largestDifference } from '../gradient-check.ts';
import { sharesOf, toLayersModel } from '../layers-model.ts';
import type { LayerSpec, NetworkModel } from '../model.ts';
import { planNetwork } from '../plan.ts';
import { predictNetwork } from '../predict.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const lengths = Int32Array.of(5, 1, 3, 4);
const width = 4;

function drawn(steps: number, ...layers: readonly LayerSpec[]): NetworkModel {
  const random = seededRandom(11);
  const { weights } = planNetwork({ inputWidth: width, steps, layers });
  return {
    kind: 'network',
    version: 1,
    inputWidth: width,
    steps,
    layers,
    weights: Float32Array.from({ length: weights }, () => 0.4 * normal(random)),
  };
}

const recurrent = (['lstm', 'gru'] as const).flatMap((kind) =>
  (['forward', 'both'] as const).flatMap((direction) =>
    (['all', 'last'] as const).map(
      (returns) =>
        [`${kind}, ${direction}, ${returns}`, drawn(5, { kind, units: 3, direction, returns })] as const,
    ),
  ),
);
const block = { kind: 'attention-block', heads: 2, hidden: 5, dropout: 0.1 } as const;
const chains = [
  ['an attention block', drawn(5, block)],
  ['an attention block of one head', drawn(5, { ...block, heads: 1 })],
  [
    'a transformer',
    drawn(
      5,
      { kind: 'position', steps: 5 },
      block,
      block,
      { kind: 'mean-pool' },
      { kind: 'dense', units: 2, activation: 'linear' },
    ),
  ],
  [
    'recurrent layers on each other',
    drawn(
      5,
      { kind: 'lstm', units: 3, direction: 'both', returns: 'all' },
      { kind: 'dropout', rate: 0.2 },
      { kind: 'gru', units: 2, direction: 'both', returns: 'all' },
      { kind: 'lstm', units: 3, direction: 'both', returns: 'last' },
      { kind: 'dense', units: 2, activation: 'linear' },
    ),
  ],
] as const;
const single = (['lstm', 'gru'] as const).map(
  (kind) =>
    [`${kind} of a single step`, drawn(1, { kind, units: 3, direction: 'both', returns: 'all' })] as const,
);

async function askTfjs(model: NetworkModel, inputs: Float32Array): Promise<Float32Array> {
  const loaded = await tf.loadLayersModel(tf.io.fromMemory(toLayersModel(model)));
  const { steps } = model;
  const rows = inputs.length / (steps * width);
  return tf.tidy(() => {
    const x = steps > 1 ? tf.tensor3d(inputs, [rows, steps, width]) : tf.tensor2d(inputs, [rows, width]);
    const shares = tf.tensor2d(sharesOf(lengths, steps), [rows, steps]);
    const answer = loaded.predict(loaded.inputs.length > 1 ? [x, shares] : x) as tf.Tensor;
    const data = answer.dataSync<'float32'>().slice();
    loaded.dispose();
    return data;
  });
}

describe.each([...recurrent, ...chains, ...single])('%s as a model of tfjs', (_name, model) => {
  it('answers the same, whatever stands in the padding', async () => {
    const random = seededRandom(3);
    const inputs = Float32Array.from({ length: lengths.length * model.steps * width }, () => normal(random));
    const own = model.steps > 1 ? { lengths } : {};
    const theirs = await askTfjs(model, inputs);
    expect(largestDifference(predictNetwork(model, inputs, own), theirs)).toBeLessThan(1e-6);
  });
});
