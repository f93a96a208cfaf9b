import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matrix } from '../core/matrix.ts';
import { normal, seededRandom } from '../core/random.ts';
import { accuracy, auc, mostLikely } from '../evaluate/index.ts';
import { drawInto, drawPools, treeSeed } from './forest/draw.ts';
import { checkedSettings, weightsOf } from './forest/options.ts';
import {
  fitExtraTrees,
  fitForest,
  type ForestOptions,
  growForestPart,
  joinForests,
  planForest,
} from './forest.ts';
import { predictMargins, predictProbability } from './predict.ts';
import { exclusiveOr, threeBands } from './toy-worlds.ts';
import { leafOf } from './trees.ts';

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

const kinds = [
  ['random forest', 'best', fitForest],
  ['extra trees', 'random', fitExtraTrees],
] as const;

/** A number that three columns tell in part; some values are missing. */
function hills(rows: number, seed: number) {
  const random = seededRandom(seed);
  const values = Float64Array.from({ length: rows * 3 }, () => normal(random));
  const labels = Float64Array.from({ length: rows }, (_, i) => {
    const [a, b] = [values[3 * i], values[3 * i + 1]];
    return 100 + 3 * a * a - 2 * b + 0.5 * normal(random);
  });
  for (let i = 0; i < values.length; i++) if (random() < 0.05) values[i] = NaN;
  return { x: matrix(rows, 3, values), labels };
}

describe.each(kinds)('%s, for all options', (_name, cuts, fit) => {
  const world = threeBands(160, 8);
  const options = fc.record({
    seed: fc.integer(),
    tried: fc.integer({ min: 1, max: 3 }),
    depth: fc.integer({ min: 0, max: 5 }),
    minLeaf: fc.integer({ min: 1, max: 20 }),
    maxLeaves: fc.constantFrom(0, 2, 9),
    bootstrap: fc.boolean(),
    rowShare: fc.constantFrom(0.3, 0.7, 1),
    criterion: fc.constantFrom('gini' as const, 'entropy' as const),
    maxBins: fc.constantFrom(2, 16, 255),
    classWeights: fc.constantFrom(undefined, 'balanced' as const, 'balanced by draw' as const),
  });
  const check = (property: (options: ForestOptions) => void) =>
    fc.assert(
      fc.property(options, (drawn) => property({ ...drawn, classes: 3, trees: 4 })),
      { numRuns: 12 },
    );

  it('is the same to the byte however the trees are shared out', () => {
    check((drawn) => {
      const plan = planForest(world, drawn, cuts);
      const parts = [growForestPart(plan, 3, 4), growForestPart(plan, 0, 1), growForestPart(plan, 1, 3)];
      expect(joinForests(plan, parts)).toEqual(fit(world, drawn));
    });
  });

  it('holds the limits of depth, leaves and their size; shares sum to 1', () => {
    check((drawn) => {
      const { model } = fit(world, { ...drawn, classWeights: undefined });
      const { start, feature, cover, left, right, value } = model.trees;
      for (let tree = 0; tree < 4; tree++) {
        const depth = new Map([[start[tree], 0]]);
        let leaves = 0;
        for (let node = start[tree]; node < start[tree + 1]; node++) {
          const own = depth.get(node) ?? NaN;
          if (drawn.depth) expect(own).toBeLessThanOrEqual(drawn.depth);
          if (feature[node] >= 0) {
            depth.set(left[node], own + 1).set(right[node], own + 1);
            continue;
          }
          leaves++;
          expect(cover[node]).toBeGreaterThanOrEqual(drawn.minLeaf ?? 1);
          const shares = value.subarray(3 * node, 3 * node + 3);
          expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
        }
        if (drawn.maxLeaves) expect(leaves).toBeLessThanOrEqual(drawn.maxLeaves);
      }
    });
  });

  it('asks out of bag only the trees that did not see the row', () => {
    check((drawn) => {
      const { model, outOfBag } = fit(world, drawn);
      const answers = world.labels.length;
      const [sums, voters] = [new Float64Array(3 * answers), new Uint32Array(answers)];
      const settings = checkedSettings(world, drawn, cuts);
      for (let tree = 0; tree < 4; tree++) {
        const seen = rowsSeen(drawn, settings, tree, world);
        for (let row = 0; row < answers; row++) {
          if (seen[row] > 0) continue;
          voters[row]++;
          const leaf = leafOf(model.trees, tree, world.x.values, 3 * row);
          for (let c = 0; c < 3; c++) sums[3 * row + c] += model.trees.value[3 * leaf + c];
        }
      }
      const wrong = [...outOfBag.keys()].filter((i) => {
        const asked = sums[i] / voters[Math.floor(i / 3)];
        return !(Math.abs(outOfBag[i] - asked) < 1e-9 || (Number.isNaN(asked) && Number.isNaN(outOfBag[i])));
      });
      expect(wrong).toEqual([]);
    });
  });

  it('does not mind the scale of weights', () => {
    const weights = Float64Array.from(world.labels, (_, i) => 1 + (i % 4));
    check((drawn) => {
      const light = fit({ ...world, weights }, drawn);
      // A power of two scales without rounding, so nothing at all may change but the cover.
      const heavy = fit({ ...world, weights: weights.map((weight) => weight * 8) }, drawn);
      expect(heavy.model.trees.threshold).toEqual(light.model.trees.threshold);
      expect(heavy.model.trees.value).toEqual(light.model.trees.value);
      expect(heavy.outOfBag).toEqual(light.outOfBag);
    });
  });

  it('answers a number between the least and the most label', () => {
    const { x, labels } = hills(200, 3);
    const [least, most] = [Math.min(...labels), Math.max(...labels)];
    check((drawn) => {
      const numbers = { ...drawn, classes: 1, classWeights: undefined };
      const { model } = fit({ x, labels }, numbers);
      expect(model.trees.value.every((value) => value >= least && value <= most)).toBe(true);
    });
  });

  it('learns a number: fresh rows and out of bag agree', () => {
    const train = hills(600, 1);
    const test = hills(500, 2);
    const { model, score } = fit(train, { seed: 1, classes: 1, trees: 40, tried: 3, bootstrap: true });
    const answers = predictMargins(model, test.x);
    const mean = test.labels.reduce((sum, label) => sum + label, 0) / 500;
    const squares = (of: (row: number) => number) =>
      test.labels.reduce((sum, label, row) => sum + (label - of(row)) ** 2, 0);
    const fresh = 1 - squares((row) => answers[row]) / squares(() => mean);
    expect(fresh).toBeGreaterThan(0.75);
    expect(Math.abs(fresh - score)).toBeLessThan(0.12);
  });

  it('is no worse with a column twice', () => {
    const [train, test] = [exclusiveOr(800, 1), exclusiveOr(400, 2)];
    const doubled = ({ x }: typeof train) => {
      const values = Float64Array.from({ length: x.rows * 5 }, (_, i) => {
        const [row, column] = [Math.floor(i / 5), i % 5];
        return x.values[row * 4 + (column === 4 ? 0 : column)];
      });
      return matrix(x.rows, 5, values);
    };
    const { model } = fit({ x: doubled(train), labels: train.labels }, { seed: 1, classes: 2, trees: 60 });
    expect(auc(positives(predictProbability(model, doubled(test))), test.labels)).toBeGreaterThan(0.95);
  });

  it('separates missing from present', () => {
    const labels = Uint8Array.from({ length: 300 }, (_, i) => Number(i % 3 === 0));
    const values = Float64Array.from(labels, (label, i) => (label ? NaN : i));
    const { model } = fit({ x: matrix(300, 1, values), labels }, { seed: 1, classes: 2, trees: 20 });
    const answers = predictProbability(model, matrix(2, 1, Float64Array.of(NaN, 100)));
    expect(answers[1]).toBeGreaterThan(0.95);
    expect(answers[3]).toBeLessThan(0.05);
  });
});

