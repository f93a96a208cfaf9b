import { beforeAll, describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../core/random.ts';
import type { LayerSpec } from './model.ts';
import { buildNetwork, type Network, networkModel, openNetwork } from './network.ts';
import { plainKernel } from './plain-kernel.ts';
import { predictNetwork, predictWith } from './predict.ts';
import { networkLoss, type TrainingData, type TrainingOptions, trainNetwork } from './train.ts';

const layers: readonly LayerSpec[] = [
  { kind: 'dense', units: 16, activation: 'tanh' },
  { kind: 'dropout', rate: 0.1 },
  { kind: 'dense', units: 1, activation: 'linear' },
];

const built = (specs = layers, inputWidth = 2, steps = 1): Network =>
  buildNetwork({ inputWidth, steps, layers: specs }, { kernel: plainKernel(), largestBatch: 32, seed: 3 });

/** Two rings: a straight line tells them apart no better than chance. */
function rings(count: number, seed: number): TrainingData {
  const random = seededRandom(seed);
  const targets = Float32Array.from({ length: count }, (_, i) => i % 2);
  const inputs = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) {
    const [angle, radius] = [2 * Math.PI * random(), (i % 2 ? 2 : 0.8) + 0.15 * normal(random)];
    inputs.set([radius * Math.cos(angle), radius * Math.sin(angle)], 2 * i);
  }
  return { inputs, targets };
}

const options: TrainingOptions = {
  loss: 'binary-cross-entropy',
  optimizer: { kind: 'adamw', rate: 0.02, clip: 1 },
  schedule: { kind: 'cosine', warmUp: 0.1, floor: 0 },
  epochs: 30,
  batch: 32,
  seed: 5,
  validation: rings(100, 2),
  patience: 10,
};

describe('trainNetwork', () => {
  const data = rings(300, 1);
  let network: Network;
  let report: ReturnType<typeof trainNetwork>;

  beforeAll(() => {
    network = built();
    report = trainNetwork(network, data, options);
  });

  it('tells rings apart that no line tells apart', () => {
    const { inputs, targets } = rings(200, 9);
    const margins = predictNetwork(networkModel(network), inputs);
    const right = margins.filter((margin, i) => margin > 0 === targets[i] > 0.5).length;
    expect(right / targets.length).toBeGreaterThan(0.97);
  });

  it('learns the same bytes from the same seed, and others from another', () => {
    const again = built();
    expect(trainNetwork(again, data, options)).toEqual(report);
    expect(again.weights()).toEqual(network.weights());
    const other = built();
    trainNetwork(other, data, { ...options, seed: 6 });
    expect(other.weights()).not.toEqual(network.weights());
  });

  it('holds the weights of the best epoch', () => {
    const losses = report.epochs.map(({ validationLoss }) => validationLoss ?? Infinity);
    const best = Math.min(...losses);
    expect(losses[report.bestEpoch]).toBe(best);
    expect(networkLoss(network, options.validation ?? data, options.loss)).toBe(best);
  });

  it('stops when epochs no longer help', () => {
    // Labels at random: what is learnt of them does not hold.
    const noise = (seed: number) => {
      const random = seededRandom(seed);
      const { inputs, targets } = rings(60, seed);
      return { inputs, targets: targets.map(() => Number(random() < 0.5)) };
    };
    const overfitting = { ...options, validation: noise(1), epochs: 200, patience: 4 };
    const { epochs, bestEpoch } = trainNetwork(built(), noise(2), overfitting);
    expect(epochs.length).toBe(bestEpoch + 1 + 4);
    expect(epochs.length).toBeLessThan(200);
  });

  it('tells every epoch', () => {
    const told: number[] = [];
    trainNetwork(built(), data, { ...options, epochs: 3, onEpoch: ({ epoch }) => void told.push(epoch) });
    expect(told).toEqual([0, 1, 2]);
  });

  it('refuses what does not fit, before it begins', () => {
    const refused = (change: Partial<TrainingOptions>, given: TrainingData = data) => {
      return () => trainNetwork(built(), given, { ...options, ...change });
    };
    expect(refused({ batch: 64 })).toThrow('batch: expected at most 32, got 64');
    expect(refused({ epochs: 0 })).toThrow('epochs: expected a whole number from 1, got 0');
    expect(refused({ validation: undefined })).toThrow('patience: expected validation examples');
    expect(refused({ optimizer: { kind: 'adam', rate: 0 } })).toThrow('rate: expected above 0, got 0');
    expect(refused({}, { ...data, targets: data.targets.subarray(1) })).toThrow(
      'data.targets: expected 300 × 1 × 1 numbers, got 299',
    );
    expect(refused({}, { ...data, inputs: data.inputs.map((value, i) => (i === 4 ? NaN : value)) })).toThrow(
      'inputs[4]: expected a finite number, got NaN',
    );
    expect(refused({}, { inputs: new Float32Array(), targets: new Float32Array() })).toThrow(
      'data: expected examples, got none',
    );
  });

  it('says so when the loss is no longer a number', () => {
    const wild = { ...options, loss: 'squared-error', optimizer: { kind: 'adam', rate: 1e30 } } as const;
    expect(() => trainNetwork(built(), data, wild)).toThrow('a lower rate may help');
  });
});

