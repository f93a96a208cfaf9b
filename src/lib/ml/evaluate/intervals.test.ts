import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../core/random.ts';
import { bootstrapInterval, quantileOfSorted } from './intervals.ts';

describe('bootstrapInterval', () => {
  const random = seededRandom(1);
  const values = Float64Array.from({ length: 400 }, () => normal(random));
  const mean = (rows: Uint32Array) => rows.reduce((sum, row) => sum + values[row], 0) / rows.length;

  it('is as wide as the theory of a mean says', () => {
    const { value, low, high } = bootstrapInterval(400, mean, { seed: 1, draws: 2000 });
    expect(low).toBeLessThan(value);
    expect(high).toBeGreaterThan(value);
    // 2 · 1.96 / √400 = 0.196; the sample's own deviation and the draws move it by a few percent.
    expect(high - low).toBeGreaterThan(0.17);
    expect(high - low).toBeLessThan(0.22);
  });

  it('widens when rows come in groups that say the same', () => {
    const groups = Int32Array.from({ length: 400 }, (_, i) => Math.floor(i / 20));
    const same = (rows: Uint32Array) => rows.reduce((sum, row) => sum + values[groups[row]], 0) / rows.length;
    const width = (options: { groups?: Int32Array }) => {
      const { low, high } = bootstrapInterval(400, same, { seed: 1, ...options });
      return high - low;
    };
    expect(width({ groups })).toBeGreaterThan(2 * width({}));
  });

  it('gives the same interval for the same seed, and NaN bounds where nothing can be measured', () => {
    const of = (seed: number) => bootstrapInterval(400, mean, { seed });
    expect(of(3)).toEqual(of(3));
    expect(of(3)).not.toEqual(of(4));
    expect(bootstrapInterval(3, () => NaN, { seed: 1 })).toEqual({ value: NaN, low: NaN, high: NaN });
    expect(() => bootstrapInterval(0, mean, { seed: 1 })).toThrow('expected at least 1 row, got 0');
  });

  it('takes quantiles between values', () => {
    expect(quantileOfSorted([1, 2, 4], 0.5)).toBe(2);
    expect(quantileOfSorted([1, 2, 4], 0.75)).toBe(3);
  });
});
