import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binnedError, binnedErrorOnRows, spearman, spearmanOnRows, topOverlap } from './agreement.ts';

const numbers = (length: number) =>
  fc.array(fc.integer({ min: 0, max: 20 }), { minLength: length, maxLength: length });
const pairs = fc
  .integer({ min: 2, max: 30 })
  .chain((n) => fc.record({ a: numbers(n), b: numbers(n), rows: fc.array(fc.nat(n - 1), { minLength: 2 }) }));

describe('rank correlation', () => {
  it('is what scipy says, ties and all', () => {
    // scipy.stats.spearmanr, scipy 1.10.1
    expect(spearman([1, 2, 3, 4, 5], [5, 6, 7, 8, 7])).toBeCloseTo(0.8207826816681233, 14);
    expect(spearman([1, 1, 2, 3, 3, 3], [2, 1, 2, 5, 4, 4])).toBeCloseTo(0.9057894597833127, 14);
    expect(spearman([0.3, 0.1, 0.2], [1, 3, 2])).toBeCloseTo(-1, 14);
  });

  it('only looks at the order', () => {
    const law = fc.property(pairs, ({ a, b }) => {
      const bent = b.map((value) => Math.exp(value / 5) - 40);
      const [plain, moved] = [spearman(a, b), spearman(a, bent)];
      if (Number.isNaN(plain)) expect(moved).toBeNaN();
      else expect(moved).toBeCloseTo(plain, 12);
    });
    fc.assert(law);
  });

  it('of rows drawn with repeats is that of the repeated rows', () => {
    const law = fc.property(pairs, ({ a, b, rows }) => {
      const drawn = spearmanOnRows(a, b)(Uint32Array.from(rows));
      const plain = spearman(
        rows.map((row) => a[row]),
        rows.map((row) => b[row]),
      );
      if (Number.isNaN(plain)) expect(drawn).toBeNaN();
      else expect(drawn).toBeCloseTo(plain, 12);
    });
    fc.assert(law);
  });

  it('is none where one says the same of all', () => {
    expect(spearman([1, 1, 1], [1, 2, 3])).toBeNaN();
    expect(() => spearman([1, 2], [1])).toThrow('spearman: expected two answers a row, got 2 and 1');
  });
});

describe('the first places', () => {
  it('overlap by share', () => {
    expect(topOverlap([5, 4, 3, 2, 1], [5, 4, 3, 2, 1], 3)).toBe(1);
    expect(topOverlap([5, 4, 3, 2, 1], [1, 2, 3, 4, 5], 3)).toBeCloseTo(1 / 3, 14);
    expect(topOverlap([2, 1], [1, 2], 3)).toBe(1);
  });
});

describe('the error in bins', () => {
  it('is the mean distance of the bins, whatever happens within one', () => {
    expect(binnedError([0, 0, 1, 1], [0.1, -0.1, 1, 1], 2)).toBe(0);
    expect(binnedError([0, 0, 1, 1], [0.2, 0.2, 0.9, 0.9], 2)).toBeCloseTo(0.15, 14);
  });

  it('is at most the mean distance, and none for equal answers', () => {
    const law = fc.property(pairs, fc.integer({ min: 1, max: 12 }), ({ a, b, rows }, bins) => {
      const mean = rows.reduce((sum, row) => sum + Math.abs(a[row] - b[row]), 0) / rows.length;
      const drawn = Uint32Array.from(rows);
      expect(binnedErrorOnRows(a, b, bins)(drawn)).toBeLessThanOrEqual(mean + 1e-12);
      expect(binnedErrorOnRows(a, a, bins)(drawn)).toBe(0);
    });
    fc.assert(law);
  });
});
