import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkTreeModel } from '../check-model.ts';
import type { BoostingModel } from '../model.ts';
import { treeWriter } from '../trees.ts';
import {
  type ForeignModel,
  ModelExportError,
  ModelFileError,
  readLightgbmText,
  readXgboostJson,
  writeLightgbmText,
  writeXgboostJson,
} from './index.ts';

const golden = (name: string) =>
  readFileSync(new URL(`../../../../../tests/golden/exchange/${name}`, import.meta.url), 'utf8');

const xgboostText = golden('softprob.xgboost.json');
const lightgbmText = golden('leaf-binary.lightgbm.txt');

describe('a damaged file', () => {
  const damage = fc.oneof(
    fc.record({ kind: fc.constant('cut' as const), at: fc.double({ min: 0, max: 1, noNaN: true }) }),
    fc.record({
      kind: fc.constantFrom('flip' as const, 'delete' as const, 'swap' as const, 'repeat' as const),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      to: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.integer({ min: 1, max: 12 }),
      text: fc.constantFrom(
        '',
        '9',
        '-',
        '0',
        ',',
        '"',
        ']',
        'NaN',
        '1e999',
        ' ',
        '\n',
        '=',
        '{}',
        '"__proto__":',
      ),
    }),
  );

  it.each([
    ['XGBoost', xgboostText, readXgboostJson],
    ['LightGBM', lightgbmText, readLightgbmText],
  ])('of %s is refused with its place or read as a sound model', (_name, text, read) => {
    const law = fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), (wounds) => {
      expectRefusalOrModel(read, wounds.reduce(wounded, text));
    });
    fc.assert(law, { numRuns: 400 });
  });

  function wounded(text: string, wound: typeof damage extends fc.Arbitrary<infer T> ? T : never): string {
    const at = Math.floor(wound.at * text.length);
    if (wound.kind === 'cut') return text.slice(0, at);
    const end = at + wound.length;
    const piece = text.slice(at, end);
    if (wound.kind === 'flip') return text.slice(0, at) + wound.text + text.slice(end);
    if (wound.kind === 'delete') return text.slice(0, at) + text.slice(end);
    const to = Math.floor(wound.to * text.length);
    if (wound.kind === 'repeat') return text.slice(0, to) + piece + text.slice(to);
    const other = text.slice(to, to + wound.length);
    return at < to && end <= to
      ? text.slice(0, at) + other + text.slice(end, to) + piece + text.slice(to + wound.length)
      : text;
  }
});

describe('an altered value', () => {
  const json = JSON.parse(xgboostText.replaceAll('NaN', '"NaN"')) as object;
  const odd = fc.constantFrom<unknown>(
    null,
    -1,
    2 ** 31,
    1.5,
    1e300,
    'x',
    '',
    [],
    {},
    [[]],
    true,
    'NaN',
    '-5',
  );

  it('anywhere in the file is refused with its place or read as a sound model', () => {
    const law = fc.property(fc.array(fc.nat(30), { minLength: 3, maxLength: 9 }), odd, (path, value) => {
      const copy = structuredClone(json);
      plant(copy, path, value);
      expectRefusalOrModel(readXgboostJson, JSON.stringify(copy));
    });
    fc.assert(law, { numRuns: 400 });
  });

  /** Walks down by child number, as far as there are children, and puts `value` there. */
  function plant(root: object, path: readonly number[], value: unknown): void {
    let record = root as Record<string, unknown>;
    for (const step of path) {
      const keys = Object.keys(record);
      const key = keys[step % keys.length];
      const child = record[key];
      if (
        typeof child !== 'object' ||
        child === null ||
        Object.keys(child).length === 0 ||
        step === path.at(-1)
      ) {
        record[key] = value;
        return;
      }
      record = child as Record<string, unknown>;
    }
  }
});

function expectRefusalOrModel(read: (text: string) => ForeignModel, text: string): void {
  let found: ForeignModel;
  try {
    found = read(text);
  } catch (error) {
    expect(error).toBeInstanceOf(ModelFileError);
    const { message, place } = error as ModelFileError;
    expect(message).toContain(`${place}: `);
    expect(place).not.toBe('');
    return;
  }
  checkTreeModel(found.model);
  expect(found.model.trees.threshold.some(Number.isNaN)).toBe(false);
  expect(found.model.trees.value.every(Number.isFinite)).toBe(true);
}

