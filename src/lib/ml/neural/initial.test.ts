import { describe, expect, it } from 'vitest';
import { seededRandom } from '../core/random.ts';
import { gaussian, glorotUniform, orthogonal } from './initial.ts';

const filled = (count: number, initial: ReturnType<typeof gaussian>) => {
  const values = new Float32Array(count);
  initial(values, seededRandom(1));
  return values;
};

describe('first weights', () => {
  it('are uniform within the bound of Glorot', () => {
    const values = filled(5000, glorotUniform(10, 14));
    const bound = Math.sqrt(6 / 24);
    expect(Math.max(...values)).toBeLessThanOrEqual(bound);
    expect(Math.max(...values)).toBeGreaterThan(0.99 * bound);
    expect(Math.min(...values)).toBeLessThan(-0.99 * bound);
  });

  it('keep the length of a state in each square of an orthogonal kernel', () => {
    const [rows, columns] = [6, 18];
    const values = filled(rows * columns, orthogonal(rows, columns));
    for (let block = 0; block < columns; block += rows)
      for (let i = 0; i < rows; i++)
        for (let j = 0; j < rows; j++) {
          let product = 0;
          for (let k = 0; k < rows; k++)
            product += values[i * columns + block + k] * values[j * columns + block + k];
          expect(product).toBeCloseTo(i === j ? 1 : 0, 6);
        }
    expect(() => orthogonal(4, 6)).toThrow('columns: expected a multiple of 4 rows, got 6');
  });

  it('are the same for the same seed', () => {
    expect(filled(20, gaussian(0.5))).toEqual(filled(20, gaussian(0.5)));
  });
});
