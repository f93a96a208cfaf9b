import { describe, expect, it } from 'vitest';
import { matrix, type Matrix } from '../core/matrix.ts';
import { integerBelow, normal, seededRandom } from '../core/random.ts';
import { lime } from './lime.ts';
import { quartileText, summariseTraining } from './training-summary.ts';

const byRow =
  (formula: (row: Float32Array | Float64Array) => number) =>
  ({ rows, columns, values }: Matrix) =>
    Float64Array.from({ length: rows }, (_, i) => formula(values.subarray(i * columns, (i + 1) * columns)));

/** Four numbers of mean 10 and deviation 2, then a choice of three as one-hot columns. */
function school(rows: number): Matrix {
  const random = seededRandom(1);
  const values = Array.from({ length: rows }, () => {
    const own = integerBelow(random, 3);
    return [...[0, 1, 2, 3].map(() => 10 + 2 * normal(random)), ...[0, 1, 2].map((k) => Number(k === own))];
  });
  return matrix(rows, 7, Float64Array.from(values.flat()));
}

const training = summariseTraining(school(2000), [[4, 5, 6]]);
const row = [9, 10, 11, 12, 0, 1, 0];

describe('lime', () => {
  it.each(['row', 'training'] as const)('recovers a linear model, sampling around the %s', (centre) => {
    const model = byRow((r) => 3 * r[0] - 2 * r[1] + 0.5 * r[3] + 4 * r[5]);
    const told = lime(model, row, training, { seed: 1, centre });
    if (!told.fits) throw new Error(`expected a fit, got R² ${told.r2}`);
    expect(told.centre).toBe(centre);
    expect(told.r2).toBeGreaterThan(0.99);
    expect(told.stability).toBe(1);
    const effectOf = (column: number) =>
      told.effects.find(({ columns }) => columns.includes(column))?.effect ?? NaN;
    const { deviation } = training.numbers[0];
    expect(effectOf(0) / deviation).toBeCloseTo(3, 1);
    expect(effectOf(1) / training.numbers[1].deviation).toBeCloseTo(-2, 1);
    expect(Math.abs(effectOf(2))).toBeLessThan(0.01);
    // The group moves as one: its effect is that of the row's own choice against the others.
    expect(told.effects.length).toBe(5);
    expect(effectOf(5)).toBeCloseTo(4, 1);
  });

  it('keeps to one choice a row and leaves a missing number missing', () => {
    const seen: number[][] = [];
    const model = ({ rows, columns, values }: Matrix) => {
      for (let i = 0; i < rows; i++) seen.push([...values.subarray(i * columns, (i + 1) * columns)]);
      return Float64Array.from({ length: rows }, (_, i) => values[i * columns]);
    };
    lime(model, [9, NaN, 11, 12, 0, 1, 0], training, { seed: 1, samples: 200 });
    expect(seen.every((r) => r[4] + r[5] + r[6] === 1)).toBe(true);
    expect(seen.every((r) => Number.isNaN(r[1]))).toBe(true);
    expect(new Set(seen.map((r) => r.slice(4).join(''))).size).toBe(3);
  });

  it('says so when no line fits', () => {
    const told = lime(
      byRow((r) => Math.cos(5 * r[0]) * Math.cos(5 * r[1])),
      row,
      training,
      { seed: 1 },
    );
    expect(told.fits).toBe(false);
    expect(told.r2).toBeLessThan(0.5);
    expect(told).not.toHaveProperty('effects');
  });

  it('gives the same for the same seed and something else for another', () => {
    const model = byRow((r) => r[0] + 0.1 * r[1] ** 2);
    const options = { seed: 7, samples: 500 };
    expect(lime(model, row, training, options)).toEqual(lime(model, row, training, options));
    expect(lime(model, row, training, { ...options, seed: 8 })).not.toEqual(
      lime(model, row, training, options),
    );
  });
});

describe('summariseTraining', () => {
  it('counts missing values in nothing', () => {
    const { numbers, choices } = summariseTraining(
      matrix(4, 2, Float64Array.of(1, 5, NaN, 5, 3, 6, 2, NaN)),
      [[1]],
    );
    expect(numbers[0]).toEqual({ column: 0, mean: 2, deviation: Math.sqrt(2 / 3), quartiles: [1.5, 2, 2.5] });
    expect(choices[0]).toEqual({ columns: [1], options: [[5], [6]], shares: [2 / 3, 1 / 3] });
  });

  it('refuses a column in two choices', () => {
    expect(() => summariseTraining(school(3), [[4, 5], [5]])).toThrow('choices: expected every column once');
  });
});

it.each([
  [1, 'minutes ≤ 2'],
  [2.5, '2 < minutes ≤ 3'],
  [4, '3 < minutes ≤ 4.57'],
  [9, 'minutes > 4.57'],
])('quartileText says where %d stands', (value, text) => {
  expect(quartileText('minutes', value, [2, 3, 4.567])).toBe(text);
});
