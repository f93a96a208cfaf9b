import { beforeAll, describe, expect, test } from 'vitest';
import { integerBelow, seededRandom } from '../core/random.ts';
import { plainKernel, predictNetwork } from '../neural/index.ts';
import { neuralKernel } from '../neural/neural-kernel.ts';
import { chosenCodes, oneHotRows, softmaxBack } from './choices.ts';
import { type GanModel, trainGan } from './gan.ts';
import type { Choices, GanOptions } from './gan-options.ts';
import { drawPoints } from './latent.ts';
import { separation } from './quality.ts';

const blocks = [4, 4, 3];

/** A toy style: the second choice follows the first, the third is free. */
function toyChoices(count: number): Choices {
  const random = seededRandom(2);
  const rows = Array.from({ length: count }, () => {
    const first = integerBelow(random, 4);
    return [first, (first + 1) % 4, integerBelow(random, 3)];
  });
  return { blocks, codes: Uint8Array.from(rows.flat()) };
}

const options: Omit<GanOptions, 'kernel'> = {
  latent: 4,
  hidden: 24,
  steps: 700,
  batch: 32,
  group: 4,
  rate: 0.003,
  spoiled: 0.25,
  seed: 3,
};

function invented(model: GanModel, count: number): Uint8Array {
  return chosenCodes(predictNetwork(model.generator, drawPoints(count, model.latent, 9)), blocks);
}

describe('a pair on a toy style', () => {
  const choices = toyChoices(400);
  let model: GanModel;
  beforeAll(() => {
    model = trainGan(choices, { ...options, kernel: neuralKernel() });
  });

  test('learns what belongs together', () => {
    const codes = invented(model, 200);
    const rows = Array.from({ length: 200 }, (_, i) => codes.subarray(3 * i, 3 * i + 3));
    const kept = rows.filter(([first, second]) => second === (first + 1) % 4).length / rows.length;
    // Independent choices keep a quarter.
    expect(kept).toBeGreaterThan(0.8);
    expect(new Set(rows.map(([first]) => first)).size).toBe(4);
    expect(new Set(rows.map(([, , third]) => third)).size).toBe(3);
  });

  test('the discriminator tells the style from loose choices', () => {
    const random = seededRandom(4);
    const loose = Array.from({ length: 200 }, () => blocks.map((size) => integerBelow(random, size)));
    const score = (codes: ArrayLike<number>) =>
      predictNetwork(model.discriminator, oneHotRows(codes, blocks));
    expect(separation(score(choices.codes), score(loose.flat()))).toBeGreaterThan(0.8);
  });
});

test('same choices and options, same bytes; another seed, others', () => {
  const choices = toyChoices(60);
  const train = (seed: number) =>
    trainGan(choices, { ...options, steps: 5, seed, kernel: plainKernel() }).generator.weights;
  expect(train(3)).toEqual(train(3));
  expect(train(3)).not.toEqual(train(4));
});

test.each([
  [{ group: 5 }, 'group: expected a divisor of 32, got 5'],
  [{ batch: 1 }, 'batch: expected a whole number from 2, got 1'],
  [{ spoiled: 2 }, 'spoiled: expected 0 to 1, got 2'],
  [{ rate: 0 }, 'rate: expected above 0, got 0'],
  [{ latent: 0 }, 'latent: expected a whole number from 1, got 0'],
])('refuses %o', (wrong, message) => {
  expect(() => trainGan(toyChoices(9), { ...options, ...wrong, kernel: plainKernel() })).toThrow(message);
});

test('refuses codes that name no value', () => {
  const train = (codes: number[]) => () =>
    trainGan({ blocks, codes: Uint8Array.from(codes) }, { ...options, kernel: plainKernel() });
  expect(train([0, 4, 0])).toThrow('codes[1]: expected below 4, got 4');
  expect(train([0, 1])).toThrow('codes: expected rows of 3, got 2 numbers');
});

test('the way back through a choice is that of a softmax, by finite differences', () => {
  const logits = Float32Array.of(0.3, -0.7, 1.1, 0.2, -0.4);
  const weights = Float32Array.of(0.5, -1, 2, 0.3, -0.8);
  const sizes = [3, 2];
  const value = (values: Float32Array) => {
    const chances = sizes.flatMap((size, block) => {
      const part = [...values.subarray(block * 3, block * 3 + size)].map(Math.exp);
      const sum = part.reduce((total, one) => total + one, 0);
      return part.map((one) => one / sum);
    });
    return chances.reduce((sum, chance, i) => sum + chance * weights[i], 0);
  };
  const gradient = new Float32Array(5);
  softmaxBack(logits, weights, sizes, gradient);
  for (const at of logits.keys()) {
    const moved = (by: number) => value(logits.with(at, logits[at] + by));
    expect(gradient[at]).toBeCloseTo((moved(1e-3) - moved(-1e-3)) / 2e-3, 3);
  }
});