describe('a sequence', () => {
  const steps = 4;
  const sequence = built([{ kind: 'dense', units: 3, activation: 'tanh' }, { kind: 'mean-pool' }], 2, steps);
  const random = seededRandom(4);
  const inputs = Float32Array.from({ length: 3 * steps * 2 }, () => normal(random));
  const lengths = Int32Array.of(4, 2, 1);

  it('is read up to its length, whatever stands in the padding', () => {
    const other = inputs.slice();
    other.fill(99, (steps + 2) * 2, 2 * steps * 2);
    other.fill(-99, (2 * steps + 1) * 2);
    expect(predictWith(sequence, { inputs: other, lengths })).toEqual(
      predictWith(sequence, { inputs, lengths }),
    );
    expect(predictWith(sequence, { inputs: other })).not.toEqual(predictWith(sequence, { inputs }));
  });

  it('has a length that fits', () => {
    expect(() => predictWith(sequence, { inputs, lengths: Int32Array.of(4, 5, 1) })).toThrow(
      'lengths[1]: expected 1 to 4, got 5',
    );
  });
});

describe('prediction', () => {
  const dropping = built([{ kind: 'dropout', rate: 0.5 }, ...layers]);
  const { inputs } = rings(70, 3);

  it('drops nothing, and is the same each time', () => {
    const first = predictWith(dropping, { inputs });
    expect(predictWith(dropping, { inputs })).toEqual(first);
    const kept = built([{ kind: 'dropout', rate: 0 }, ...layers]);
    kept.setWeights(dropping.weights());
    expect(predictWith(kept, { inputs })).toEqual(first);
  });

  it('is the same from the model as from the session, in batches of any size', () => {
    const model = networkModel(dropping);
    const answers = predictNetwork(model, inputs);
    for (const largestBatch of [1, 7, 100])
      expect(predictWith(openNetwork(model, plainKernel(), largestBatch), { inputs })).toEqual(answers);
    expect(predictNetwork(model, new Float32Array())).toEqual(new Float32Array());
  });
});

describe('dropout while training', () => {
  const rate = 0.25;
  const network = built([{ kind: 'dropout', rate }], 500);
  const batch = 20;
  const count = batch * 500;

  it('keeps the mean, and drops as many as it says', () => {
    network.arena.floats(network.input, count).fill(1);
    const outputs = network.arena.floats(network.forward(batch, true), count).slice();
    const dropped = outputs.filter((value) => value === 0).length / count;
    expect(Math.abs(dropped - rate)).toBeLessThan(0.02);
    expect(outputs.every((value) => value === 0 || Math.abs(value - 1 / (1 - rate)) < 1e-6)).toBe(true);
    network.arena.floats(network.outputGradient, count).fill(1);
    const back = network.backward(network.outputGradient, batch, true, 'both');
    expect(network.arena.floats(back, count)).toEqual(outputs);
  });
});

describe('two networks on one kernel', () => {
  it('share its memory without meeting, and hand each other rows', () => {
    const kernel = plainKernel();
    const options = { kernel, largestBatch: 8, seed: 1 };
    const first = buildNetwork(
      { inputWidth: 3, steps: 1, layers: [{ kind: 'dense', units: 4, activation: 'tanh' }] },
      options,
    );
    const before = first.weights();
    const second = buildNetwork(
      { inputWidth: 4, steps: 1, layers: [{ kind: 'dense', units: 2, activation: 'tanh' }] },
      options,
    );
    expect(first.weights()).toEqual(before);
    const rows = first.forward(5, false);
    const answer = second.arena.floats(second.forwardFrom(rows, 5, false), 10).slice();
    const between = first.arena.floats(rows, 20).slice();
    expect(predictWith(second, { inputs: between })).toEqual(answer);
  });
});
