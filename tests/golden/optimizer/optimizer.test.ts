import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  Arena,
  buildNetwork,
  Optimizer,
  type OptimizerOptions,
  plainKernel,
  prepareLoss,
  trainNetwork,
} from '#lib/ml/neural/index.ts';
import { rateFactor } from '#lib/ml/neural/schedule.ts';

interface Steps {
  readonly start: number[];
  readonly gradients: number[][];
  readonly after: number[][];
}

interface Golden {
  readonly adam: Steps;
  readonly adamOddBetas: Steps;
  readonly adamw: Steps;
  readonly clipped: Steps;
  readonly training: {
    readonly inputs: number[];
    readonly targets: (number | null)[];
    readonly start: number[];
    readonly losses: number[];
    readonly end: number[];
  };
  readonly cosine: number[];
  readonly softmax: Readonly<Record<'outputs' | 'targets' | 'gradient', number[]>> & {
    readonly loss: number;
  };
}

const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'optimizer.json'), 'utf8')) as Golden;

// PyTorch counts in float32 as well, and clips to bound / (length + 1e-6): after a dozen steps the seventh digit differs.
const tolerance = 2e-6;

function expectClose(got: ArrayLike<number>, expected: readonly number[], within: number): void {
  expect(got.length).toBe(expected.length);
  const worst = expected.reduce((most, value, i) => Math.max(most, Math.abs(got[i] - value)), 0);
  expect(worst).toBeLessThan(within);
}

describe('the optimizer', () => {
  const runs: readonly (readonly [keyof Golden, OptimizerOptions])[] = [
    ['adam', { kind: 'adam', rate: 0.01 }],
    ['adamOddBetas', { kind: 'adam', rate: 0.1, beta1: 0.5, beta2: 0.9, epsilon: 1e-3 }],
    ['adamw', { kind: 'adamw', rate: 0.01, decay: 0.1 }],
    ['clipped', { kind: 'adamw', rate: 0.01, decay: 0.01, clip: 0.7 }],
  ];

  it.each(runs)("steps as PyTorch's: %s", (name, options) => {
    const { start, gradients, after } = golden[name] as Steps;
    const arena = new Arena(plainKernel());
    const count = start.length;
    const block = { at: arena.allocate(count), gradient: arena.allocate(count), count };
    const optimizer = new Optimizer(arena, block, options);
    arena.floats(block.at, count).set(start);
    for (const [i, gradient] of gradients.entries()) {
      arena.floats(block.gradient, count).set(gradient);
      expect(optimizer.step()).toBeCloseTo(Math.hypot(...gradient), 5);
      expectClose(arena.floats(block.at, count), after[i], tolerance);
      expect(arena.floats(block.gradient, count).every((value) => value === 0)).toBe(true);
    }
  });
});

describe('training', () => {
  const { inputs, targets, start, losses, end } = golden.training;

  it('goes the way PyTorch goes, loss by loss: two heads, unknown targets, decay and clipping', () => {
    const spec = {
      inputWidth: 5,
      steps: 1,
      layers: [
        { kind: 'dense', units: 8, activation: 'tanh' },
        { kind: 'layer-norm' },
        { kind: 'dense', units: 2, activation: 'linear' },
      ],
    } as const;
    const network = buildNetwork(spec, { kernel: plainKernel(), largestBatch: 24, seed: 1 });
    network.setWeights(Float32Array.from(start));
    const { epochs } = trainNetwork(
      network,
      { inputs: Float32Array.from(inputs), targets: Float32Array.from(targets, (value) => value ?? NaN) },
      {
        loss: [
          { columns: 1, loss: 'binary-cross-entropy', weight: 1 },
          { columns: 1, loss: 'squared-error', weight: 0.5 },
        ],
        optimizer: { kind: 'adamw', rate: 0.02, decay: 0.05, clip: 0.5 },
        epochs: losses.length,
        batch: 24,
        seed: 1,
      },
    );
    expectClose(
      epochs.map(({ loss }) => loss),
      losses,
      tolerance,
    );
    // The weights of forty steps, each of which divides by a rounded root.
    expectClose(network.weights(), end, 1e-5);
  });
});

describe('the cosine schedule', () => {
  it("has PyTorch's factors", () => {
    const factors = golden.cosine.map((_, step) =>
      rateFactor(
        { kind: 'cosine', warmUp: 0.2, floor: 0.1 },
        { step, steps: golden.cosine.length, epoch: 0 },
      ),
    );
    expectClose(factors, golden.cosine, 1e-9);
  });
});

describe('softmax cross-entropy', () => {
  it("is PyTorch's, and so is its gradient", () => {
    const { outputs, targets, loss, gradient } = golden.softmax;
    const prepared = prepareLoss('softmax-cross-entropy', 4);
    const ours = new Float32Array(outputs.length);
    const rows = { outputs: Float32Array.from(outputs), targets: Float32Array.from(targets), rows: 5 };
    expect(prepared.value(prepared.measure(rows, ours))).toBeCloseTo(loss, 6);
    expectClose(ours, gradient, tolerance);
  });
});
