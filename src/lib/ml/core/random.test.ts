import { expect, it } from 'vitest';
import { fillNormal, seededRandom } from './random.ts';

const count = 100_001;

function draws(seed: number): Float64Array {
  const values = new Float64Array(count);
  fillNormal(values, seededRandom(seed));
  return values;
}

const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

it('fills an array of odd length with standard normal draws', () => {
  const values = draws(1);
  // Four standard errors each: of a mean, a second and a fourth moment, and a share.
  const bound = 4 / Math.sqrt(count);
  expect(Math.abs(mean(values))).toBeLessThan(bound);
  expect(Math.abs(mean(values.map((x) => x ** 2)) - 1)).toBeLessThan(bound * Math.sqrt(2));
  expect(Math.abs(mean(values.map((x) => x ** 4)) - 3)).toBeLessThan(bound * Math.sqrt(96));
  const beyond = mean(values.map((x) => Number(Math.abs(x) > 1.959964)));
  expect(Math.abs(beyond - 0.05)).toBeLessThan(bound * Math.sqrt(0.05 * 0.95));
});

it('draws what stands side by side independently, squares too', () => {
  const values = draws(2);
  const bound = 4 / Math.sqrt(count);
  const products = (power: number) =>
    mean(values.subarray(1).map((x, i) => (x ** power - (power - 1)) * (values[i] ** power - (power - 1))));
  expect(Math.abs(products(1))).toBeLessThan(bound);
  expect(Math.abs(products(2))).toBeLessThan(2 * bound);
});

it('draws the same from the same seed', () => {
  expect(draws(3)).toEqual(draws(3));
});