/** How often a tree drew each row, told by the draw alone. */
function rowsSeen(
  options: ForestOptions,
  settings: ReturnType<typeof checkedSettings>,
  tree: number,
  world: ReturnType<typeof threeBands>,
): Uint16Array {
  const drawn = new Uint16Array(world.labels.length);
  const random = seededRandom(treeSeed(settings.seed, tree));
  drawInto(
    drawn,
    drawPools(world, options, settings, settings.bootstrap ? weightsOf(world, options) : null),
    settings.bootstrap,
    random,
  );
  return drawn;
}

describe('draws', () => {
  it('takes as many of each class as the rarest has', () => {
    const world = {
      x: threeBands(100, 1).x,
      labels: Uint8Array.from({ length: 100 }, (_, i) => Number(i < 7)),
    };
    const options: ForestOptions = { seed: 1, classes: 2, classWeights: 'balanced by draw' };
    const drawn = new Uint16Array(100);
    const settings = checkedSettings(world, options, 'best');
    drawInto(
      drawn,
      drawPools(world, options, settings, settings.bootstrap ? weightsOf(world, options) : null),
      true,
      seededRandom(1),
    );
    const ofClass = (c: number) =>
      drawn.reduce((sum, count, row) => sum + (world.labels[row] === c ? count : 0), 0);
    expect([ofClass(0), ofClass(1)]).toEqual([7, 7]);
  });

  it('takes each row once without replacement, and none twice', () => {
    const world = threeBands(50, 2);
    const options: ForestOptions = { seed: 1, classes: 3, rowShare: 0.5 };
    const drawn = new Uint16Array(50);
    drawInto(
      drawn,
      drawPools(world, options, checkedSettings(world, options, 'best'), null),
      false,
      seededRandom(3),
    );
    expect(Math.max(...drawn)).toBe(1);
    expect(drawn.reduce((sum, count) => sum + count, 0)).toBe(25);
  });
});
