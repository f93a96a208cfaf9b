import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matrix } from '../../core/matrix.ts';
import { seededRandom } from '../../core/random.ts';
import { checkTreeModel } from '../check-model.ts';
import type { BoostingModel } from '../model.ts';
import { predictMargins } from '../predict.ts';
import { leastRoundingTo } from '../single.ts';
import { treeWriter } from '../trees.ts';
import { categoryHash, combineHash } from './category-hash.ts';
import { ModelExportError, ModelFileError, readCatboostJson, writeCatboostJson } from './index.ts';

const single = (code: number) => String(combineHash(0n, categoryHash(String(code))));
const pair = (a: number, b: number) =>
  String(combineHash(combineHash(0n, categoryHash(String(a))), categoryHash(String(b))));
const element = (index: number) => ({ cat_feature_index: index, combination_element: 'cat_feature_value' });
const statistic = {
  ctr_type: 'Borders',
  prior_denomerator: 1,
  prior_numerator: 0.5,
  scale: 15,
  shift: 0,
  target_border_idx: 0,
};

/** Column 0 a number, 1 and 2 categories: one split of each kind, in the layout of CatBoost 1.2. */
const file = {
  ctr_data: {
    one: {
      counter_denominator: 0,
      hash_map: [single(3), 1, 6, '18446744073709551615', 9, 9, single(4), 5, 0],
      hash_stride: 3,
    },
    two: { counter_denominator: 0, hash_map: [pair(3, 7), 2, 2], hash_stride: 3 },
  },
  features_info: {
    float_features: [
      { borders: [0.5], feature_id: 'x', flat_feature_index: 0, nan_value_treatment: 'AsTrue' },
    ],
    categorical_features: [
      { feature_id: 'a', flat_feature_index: 1, values: [categoryHash('7') | 0] },
      { feature_id: 'b', flat_feature_index: 2 },
    ],
    ctrs: [
      { ...statistic, borders: [5.5], elements: [element(0)], identifier: 'one' },
      { ...statistic, borders: [7.4], elements: [element(0), element(1)], identifier: 'two' },
    ],
  },
  model_info: { params: { loss_function: { params: {}, type: 'Logloss' } } },
  oblivious_trees: [
    {
      leaf_values: [0, 1, 2, 3],
      leaf_weights: [4, 3, 2, 1],
      splits: [
        { border: 0.5, float_feature_index: 0, split_index: 0, split_type: 'FloatFeature' },
        { cat_feature_index: 0, split_index: 1, split_type: 'OneHotFeature', value: categoryHash('7') | 0 },
      ],
    },
    {
      leaf_values: [0, 10, 20, 30],
      leaf_weights: [4, 3, 2, 1],
      splits: [
        { border: 5.5, split_index: 2, split_type: 'OnlineCtr' },
        { border: 7.4, split_index: 3, split_type: 'OnlineCtr' },
      ],
    },
  ],
  scale_and_bias: [2, [0.5]],
};
const text = JSON.stringify(file);

describe('readCatboostJson', () => {
  it('answers by numbers, one-hot categories, statistics and combinations of them', () => {
    const { model, names } = readCatboostJson(text, { codes: 100 });
    expect(names).toEqual(['x', 'a', 'b']);
    expect(checkTreeModel(model)).toBe(model);
    const rows = [
      [0.5, 7, 0], // left, listed · both categories unseen: 15 · 0.5 = 7.5, above both borders
      [NaN, 3, 7], // missing goes right, not listed · 15 · 6.5 / 8 is above 5.5, 15 · 2.5 / 5 = 7.5 above 7.4
      [0, 4, 7], // left · 15 · 0.5 / 6 is below 5.5, the pair is unseen
    ];
    const margins = predictMargins(model, matrix(3, 3, Float64Array.from(rows.flat())));
    expect([...margins]).toEqual([0.5 + 2 * (2 + 30), 0.5 + 2 * (1 + 30), 0.5 + 2 * (0 + 20)]);
    expect([...model.trees.cover.subarray(0, 3)]).toEqual([10, 6, 4]);
  });

  it.each<[string, string, RegExp]>([
    ['"value":', '"other":', /^oblivious_trees\[0\]\.splits\[1\]\.value: expected a value, got none$/],
    [
      '"split_index":3',
      '"split_index":4',
      /splits\[1\]\.split_index: expected a whole number from 0 to 3, got 4/,
    ],
    ['"border":5.5', '"border":5.6', /splits\[0\]\.border: expected 5.5 as in features_info, got 5.6/],
    [
      '"Borders"',
      '"Counter"',
      /^features_info\.ctrs\[0\]\.ctr_type: expected Borders or Buckets, got "Counter"/,
    ],
    ['"Logloss"', '"Lq"', /^model_info\.params\.loss_function\.type: expected one of .*, got "Lq"$/],
    [single(4), single(400), /hash_map\[6\]: expected the hash of a category from 0 to 99, got \d+$/],
    ['"leaf_values":[0,1,2,3]', '"leaf_values":[0,1,2]', /leaf_values: expected the same number a leaf/],
    ['"oblivious_trees"', '"trees"', /^oblivious_trees: expected a value, got none$/],
    [
      '"flat_feature_index":2',
      '"flat_feature_index":1',
      /flat_feature_index: expected each of 0 to 2 once, got 1$/,
    ],
  ])('refuses %s as %s', (from, to, message) => {
    expect(() => readCatboostJson(text.replace(from, to), { codes: 100 })).toThrow(message);
  });

  it('refuses a damaged file with its place or reads a sound model', () => {
    const piece = fc.constantFrom('', '9', '-', '"', ']', 'null', '1e999', '{}', '99999999999999999999');
    const place = fc.double({ min: 0, max: 1, noNaN: true });
    const law = fc.property(place, fc.nat(10), piece, (at, length, put) => {
      const start = Math.floor(at * text.length);
      const damaged = text.slice(0, start) + put + text.slice(start + length);
      try {
        checkTreeModel(readCatboostJson(damaged, { codes: 20 }).model);
      } catch (error) {
        expect(error).toBeInstanceOf(ModelFileError);
      }
    });
    fc.assert(law, { numRuns: 500 });
  });
});

