import { describe, expect, it } from 'vitest';
import { decodeModel, encodeModel } from '../core/codec.ts';
import { checkNetwork } from './check-network.ts';
import { buildNetwork, networkModel } from './network.ts';
import { plainKernel } from './plain-kernel.ts';

const model = networkModel(
  buildNetwork(
    {
      inputWidth: 3,
      steps: 4,
      layers: [
        { kind: 'lstm', units: 2, direction: 'both', returns: 'all' },
        { kind: 'attention-block', heads: 2, hidden: 8, dropout: 0.1 },
        { kind: 'dense', units: 4, activation: 'leaky' },
        { kind: 'mean-pool' },
      ],
    },
    { kernel: plainKernel(), largestBatch: 2, seed: 1 },
  ),
);

describe('checkNetwork', () => {
  it('lets a network through, also one that went through a file or a message', () => {
    expect(checkNetwork(model)).toEqual(model);
    expect(checkNetwork(decodeModel(encodeModel({ ...model })))).toEqual(model);
    expect(checkNetwork(structuredClone(model))).toEqual(model);
  });

  it('leaves out what no network has', () => {
    const [lstm, ...others] = model.layers;
    expect(checkNetwork({ ...model, more: 1, layers: [{ ...lstm, more: 1 }, ...others] })).toEqual(model);
  });

  const withLayer = (layer: unknown) => ({ ...model, layers: [layer] });

  it.each([
    [null, 'network: expected a record, got null'],
    [[model], 'network: expected a record, got a list'],
    [{ ...model, kind: 'forest' }, 'kind: expected network, got forest'],
    [{ ...model, version: 2 }, 'version: expected 1, got 2'],
    [{ ...model, weights: [1, 2] }, 'weights: expected a Float32Array, got a list'],
    [{ ...model, weights: new Float64Array(3) }, 'weights: expected a Float32Array, got Float64Array'],
    [{ ...model, weights: model.weights.subarray(1) }, `weights: expected ${model.weights.length}, got`],
    [
      { ...model, weights: model.weights.map((w, i) => (i === 3 ? NaN : w)) },
      'weights[3]: expected a finite number, got NaN',
    ],
    [{ ...model, inputWidth: '3' }, 'inputWidth: expected a number, got 3'],
    [{ ...model, steps: 0 }, 'steps: expected a whole number from 1, got 0'],
    [{ ...model, layers: {} }, 'layers: expected a list, got a record'],
    [{ ...model, layers: [] }, 'layers: expected one or more, got none'],
    [withLayer('dense'), 'layers[0]: expected a record, got dense'],
    [withLayer({ kind: 'toString' }), 'layers[0].kind: expected one of dense'],
    [
      withLayer({ kind: 'dense', units: 2, activation: 'swish' }),
      'layers[0].activation: expected one of linear',
    ],
    [withLayer({ kind: 'dense', activation: 'tanh' }), 'layers[0].units: expected a number, got undefined'],
    [
      withLayer({ kind: 'dense', units: 1.5, activation: 'tanh' }),
      'layers[0]: units: expected a whole number from 1',
    ],
    [withLayer({ kind: 'dropout', rate: 1 }), 'layers[0]: rate: expected 0 to below 1, got 1'],
    [
      withLayer({ kind: 'embedding', entries: 3, units: 2 }),
      'layers[0]: width before an embedding: expected 1, got 3',
    ],
  ])('refuses %#', (value, message) => {
    expect(() => checkNetwork(value)).toThrow(message);
  });
});
