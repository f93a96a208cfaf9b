import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeModel, type Encodable, encodeModel } from '../core/codec.ts';
import { normal, seededRandom } from '../core/random.ts';
import { auc, logLoss } from '../evaluate/index.ts';
import { fitBoosting, fitForest } from '../trees/index.ts';
import { exclusiveOr, threeBands } from '../trees/toy-worlds.ts';
import {
  checkModel,
  fitLinearMeta,
  fitStack,
  foldsByGroup,
  marginsOf,
  prepareExplainer,
  probabilitiesOf,
  type StackMember,
} from './index.ts';

const members = (classes: number): StackMember[] => {
  const loss = classes === 2 ? ('logistic' as const) : ('softmax' as const);
  return [
    {
      name: 'boosting',
      fit: (data, seed) => fitBoosting(data, { seed, loss, classes, rounds: 20, depth: 3 }),
    },
    { name: 'forest', fit: (data, seed) => fitForest(data, { seed, classes, trees: 20, depth: 6 }).model },
  ];
};

const inPairs = (rows: number) => Int32Array.from({ length: rows }, (_, i) => i >> 1);

describe('foldsByGroup', () => {
  it('keeps groups whole and folds alike', () => {
    const law = fc.property(
      fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 60, maxLength: 200 }),
      fc.integer({ min: 2, max: 5 }),
      fc.integer(),
      (groups, folds, seed) => {
        fc.pre(new Set(groups).size >= folds);
        const labels = groups.map((group) => group % 2);
        const foldOf = foldsByGroup(groups, labels, folds, seed);
        expect(new Set(foldOf).size).toBe(folds);
        const seen = new Map<number, number>();
        groups.forEach((group, row) => {
          expect(seen.get(group) ?? foldOf[row]).toBe(foldOf[row]);
          seen.set(group, foldOf[row]);
        });
      },
    );
    fc.assert(law);
  });

  it('wants at least one group a fold', () => {
    expect(() => foldsByGroup([1, 1, 2], [0, 1, 1], 3, 1)).toThrow(
      'folds: expected a whole number from 2 to 2, got 3',
    );
  });
});

describe('fitLinearMeta', () => {
  // Two noisy views of the truth and one turned around.
  const random = seededRandom(3);
  const truth = Float64Array.from({ length: 4000 }, () => 1.5 * normal(random));
  const labels = Uint8Array.from(truth, (margin) => Number(random() < 1 / (1 + Math.exp(-margin))));

  it('finds the weights of a logistic world', () => {
    const [a, b] = [truth.map((m) => m / 2 + 1), truth.map(() => normal(random))];
    const { weights, bias } = fitLinearMeta([a, b], labels, 1, { lambda: 0 });
    expect(weights[0]).toBeCloseTo(2, 0);
    expect(weights[1]).toBeLessThan(0.1);
    expect(bias[0]).toBeCloseTo(-2, 0);
  });

  it('stands where no coefficient can lower the loss', () => {
    const inputs = [truth.map((m) => m + normal(random)), truth.map((m) => m + 2 * normal(random))];
    const { weights, bias } = fitLinearMeta(inputs, labels, 1, { lambda: 0 });
    const lossAt = (change: readonly number[]) => {
      const p = labels.length;
      const answers = new Float64Array(p);
      for (let i = 0; i < p; i++) {
        const margin =
          bias[0] +
          change[2] +
          (weights[0] + change[0]) * inputs[0][i] +
          (weights[1] + change[1]) * inputs[1][i];
        answers[i] = 1 / (1 + Math.exp(-margin));
      }
      return logLoss(answers, labels);
    };
    const best = lossAt([0, 0, 0]);
    for (const k of [0, 1, 2])
      for (const step of [-0.02, 0.02])
        expect(lossAt([0, 1, 2].map((j) => (j === k ? step : 0)))).toBeGreaterThan(best - 1e-7);
  });

  it('gives a member that misleads no say', () => {
    const turned = truth.map((m) => 2 * normal(random) - m);
    const { weights } = fitLinearMeta([truth.map((m) => m + normal(random)), turned], labels, 1, {
      lambda: 1,
    });
    expect(weights[0]).toBeGreaterThan(0.3);
    expect(weights[1]).toBe(0);
  });

  it('gives members an equal say where few rows speak, and lets many rows decide', () => {
    const inputs = [truth.map((m) => m + normal(random)), truth.map((m) => m + 3 * normal(random))];
    const shareOf = (rows: number) => {
      const scaled = inputs.map((input) => input.map((m) => m / Math.hypot(...input.subarray(0, 500))));
      const { weights } = fitLinearMeta(
        scaled.map((input) => input.subarray(0, rows)),
        labels.subarray(0, rows),
        1,
        { lambda: 100 },
      );
      return weights[1] / (weights[0] + weights[1]);
    };
    expect(shareOf(30)).toBeGreaterThan(0.4);
    expect(shareOf(4000)).toBeLessThan(shareOf(30));
  });

  it('names what does not fit', () => {
    expect(() => fitLinearMeta([truth.subarray(1)], labels, 1)).toThrow('margins[0]: length');
  });
});