describe('categoryHash', () => {
  // Made by this code once it had agreed with the keys of ten categories in files of CatBoost 1.2.10.
  it('stays what it was', () => {
    expect(['0', '12', '345', '6789', '12345678'].map(categoryHash)).toEqual([
      2856682258, 1445320840, 1218123620, 4191756213, 1054993967,
    ]);
    expect(combineHash(combineHash(0n, categoryHash('4')), categoryHash('19'))).toBe(2778177503474051627n);
    expect(() => categoryHash('123456789')).toThrow('expected 1 to 8 ASCII characters, got "123456789"');
  });
});

describe('writeCatboostJson', () => {
  const random = seededRandom(3);
  const symmetric = (outputs: number, rounds: number): BoostingModel => {
    const writer = treeWriter(1);
    for (let round = 0; round < rounds; round++) {
      const tests = [0, 1, 2].map((feature) => ({
        feature,
        threshold: leastRoundingTo(Math.fround(random() - 0.5)),
        defaultLeft: feature !== 1,
      }));
      for (let output = 0; output < outputs; output++) {
        writer.openTree();
        let level = [writer.addNode(8)];
        for (const test of tests) {
          level = level.flatMap((node) => {
            const [left, right] = [writer.addNode(4), writer.addNode(4)];
            writer.split(node, { ...test, left, right, gain: 0 });
            return [left, right];
          });
        }
        for (const leaf of level) writer.setValue(leaf, 0, random());
      }
    }
    return {
      kind: 'boosting',
      version: 2,
      family: 'catboost',
      loss: outputs > 1 ? 'softmax' : 'squared',
      columns: 3,
      outputs,
      start: Float64Array.from({ length: outputs }, random),
      sums: 'double',
      trees: writer.finish(outputs * rounds),
      statistics: null,
    };
  };

  it.each([1, 3])('comes back through our reader with the same answers, %i a row', (outputs) => {
    const model = symmetric(outputs, 4);
    const values = Float64Array.from({ length: 300 }, () => (random() < 0.1 ? NaN : random() - 0.5));
    const x = matrix(100, 3, values);
    const { model: again, names } = readCatboostJson(writeCatboostJson(model, { names: ['a', 'b', 'c'] }));
    expect(predictMargins(again, x)).toEqual(predictMargins(model, x));
    expect(names).toEqual(['a', 'b', 'c']);
  });

  it('spreads a leaf that stands above the last level over those below it', () => {
    const model = symmetric(1, 1);
    model.trees.feature[2] = -1;
    model.trees.value[2] = 7;
    const { model: again } = readCatboostJson(writeCatboostJson(model));
    const x = matrix(2, 3, Float64Array.of(9, -9, -9, 9, 9, 9));
    expect([...predictMargins(again, x)]).toEqual([7, 7].map((value) => value + model.start[0]));
  });

  it('refuses trees that are not oblivious', () => {
    const model = symmetric(1, 1);
    model.trees.feature[1] = 0;
    const write = () => writeCatboostJson(model);
    expect(write).toThrow(ModelExportError);
    expect(write).toThrow('tree 0: expected the same test in all nodes of a level, on at most 16 levels');
  });
});