describe('readXgboostJson', () => {
  const oneTree = (
    changes: Readonly<Record<string, unknown>> = {},
    learner: Readonly<Record<string, unknown>> = {},
  ) =>
    JSON.stringify({
      learner: {
        learner_model_param: { base_score: '5E-1', num_class: '0', num_feature: '2' },
        objective: { name: 'binary:logistic' },
        gradient_booster: {
          name: 'gbtree',
          model: {
            tree_info: [0],
            trees: [
              {
                left_children: [1, 3, -1, -1, -1],
                right_children: [2, 4, -1, -1, -1],
                split_indices: [0, 1, 0, 0, 0],
                split_conditions: [0.5, 1.5, 2, 3, 4],
                default_left: [true, false, false, false, false],
                sum_hessian: [4, 2, 2, 1, 1],
                loss_changes: [3, 2, 0, 0, 0],
                ...changes,
              },
            ],
          },
        },
        ...learner,
      },
    });

  it('reads files without categories, version, names or tree parameters', () => {
    const { model, names, madeBy } = readXgboostJson(oneTree());
    expect(model.trees.defaultLeft).toEqual(Uint8Array.of(1, 0, 0, 0, 0));
    expect(names).toBeNull();
    expect(madeBy).toBe('XGBoost of unknown version');
  });

  it('numbers children after their parents when the file does not', () => {
    const shuffled = {
      left_children: [4, -1, -1, -1, 2],
      right_children: [1, -1, -1, -1, 3],
      split_indices: [0, 0, 0, 0, 1],
      split_conditions: [0.5, 2, 3, 4, 1.5],
      default_left: [1, 0, 0, 0, 0],
      sum_hessian: [4, 2, 1, 1, 2],
      loss_changes: [3, 0, 0, 0, 2],
    };
    expect(readXgboostJson(oneTree(shuffled)).model).toEqual(readXgboostJson(oneTree()).model);
  });

  it('leaves pruned nodes behind', () => {
    const pruned = { left_children: [1, -1, -1, -1, -1], right_children: [2, -1, -1, -1, -1] };
    expect(readXgboostJson(oneTree(pruned)).model.trees.feature.length).toBe(3);
  });

  it.each([
    [
      { left_children: [1, 99, -1, -1, -1] },
      'trees[0].left_children[1]: expected a whole number from -1 to 4, got 99',
    ],
    [
      { left_children: [1, 0, -1, -1, -1] },
      'trees[0].left_children[1]: expected a node with one parent, got 0',
    ],
    [
      { right_children: [2, 3, -1, -1, -1] },
      'trees[0].right_children[1]: expected a node with one parent, got 3',
    ],
    [
      { right_children: [2, -1, -1, -1, -1] },
      'trees[0].right_children[1]: expected a node of this tree, got -1',
    ],
    [{ split_conditions: ['NaN', 1, 2, 3, 4] }, 'trees[0].split_conditions[0]: expected a number, got NaN'],
    [
      { split_conditions: [0, 1, 1e39, 3, 4] },
      'trees[0].split_conditions[2]: expected a number, got Infinity',
    ],
    [{ split_indices: [2, 1, 0, 0, 0] }, 'trees[0].split_indices[0]: expected a column from 0 to 1, got 2'],
    [{ sum_hessian: [4, 'NaN', 2, 1, 1] }, 'trees[0] node 1: expected a cover of 0 or more, got NaN'],
    [{ default_left: [1] }, 'trees[0].default_left: expected 5 items, got 1'],
    [{ left_children: [] }, 'trees[0].left_children: expected at least one node, got none'],
    [
      { tree_param: { size_leaf_vector: '3' } },
      'trees[0].tree_param.size_leaf_vector: expected a whole number',
    ],
  ])('refuses %j', (changes, message) => {
    expect(() => readXgboostJson(oneTree(changes))).toThrow(message);
  });

  it('reads base_score as a number, as text and as a list', () => {
    const start = (score: unknown) =>
      readXgboostJson(
        oneTree({}, { learner_model_param: { base_score: score, num_class: '0', num_feature: '2' } }),
      ).model.start[0];
    expect(start('[5E-1]')).toBe(0);
    expect(start(0.5)).toBe(0);
    expect(() => start('[5E-1,5E-1]')).toThrow('base_score: expected 1 or 1 numbers, got 2');
    expect(() => start('1.5')).toThrow('base_score: expected a number between 0 and 1, got "1.5"');
  });

  it.each([
    [{ objective: { name: 'reg:gamma' } }, /^learner\.objective\.name: expected one of .*, got "reg:gamma"$/],
    [{ gradient_booster: { name: 'dart' } }, 'learner.gradient_booster.name: expected gbtree, got "dart"'],
    [{ feature_names: ['a'] }, 'learner.feature_names: expected 2 names, got 1'],
    [{ gradient_booster: undefined }, 'learner.gradient_booster: expected a value, got none'],
  ])('refuses %j', (learner, message) => {
    expect(() => readXgboostJson(oneTree({}, learner))).toThrow(message);
  });

  it('takes linear time for quotes that never close', () => {
    const start = '{"a":"' + '\\"'.repeat(500_000);
    expect(() => readXgboostJson(start)).toThrow(/^file: expected JSON/);
  });

  it('refuses a chain of nodes deeper than any tree grows', () => {
    const nodes = 2001;
    const chain = Array.from({ length: nodes }, (_, i) => (i % 2 === 0 && i < nodes - 1 ? i + 1 : -1));
    const fill = new Array(nodes).fill(0);
    const deep = oneTree({
      left_children: chain,
      right_children: chain.map((child) => (child < 0 ? -1 : child + 1)),
      split_indices: fill,
      split_conditions: fill,
      default_left: fill,
      sum_hessian: fill,
      loss_changes: fill,
    });
    expect(() => readXgboostJson(deep)).toThrow('trees[0]: expected at most 512 levels, got more');
  });
});

