import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { matrix, type Matrix } from '../core/matrix.ts';
import { integerBelow, normal, type Random, seededRandom } from '../core/random.ts';
import type { BoostingModel, ForestModel, LossName, TreeModel } from './model.ts';
import { addPacked, packTrees } from './predict-packed.ts';
import { addPlain, emptySums } from './predict-plain.ts';
import { predictMargins, predictProbability, predictResponse, preparePredictor } from './predict.ts';
import { leastRoundingTo } from './single.ts';
import { categoryWords, leafOf, rules, treeCount, type Trees, treeWriter } from './trees.ts';

type Cuts = 'single' | 'double' | 'categories' | 'endless';

const columns = 5;

/** Trees of many shapes, also of one leaf; values are float32 numbers. */
function someTrees(random: Random, count: number, cuts: Cuts, width = 1): Trees {
  const writer = treeWriter(width);
  const grow = (node: number, depth: number): void => {
    if (depth === 0 || random() < 0.25) {
      for (let k = 0; k < width; k++) writer.setValue(node, k, Math.fround(normal(random)));
      return;
    }
    const [first, second] = [writer.addNode(1), writer.addNode(1)];
    const [left, right] = random() < 0.5 ? [first, second] : [second, first];
    writer.split(node, {
      feature: integerBelow(random, columns),
      defaultLeft: random() < 0.5,
      gain: 1,
      ...someTest(random, cuts),
      left,
      right,
    });
    grow(left, depth - 1);
    grow(right, depth - 1);
  };
  for (let tree = 0; tree < count; tree++) {
    writer.openTree();
    grow(writer.addNode(1), integerBelow(random, 7));
  }
  return writer.finish(count);
}

/** Trees of one leaf, which answers 1. */
function pureTrees(count: number): Trees {
  const writer = treeWriter(1);
  for (let tree = 0; tree < count; tree++) {
    writer.openTree();
    writer.setValue(writer.addNode(1), 0, 1);
  }
  return writer.finish(count);
}

function someTest(random: Random, cuts: Cuts) {
  if (cuts === 'double') return { threshold: normal(random) };
  if (cuts === 'endless' && random() < 0.3) return { threshold: random() < 0.5 ? Infinity : -Infinity };
  if (cuts === 'categories' && random() < 0.5) {
    const set = categoryWords([0, integerBelow(random, 40)]);
    return { threshold: 0, rule: random() < 0.5 ? rules.setLeft : rules.setRight, set };
  }
  return { threshold: leastRoundingTo(Math.fround(Math.round(4 * normal(random)) / 4)) };
}

function boosted(trees: Trees, sums: BoostingModel['sums'], outputs = 1, loss: LossName = 'squared') {
  const start = Float64Array.from({ length: outputs }, (_, k) => 0.1 + k);
  const model: BoostingModel = {
    kind: 'boosting',
    version: 2,
    family: 'xgboost',
    loss,
    columns,
    outputs,
    start,
    sums,
    trees,
    statistics: null,
  };
  return model;
}

/** Values on, just below and far from thresholds; some missing, some beyond float32. */
function someRows(random: Random, rows: number, isSingle = false): Matrix {
  const value = () => {
    const kind = random();
    if (kind < 0.15) return NaN;
    if (kind < 0.25) return leastRoundingTo(Math.fround(Math.round(4 * normal(random)) / 4));
    if (kind < 0.5) return Math.round(4 * normal(random)) / 4;
    if (kind < 0.53 && !isSingle) return normal(random) * 1e39;
    return kind < 0.6 ? integerBelow(random, 40) : 2 * normal(random);
  };
  const values = Float64Array.from({ length: rows * columns }, value);
  return matrix(rows, columns, isSingle ? Float32Array.from(values) : values);
}

/** The definition, with nothing prepared: one row, one tree at a time. */
function walked(model: TreeModel, x: Matrix): Float64Array {
  const { trees, outputs } = model;
  const count = treeCount(trees);
  const round = model.kind === 'boosting' && model.sums === 'single' ? Math.fround : (sum: number) => sum;
  return Float64Array.from({ length: x.rows * outputs }, (_, place) => {
    const [row, output] = [Math.floor(place / outputs), place % outputs];
    let sum = model.kind === 'boosting' ? round(model.start[output]) : 0;
    for (let tree = 0; tree < count; tree++) {
      if (model.kind === 'boosting' && tree % outputs !== output) continue;
      const leaf = leafOf(trees, tree, x.values, row * columns);
      const value = model.kind === 'boosting' ? trees.value[leaf] : trees.value[leaf * outputs + output];
      sum = round(sum + value);
    }
    return model.kind === 'boosting' ? sum : sum / count;
  });
}

const worlds = fc.record({
  seed: fc.integer(),
  rows: fc.integer({ min: 1, max: 150 }),
  count: fc.integer({ min: 0, max: 8 }),
  outputs: fc.integer({ min: 1, max: 3 }),
  cuts: fc.constantFrom<Cuts>('single', 'double', 'categories', 'endless'),
  sums: fc.constantFrom<BoostingModel['sums']>('single', 'double'),
  isSingle: fc.boolean(),
});

