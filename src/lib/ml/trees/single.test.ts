import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastRoundingTo, nextDouble, nextSingle } from './single.ts';

const single = fc.float({ noNaN: true, noDefaultInfinity: true });

describe('leastRoundingTo', () => {
  it('compares in float64 as the cut does in float32, on both sides of every boundary', () => {
    const law = fc.property(single, fc.double({ noNaN: true, noDefaultInfinity: true }), (cut, anywhere) => {
      const least = leastRoundingTo(cut);
      const near = [least, nextDouble(least, -1), nextDouble(least, 1), cut, nextSingle(cut, -1)];
      for (const value of [...near, anywhere]) expect(value < least).toBe(Math.fround(value) < cut);
      expect(Math.fround(least) + 0).toBe(cut + 0);
    });
    fc.assert(law, { numRuns: 2000 });
  });

  it('leaves open ends open and refuses what is no float32', () => {
    expect(leastRoundingTo(Infinity)).toBe(Infinity);
    expect(() => leastRoundingTo(0.1)).toThrow('expected a float32, got 0.1');
  });
});