describe('readLightgbmText', () => {
  it.each([
    ['version=v4', 'version=v1', 'version: expected v3 or v4, got "v1"'],
    ['sigmoid:1', 'sigmoid:2', 'objective: expected sigmoid:1, got "sigmoid:2"'],
    ['objective=binary', 'objective=tweedie', /^objective: expected one of .*, got "tweedie"$/],
    ['is_linear=0', 'is_linear=1', 'Tree=0 is_linear[0]: expected a whole number from 0 to 0, got 1'],
    ['label_index=0', 'average_output', 'average_output: expected boosting'],
    [/left_child=\S+/, 'left_child=99', 'Tree=0 left_child[0]: expected a whole number from -8 to 6, got 99'],
    [/left_child=\S+/, 'left_child=0', 'Tree=0 left_child[0]: expected a node with one parent, got 0'],
    [/\nthreshold=\S+/, '\nthreshold=nan', 'Tree=0 threshold[0]: expected a number, got "nan"'],
    [/leaf_value=\S+/, 'leaf_value=inf', 'Tree=0 leaf_value[0]: expected a number, got Infinity'],
    ['end of trees', '', 'file: expected a line "end of trees", got none: the file is cut'],
  ])('refuses %s as %s', (from, to, message) => {
    expect(() => readLightgbmText(lightgbmText.replace(from, to))).toThrow(message);
  });

  it('reads NaN as 0 where training had none missing', () => {
    const plain = (threshold: string) =>
      lightgbmText
        .replace(/\nthreshold=\S+/, `\nthreshold=${threshold}`)
        .replace(/\ndecision_type=\S+/, '\ndecision_type=2');
    expect(readLightgbmText(plain('0')).model.trees.defaultLeft[0]).toBe(1);
    expect(readLightgbmText(plain('-0.5')).model.trees.defaultLeft[0]).toBe(0);
  });

  it('reads lines that end as on Windows', () => {
    const read = readLightgbmText(lightgbmText.replaceAll('\n', '\r\n'));
    expect(read).toEqual(readLightgbmText(lightgbmText));
  });
});

describe('export', () => {
  const leaf = (changes: Partial<BoostingModel>): BoostingModel => {
    const writer = treeWriter(1);
    writer.openTree();
    const [root, left, right] = [writer.addNode(2), writer.addNode(1), writer.addNode(1)];
    writer.split(root, { feature: 0, threshold: 0.1, defaultLeft: true, left, right, gain: 1 });
    writer.setValue(left, 0, 0.5);
    return {
      kind: 'boosting',
      version: 2,
      family: 'xgboost',
      loss: 'logistic',
      columns: 1,
      outputs: 1,
      start: Float64Array.of(0),
      sums: 'single',
      trees: writer.finish(1),
      statistics: null,
      ...changes,
    };
  };

  it.each<[string, () => string, string]>([
    [
      'a float64 threshold',
      () => writeXgboostJson(leaf({})),
      'node 0: expected a float32 threshold, got 0.1',
    ],
    ['sums in float64', () => writeXgboostJson(leaf({ sums: 'double' })), 'sums: expected single'],
    ['sums in float32', () => writeLightgbmText(leaf({})), 'sums: expected double'],
    ['a quantile', () => writeXgboostJson(leaf({ loss: 'quantile' })), 'loss: expected one of squared'],
    [
      'names with a space',
      () => writeLightgbmText(leaf({ sums: 'double' }), { names: ['a b'] }),
      'names: expected neither spaces',
    ],
    [
      'too many names',
      () => writeLightgbmText(leaf({ sums: 'double' }), { names: ['a', 'b'] }),
      'names: expected 1 different names, got 2',
    ],
    [
      'target statistics',
      () => writeXgboostJson(leaf({ statistics: { derived: [{} as never] } })),
      'statistics: expected none',
    ],
  ])('refuses %s', (_what, write, message) => {
    expect(write).toThrow(message);
    expect(write).toThrow(ModelExportError);
  });
});
