import { describe, expect, it } from 'vitest';
import { matrix } from '../core/matrix.ts';
import { accuracy, auc, mostLikely } from '../evaluate/index.ts';
import { fitForest } from './forest.ts';
import { predictProbability } from './predict.ts';
import { exclusiveOr, threeBands } from './toy-worlds.ts';

const positives = (answers: Float64Array) => answers.filter((_, i) => i % 2 === 1);

describe('fitForest', () => {
  it('masters exclusive or, and knows out of bag how good it is', () => {
    const { model, outOfBag } = fitForest(exclusiveOr(1200, 1), { seed: 1, classes: 2, trees: 60 });
    const train = exclusiveOr(1200, 1);
    const test = exclusiveOr(400, 2);
    const honest = auc(positives(predictProbability(model, test.x)), test.labels);
    expect(honest).toBeGreaterThan(0.97);
    expect(Math.abs(auc(positives(outOfBag), train.labels) - honest)).toBeLessThan(0.02);
  });

  it('masters three classes; shares sum to 1', () => {
    const { model } = fitForest(threeBands(1000, 1), { seed: 1, classes: 3, trees: 50, minLeaf: 5 });
    const test = threeBands(400, 2);
    const answers = predictProbability(model, test.x);
    expect(accuracy(mostLikely(answers, 3), test.labels)).toBeGreaterThan(0.78);
    for (let row = 0; row < 400; row++)
      expect(answers[3 * row] + answers[3 * row + 1] + answers[3 * row + 2]).toBeCloseTo(1, 12);
  });

  it('separates missing from present', () => {
    const labels = Uint8Array.from({ length: 300 }, (_, i) => Number(i % 3 === 0));
    const x = matrix(
      300,
      1,
      Float64Array.from(labels, (label, i) => (label ? NaN : i)),
    );
    const { model } = fitForest({ x, labels }, { seed: 1, classes: 2, trees: 20 });
    const answers = predictProbability(model, matrix(2, 1, Float64Array.of(NaN, 100)));
    expect(answers[1]).toBeGreaterThan(0.95);
    expect(answers[3]).toBeLessThan(0.05);
  });

  it('holds depth and leaf size', () => {
    const { model } = fitForest(threeBands(500, 3), {
      seed: 2,
      classes: 3,
      trees: 10,
      depth: 2,
      minLeaf: 20,
    });
    const { start, feature, cover } = model.trees;
    for (let tree = 0; tree < 10; tree++) expect(start[tree + 1] - start[tree]).toBeLessThanOrEqual(7);
    feature.forEach((column, node) => column < 0 && expect(cover[node]).toBeGreaterThanOrEqual(20));
  });

  it('lifts a rare class by its weight', () => {
    const { x } = threeBands(600, 4);
    const labels = Uint8Array.from({ length: 600 }, (_, i) => Number(i % 20 === 0));
    const share = (classWeights?: 'balanced') => {
      const { model } = fitForest(
        { x, labels },
        { seed: 1, classes: 2, trees: 30, minLeaf: 20, classWeights },
      );
      const answers = positives(predictProbability(model, x));
      return answers.reduce((sum, answer) => sum + answer, 0) / answers.length;
    };
    expect(share()).toBeLessThan(0.12);
    expect(share('balanced')).toBeGreaterThan(0.2);
  });

  it('gives the same forest for the same seed, and passes structuredClone', () => {
    const world = threeBands(200, 5);
    const fit = (seed: number) => fitForest(world, { seed, classes: 3, trees: 5 });
    expect(fit(1)).toEqual(fit(1));
    expect(fit(1)).not.toEqual(fit(2));
    expect(structuredClone(fit(1).model)).toEqual(fit(1).model);
  });

  it('says what is wrong with its input', () => {
    const world = threeBands(20, 6);
    expect(() => fitForest(world, { seed: 1, classes: 2 })).toThrow('expected an integer from 0 to 1, got 2');
    expect(() => fitForest(world, { seed: 1, classes: 3, tried: 4 })).toThrow(
      'tried: expected a whole number from 1 to 3',
    );
    expect(() => fitForest(world, { seed: 0.5, classes: 3 })).toThrow('seed: expected an integer, got 0.5');
  });
});