describe('fitStack', () => {
  const train = exclusiveOr(800, 1);
  const data = { ...train, groups: inPairs(800) };
  const test = exclusiveOr(600, 2);
  const { stack, singles } = fitStack(data, members(2), { seed: 1, outputs: 1, folds: 4 });

  it('ranks about as well as its best member, and better than its worst', () => {
    const scores = [stack, ...singles].map((model) => auc(probabilitiesOf(model, test.x), test.labels));
    expect(scores[0]).toBeGreaterThan(Math.max(scores[1], scores[2]) - 0.01);
    expect(scores[0]).toBeGreaterThan(Math.min(scores[1], scores[2]));
  });

  it('is calibrated though its members are fitted to the same rows', () => {
    const worst = Math.max(...singles.map((model) => logLoss(probabilitiesOf(model, test.x), test.labels)));
    expect(logLoss(probabilitiesOf(stack, test.x), test.labels)).toBeLessThan(worst);
  });

  it('takes its margin apart exactly', () => {
    const { base, contributions } = prepareExplainer(stack)(test.x);
    const margins = marginsOf(stack, test.x);
    for (let row = 0; row < 50; row++) {
      const own = contributions.subarray(row * 4, row * 4 + 4);
      // XGBoost trees add up in float32, their Shapley values in float64.
      expect(own.reduce((sum, effect) => sum + effect, base)).toBeCloseTo(margins[row], 5);
    }
  });

  it('answers the same after the codec, a clone and the check', () => {
    const back = checkModel(decodeModel(encodeModel(stack as unknown as Encodable)));
    expect(marginsOf(back, test.x)).toEqual(marginsOf(structuredClone(stack), test.x));
  });

  it('gives the same bytes for the same seed', () => {
    expect(fitStack(data, members(2), { seed: 1, outputs: 1, folds: 4 }).stack).toEqual(stack);
  });

  it('stacks three classes, each row summing to 1', () => {
    const bands = threeBands(900, 1);
    const made = fitStack({ ...bands, groups: inPairs(900) }, members(3), { seed: 1, outputs: 3, folds: 3 });
    const answers = probabilitiesOf(made.stack, threeBands(300, 2).x);
    for (let row = 0; row < 300; row++)
      expect(answers[3 * row] + answers[3 * row + 1] + answers[3 * row + 2]).toBeCloseTo(1, 12);
    for (const output of [0, 1, 2]) {
      const { base, contributions } = prepareExplainer(made.stack, output)(bands.x);
      const sum = contributions.subarray(0, bands.x.columns).reduce((total, effect) => total + effect, base);
      expect(sum).toBeCloseTo(marginsOf(made.stack, bands.x)[output], 5);
    }
  });

  it('refuses a damaged stack with its reason', () => {
    const refuse = (change: object) => () => checkModel({ ...stack, ...change });
    expect(refuse({ version: 2 })).toThrow('expected a stack of version 1, got version 2');
    expect(refuse({ members: [] })).toThrow('model.members: expected a list of models');
    expect(refuse({ weights: Float64Array.of(1) })).toThrow('model.weights: expected 2 weights');
    expect(refuse({ bias: Float64Array.of(1, 2) })).toThrow('model.bias: expected 1 numbers');
    expect(refuse({ columns: 9 })).toThrow('model.members[0]: expected 9 columns and 1 outputs, got 4 and 1');
  });
});
