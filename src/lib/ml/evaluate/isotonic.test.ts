import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { poolAdjacentViolators } from './isotonic.ts';

const weight = fc.integer({ min: 1, max: 5 });
const point = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: -9, max: 9 }), weight);

describe('poolAdjacentViolators', () => {
  it('pools by hand', () => {
    const blocks = poolAdjacentViolators([1, 2, 3, 4], [1, 3, 2, 4], [1, 1, 3, 1]);
    expect(blocks.map(({ from, to, sumY, weight }) => [from, to, sumY / weight])).toEqual([
      [1, 1, 1],
      [2, 3, 2.25],
      [4, 4, 4],
    ]);
  });

  it('keeps the sums, rises strictly, and no neighbouring blocks overlap', () => {
    const law = fc.property(fc.array(point, { minLength: 1, maxLength: 40 }), (points) => {
      const [x, y, weights] = [0, 1, 2].map((k) => points.map((values) => values[k]));
      const blocks = poolAdjacentViolators(x, y, weights);
      const total = points.reduce((sum, [, value, weight]) => sum + value * weight, 0);
      expect(blocks.reduce((sum, { sumY }) => sum + sumY, 0)).toBe(total);
      for (let i = 1; i < blocks.length; i++) {
        const [before, block] = [blocks[i - 1], blocks[i]];
        expect(block.from).toBeGreaterThan(before.to);
        expect(block.sumY / block.weight).toBeGreaterThan(before.sumY / before.weight);
      }
    });
    fc.assert(law);
  });

  it('counts a weight of k as k equal points', () => {
    const law = fc.property(fc.array(point, { minLength: 1, maxLength: 20 }), (points) => {
      const repeated = points.flatMap(([x, y, times]) => Array.from({ length: times }, () => [x, y]));
      const weighted = poolAdjacentViolators(
        points.map(([x]) => x),
        points.map(([, y]) => y),
        points.map(([, , times]) => times),
      );
      expect(
        poolAdjacentViolators(
          repeated.map(([x]) => x),
          repeated.map(([, y]) => y),
        ),
      ).toEqual(weighted);
    });
    fc.assert(law);
  });

  it('refuses what has no place or no weight', () => {
    expect(() => poolAdjacentViolators([NaN], [1])).toThrow('x[0]: expected a finite number, got NaN');
    expect(() => poolAdjacentViolators([1], [1], [0])).toThrow(
      'weights[0]: expected a positive number, got 0',
    );
    expect(() => poolAdjacentViolators([1, 2], [1, 2], [1])).toThrow('weights: expected 2 values, got 1');
  });
});
