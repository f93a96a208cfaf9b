import { describe, expect, it } from 'vitest';
import { matrix } from '../../core/matrix.ts';
import type { BoostingModel } from '../model.ts';
import { predictMargins } from '../predict.ts';
import { treeWriter } from '../trees.ts';
import { alignColumns } from './index.ts';

const model = (): BoostingModel => {
  const writer = treeWriter(1);
  for (const feature of [0, 2]) {
    writer.openTree();
    const [root, left, right] = [writer.addNode(2), writer.addNode(1), writer.addNode(1)];
    writer.split(root, { feature, threshold: 0, defaultLeft: false, left, right, gain: 1 });
    writer.setValue(right, 0, feature + 1);
  }
  return {
    kind: 'boosting',
    version: 2,
    family: 'catboost',
    loss: 'squared',
    columns: 2,
    outputs: 1,
    start: Float64Array.of(0),
    sums: 'double',
    trees: writer.finish(2),
    statistics: {
      derived: [
        {
          sources: [1],
          prior: -1,
          shift: 0,
          scale: 1,
          keys: ['5'],
          good: Float64Array.of(3),
          seen: Float64Array.of(0),
        },
      ],
    },
  };
};
const foreign = (names: readonly string[] | null) => ({ model: model(), names, madeBy: 'a test' });

describe('alignColumns', () => {
  it('reads each column by its name, sources of statistics too', () => {
    const aligned = alignColumns(foreign(['b', 'a']), ['a', 'b']);
    const x = matrix(4, 2, Float64Array.of(5, 1, 5, -1, 0, 1, 0, -1));
    expect([...predictMargins(aligned, x)]).toEqual([4, 3, 1, 0]);
    expect(alignColumns(foreign(['a', 'b']), ['a', 'b'])).toEqual(model());
  });

  it('names what is missing, unknown and there twice', () => {
    expect(() => alignColumns(foreign(['a', 'c', 'c']), ['a', 'b'])).toThrow(
      'columns: expected the 2 of the task once each, missing: b; unknown: c, c; twice: c',
    );
    expect(() => alignColumns(foreign(null), ['a'])).toThrow(
      'columns: expected a file that names its columns, got none',
    );
    const many = Array.from({ length: 20 }, (_, i) => `column-${i}`);
    expect(() => alignColumns(foreign([]), many)).toThrow('column-7 and 12 more');
  });
});
