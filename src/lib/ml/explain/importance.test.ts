import { describe, expect, it } from 'vitest';
import { matrix, type Matrix } from '../core/matrix.ts';
import { normal, seededRandom } from '../core/random.ts';
import { permutationImportance, shapImportance } from './importance.ts';

const rows = 400;
const random = seededRandom(1);
const x = matrix(
  rows,
  3,
  Float64Array.from({ length: rows * 3 }, () => normal(random)),
);
const answer = ({ rows: count, values }: Matrix) =>
  Float64Array.from({ length: count }, (_, i) => 2 * values[3 * i] + values[3 * i + 1]);
const labels = answer(x);
const squaredLoss = (answers: Float64Array) =>
  answers.reduce((sum, value, i) => sum + (value - labels[i]) ** 2, 0) / answers.length;

describe('permutationImportance', () => {
  it('is twice the variance a column brings, and 0 for one that brings none', () => {
    const [first, second, third] = permutationImportance(answer, x, squaredLoss, { seed: 1 });
    const variance = (column: number) => {
      const own = Float64Array.from({ length: rows }, (_, row) => x.values[3 * row + column]);
      const mean = own.reduce((a, b) => a + b, 0) / rows;
      return own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows;
    };
    expect(first.value / (2 * 4 * variance(0))).toBeCloseTo(1, 1);
    expect(second.value / (2 * variance(1))).toBeCloseTo(1, 1);
    expect(third).toEqual({ value: 0, low: 0, high: 0 });
    expect(first.low < first.value && first.value < first.high).toBe(true);
  });

  it('shuffles columns of one unit together', () => {
    // The model knows only the difference of two equal columns: shuffled together, it stays.
    const twins = matrix(
      rows,
      2,
      Float64Array.from({ length: rows * 2 }, (_, i) => x.values[3 * (i >> 1)]),
    );
    const difference = ({ rows: count, values }: Matrix) =>
      Float64Array.from({ length: count }, (_, i) => values[2 * i] - values[2 * i + 1]);
    const loss = (answers: Float64Array) => answers.reduce((sum, value) => sum + value * value, 0);
    const [together] = permutationImportance(difference, twins, loss, { seed: 1, units: [[0, 1]] });
    const [alone] = permutationImportance(difference, twins, loss, { seed: 1 });
    expect(together.value).toBe(0);
    expect(alone.value).toBeGreaterThan(100);
  });

  it('keeps the rows of a group together', () => {
    const groups = Float64Array.from({ length: rows }, (_, row) => row >> 2);
    const seen: Float64Array[] = [];
    const spy = (all: Matrix) => {
      seen.push(Float64Array.from({ length: rows }, (_, row) => all.values[3 * row]));
      return answer(all);
    };
    permutationImportance(spy, x, squaredLoss, { seed: 1, repeats: 2, units: [[0]], groups });
    const place = new Map(Array.from({ length: rows }, (_, row) => [x.values[3 * row], row]));
    const shuffledColumn = seen[1];
    for (let row = 0; row < rows; row++) {
      const [from, first] = [
        place.get(shuffledColumn[row]) ?? NaN,
        place.get(shuffledColumn[row - (row % 4)]) ?? NaN,
      ];
      expect(from).toBe(first + (row % 4));
      expect(first % 4).toBe(0);
    }
  });
});

describe('shapImportance', () => {
  it('is the mean size with an interval around it', () => {
    const contributions = Float64Array.of(1, 0, -3, 0, 2, 0, -2, 0);
    const [first, second] = shapImportance(contributions, 2, { seed: 1 });
    expect(first.value).toBe(2);
    expect(first.low).toBeLessThan(2);
    expect(first.high).toBeGreaterThan(2);
    expect(second).toEqual({ value: 0, low: 0, high: 0 });
  });

  it('draws groups whole: four rows of one learner are one piece of evidence', () => {
    const contributions = Float64Array.from({ length: 80 }, (_, row) => row >> 2);
    const groups = Uint32Array.from(contributions);
    const width = ([{ low, high }]: { low: number; high: number }[]) => high - low;
    const alone = width(shapImportance(contributions, 1, { seed: 1 }));
    expect(width(shapImportance(contributions, 1, { seed: 1, groups }))).toBeGreaterThan(1.5 * alone);
  });

  it('refuses contributions that make no whole rows', () => {
    expect(() => shapImportance(new Float64Array(5), 2, { seed: 1 })).toThrow(
      'expected a multiple of 2, got 5',
    );
  });
});