describe('margins', () => {
  test('are what walking every tree gives, by every path', () => {
    let packedRuns = 0;
    fc.assert(
      fc.property(worlds, ({ seed, rows, count, outputs, cuts, sums, isSingle }) => {
        const random = seededRandom(seed);
        const model = boosted(someTrees(random, count * outputs, cuts), sums, outputs);
        const x = someRows(random, rows, isSingle);
        const expected = walked(model, x);
        const plain = emptySums(model, rows);
        addPlain(plain, model, x);
        expect(Float64Array.from(plain)).toEqual(expected);
        const packed = packTrees(model);
        const fast = emptySums(model, rows);
        if (packed && addPacked(fast, packed, x, outputs)) {
          packedRuns++;
          expect(Float64Array.from(fast)).toEqual(expected);
        }
        expect(predictMargins(model, x)).toEqual(expected);
      }),
      { numRuns: 150 },
    );
    expect(packedRuns).toBeGreaterThan(50);
  });

  test('of a forest are the mean of its leaves', () => {
    const random = seededRandom(4);
    const trees = someTrees(random, 7, 'single', 3);
    const model: ForestModel = { kind: 'forest', version: 2, columns, outputs: 3, trees };
    const x = someRows(random, 200);
    expect(predictMargins(model, x)).toEqual(walked(model, x));
  });

  test('of a forest whose leaves are all pure are exactly 1', () => {
    // In float64, 6 times 1 ÷ 6 is less than 1, and 9 times 1 ÷ 9 more.
    for (const count of [6, 9]) {
      const trees = pureTrees(count);
      const model: ForestModel = { kind: 'forest', version: 2, columns, outputs: 1, trees };
      expect(predictProbability(model, someRows(seededRandom(1), 3))).toEqual(Float64Array.of(1, 1, 1));
    }
  });

  test('are right for more rows than are walked together, and for one model after another', () => {
    const random = seededRandom(9);
    const models = [1, 2].map(() => boosted(someTrees(random, 6, 'single'), 'single'));
    const x = someRows(random, 70_001, true);
    for (const model of [...models, models[0]]) {
      const margins = predictMargins(model, x);
      const last = matrix(100, columns, x.values.slice(-100 * columns));
      expect(margins.slice(-100)).toEqual(walked(model, last));
    }
  });

  test('pack in float32 what float32 can tell, and nothing with categories', () => {
    const random = seededRandom(2);
    const precision = (cuts: Cuts) => packTrees(boosted(someTrees(random, 9, cuts), 'single'))?.precision;
    expect(precision('single')).toBe('single');
    expect(precision('endless')).toBe('single');
    expect(precision('double')).toBe('double');
    expect(precision('categories')).toBeUndefined();
  });

  test('add values that are not float32 as the plain walk does', () => {
    const trees = someTrees(seededRandom(3), 9, 'single');
    const fine = { ...trees, value: trees.value.map((value) => value / 3) };
    expect(packTrees(boosted(fine, 'single'))).toBeNull();
    expect(packTrees(boosted(fine, 'double'))?.precision).toBe('single');
  });

  test('refuse a table of another shape, and infinite values', () => {
    const predictor = preparePredictor(boosted(someTrees(seededRandom(1), 2, 'single'), 'double'));
    expect(() => predictor.margins(matrix(1, 2, new Float64Array(2)))).toThrow(
      'x: expected 5 columns, got 2',
    );
    const infinite = matrix(1, columns, Float64Array.of(0, Infinity, 0, 0, 0));
    expect(() => predictor.margins(infinite)).toThrow('expected a number or NaN at row 0, column 1');
  });
});

describe('responses', () => {
  const x = someRows(seededRandom(6), 4);
  const of = (loss: LossName, outputs = 1) =>
    boosted(someTrees(seededRandom(5), 3 * outputs, 'single'), 'double', outputs, loss);

  test.each<[LossName, (margin: number) => number]>([
    ['squared', (margin) => margin],
    ['quantile', (margin) => margin],
    ['ranking', (margin) => margin],
    ['poisson', Math.exp],
    ['cox', Math.exp],
    ['logistic', (margin) => 1 / (1 + Math.exp(-margin))],
  ])('of %s are on the scale of its labels', (loss, response) => {
    const model = of(loss);
    expect(predictResponse(model, x)).toEqual(predictMargins(model, x).map(response));
  });

  test('of softmax are probabilities', () => {
    const answers = predictResponse(of('softmax', 3), x);
    expect(answers).toEqual(predictProbability(of('softmax', 3), x));
    for (let row = 0; row < 4; row++)
      expect(answers.slice(3 * row, 3 * row + 3).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
  });

  test('are probabilities of classifiers alone', () => {
    expect(() => predictProbability(of('poisson'), x)).toThrow(
      'expected a classifier, got a model of loss poisson',
    );
  });
});

describe('where nothing compiles', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  test.each<[string, unknown]>([
    ['no WebAssembly at all', undefined],
    ['a page that may not compile', forbidden(new WebAssembly.CompileError('blocked by the page'))],
    ['a page that may not compile without waiting', forbidden(new RangeError('larger than 4 KB'))],
  ])('%s: the plain walk answers', async (_, replacement) => {
    vi.stubGlobal('WebAssembly', replacement);
    vi.resetModules();
    const fresh = await import('./predict.ts');
    const random = seededRandom(8);
    const model = boosted(someTrees(random, 20, 'single'), 'single');
    const x = someRows(random, 100);
    expect(fresh.predictMargins(model, x)).toEqual(walked(model, x));
  });

  function forbidden(error: Error) {
    const refuse = function () {
      throw error;
    };
    const { CompileError, Memory, Instance } = WebAssembly;
    return { CompileError, Memory, Instance, Module: refuse };
  }
});
