import { describe, expect, it } from 'vitest';
import { matrix, type Matrix } from '../core/matrix.ts';
import { normal, seededRandom } from '../core/random.ts';
import { accumulatedEffects, accumulatedLevels, partialDependence } from './dependence.ts';

const byRow =
  (formula: (row: Float32Array | Float64Array) => number) =>
  ({ rows, columns, values }: Matrix) =>
    Float64Array.from({ length: rows }, (_, i) => formula(values.subarray(i * columns, (i + 1) * columns)));

describe('partialDependence', () => {
  it('sets the column on every row, and tells of rows without a value', () => {
    const x = matrix(4, 2, Float64Array.of(1, 10, 2, 20, NaN, 30, 3, 40));
    const told = partialDependence(
      byRow(([a, b]) => (Number.isNaN(a) ? -1 : a * b)),
      x,
      0,
      { band: 1 },
    );
    expect(told).toEqual({
      grid: Float64Array.of(1, 2, 3),
      mean: Float64Array.of(25, 50, 75),
      low: Float64Array.of(10, 20, 30),
      high: Float64Array.of(40, 80, 120),
      whenMissing: -1,
    });
  });

  it('goes evenly from the 5th to the 95th percentile where there are many values', () => {
    const x = matrix(
      101,
      1,
      Float64Array.from({ length: 101 }, (_, i) => i),
    );
    expect([
      ...partialDependence(
        byRow(([a]) => a),
        x,
        0,
        { points: 4 },
      ).grid,
    ]).toEqual([5, 35, 65, 95]);
  });

  it('refuses a column without values', () => {
    expect(() =>
      partialDependence(
        byRow(() => 0),
        matrix(1, 1, Float64Array.of(NaN)),
        0,
      ),
    ).toThrow('x: expected some value in column 0, got only missing ones');
  });
});

describe('accumulatedEffects', () => {
  it('agrees with a hand computation', () => {
    // Edges 0, 2, 4 of the values 0, 1, 2, 3, 4; f = a·b. Rows 0, 1, 2 step from 0 to 2: 2·(1 + 2 + 3)/3 = 4. Rows 3, 4 step
    // from 2 to 4: 2·(5 + 7)/2 = 12. Accumulated 0, 4, 16; centre (3·2 + 2·10)/5 = 5.2.
    const x = matrix(5, 2, Float64Array.of(0, 1, 1, 2, 2, 3, 3, 5, 4, 7));
    const { at, effects, counts, missing } = accumulatedEffects(
      byRow(([a, b]) => a * b),
      x,
      0,
      2,
    );
    expect([...at]).toEqual([0, 2, 4]);
    expect([...counts]).toEqual([3, 2]);
    [-5.2, -1.2, 10.8].forEach((value, k) => expect(effects[k]).toBeCloseTo(value, 12));
    expect(missing).toBeNull();
  });

  it('gives back the shape of an additive model, though columns move together', () => {
    const random = seededRandom(1);
    const x = matrix(
      500,
      2,
      Float64Array.from(
        Array.from({ length: 500 }, () => {
          const a = normal(random);
          return [a, a + 0.1 * normal(random)];
        }).flat(),
      ),
    );
    const { at, effects } = accumulatedEffects(
      byRow(([a, b]) => Math.sin(a) + 5 * b),
      x,
      0,
    );
    for (let k = 1; k < at.length; k++)
      expect(effects[k] - effects[0]).toBeCloseTo(Math.sin(at[k]) - Math.sin(at[0]), 10);
  });

  it('sets rows without a value against the median', () => {
    const x = matrix(4, 1, Float64Array.of(0, 2, 4, NaN));
    const { missing } = accumulatedEffects(
      byRow(([a]) => (Number.isNaN(a) ? 7 : a)),
      x,
      0,
      2,
    );
    // Edges 0, 2, 4, accumulated 0, 2, 4, centre (2·1 + 1·3)/3 = 5/3: the median, 2, stands at 1/3 and missing 7 − 2 above it.
    expect(missing?.rows).toBe(1);
    expect(missing?.effect).toBeCloseTo(1 / 3 + 5, 12);
  });

  it('has one edge and no effect for a column of one value', () => {
    const { at, effects, counts } = accumulatedEffects(
      byRow(([a]) => a),
      matrix(2, 1, Float64Array.of(3, 3)),
      0,
    );
    expect([[...at], [...effects], [...counts]]).toEqual([[3], [0], []]);
  });
});

describe('accumulatedLevels', () => {
  it('steps between neighbours in the order given', () => {
    const worth = [5, 1, 3];
    const x = matrix(6, 1, Float64Array.of(0, 0, 1, 1, 2, NaN));
    const told = accumulatedLevels(
      byRow(([a]) => (Number.isNaN(a) ? 2 : worth[a])),
      x,
      0,
      [1, 2, 0],
    );
    const mean = (2 * 1 + 3 + 2 * 5) / 5;
    expect([...told.at]).toEqual([1, 2, 0]);
    expect([...told.counts]).toEqual([2, 1, 2]);
    [1 - mean, 3 - mean, 5 - mean].forEach((value, k) => expect(told.effects[k]).toBeCloseTo(value, 12));
    expect(told.missing?.effect).toBeCloseTo(2 - mean, 12);
  });

  it('refuses a value without a level', () => {
    expect(() =>
      accumulatedLevels(
        byRow(() => 0),
        matrix(1, 1, Float64Array.of(2)),
        0,
        [0, 1],
      ),
    ).toThrow('levels: expected every value of the column, got none for 2');
  });
});
