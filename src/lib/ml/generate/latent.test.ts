import { describe, expect, test } from 'vitest';
import { chosenCodes } from './choices.ts';
import { between, drawPoints, invert, type LatentSpace, principalDirections } from './latent.ts';
import { inventionQuality, separation } from './quality.ts';

/** A generator that is linear: the first block follows the first number strongly, the second follows the second a little. */
const slopes = [
  [4, 0, 0],
  [-4, 0, 0],
  [0, 1, 0],
  [0, -1, 0],
];
const space: LatentSpace = {
  latent: 3,
  blocks: [2, 2],
  decode: (points) =>
    Float32Array.from({ length: (points.length / 3) * 4 }, (_, i) =>
      slopes[i % 4].reduce((sum, slope, at) => sum + slope * points[3 * Math.floor(i / 4) + at], 0),
    ),
};

describe('directions', () => {
  const found = principalDirections(space, { count: 2, samples: 2000, seed: 1 });

  test('are those along which most changes, the strongest first, at right angles', () => {
    expect(Math.abs(found[0].axis[0])).toBeGreaterThan(0.99);
    expect(Math.abs(found[1].axis[1])).toBeGreaterThan(0.99);
    expect(found[0].axis.reduce((sum, value, i) => sum + value * found[1].axis[i], 0)).toBeCloseTo(0, 6);
  });

  test('say in which block they change it', () => {
    expect(found[0].shares[0]).toBeGreaterThan(0.99);
    expect(found[1].shares[1]).toBeGreaterThan(0.9);
    expect(found[0].shares[0] + found[0].shares[1]).toBeCloseTo(1, 6);
  });

  test('are at most as many as the space has', () => {
    expect(() => principalDirections(space, { count: 4, samples: 10, seed: 1 })).toThrow(
      'count: expected 1 to 3, got 4',
    );
  });
});

test('a place is found for codes, the same each time', () => {
  for (const codes of [
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ]) {
    const found = invert(space, codes, { seed: 1, starts: 50, rounds: 10 });
    expect([...chosenCodes(space.decode(found.point), space.blocks)]).toEqual(codes);
    expect(invert(space, codes, { seed: 1, starts: 50, rounds: 10 })).toEqual(found);
  }
});

test('the way between two points has both ends, and keeps their distance from the middle', () => {
  const [from, to] = [Float32Array.of(2, 0, 0), Float32Array.of(0, 2, 0)];
  const way = between(from, to, 5);
  expect([...way.subarray(0, 3)]).toEqual([2, 0, 0]);
  expect(way.at(-2)).toBeCloseTo(2, 6);
  for (let i = 0; i < 15; i += 3) expect(Math.hypot(...way.subarray(i, i + 3))).toBeCloseTo(2, 5);
  expect([...between(from, from, 2)]).toEqual([2, 0, 0, 2, 0, 0]);
});

test('points are normal and repeat with their seed', () => {
  const points = drawPoints(4000, 1, 8);
  const mean = points.reduce((sum, value) => sum + value, 0) / 4000;
  expect(Math.abs(mean)).toBeLessThan(0.06);
  expect(points.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 4000).toBeCloseTo(1, 1);
  expect(drawPoints(5, 1, 8)).toEqual(points.slice(0, 5));
});

describe('quality', () => {
  const rows = (...codes: number[][]) => ({ blocks: [2, 3], codes: Uint8Array.from(codes.flat()) });

  test('of rows counted by hand', () => {
    const quality = inventionQuality(rows([0, 0], [0, 0], [1, 2]), rows([0, 0], [0, 1], [1, 1]));
    expect(quality.meanDistance).toBeCloseTo(4 / 3, 12);
    expect(quality.distinct).toBeCloseTo(2 / 3, 12);
    expect(quality.novel).toBeCloseTo(1 / 3, 12);
    expect(quality.nearestKnown).toBeCloseTo(1 / 3, 12);
    expect(quality.valueCoverage).toBeCloseTo(4 / 5, 12);
    expect(quality.pairCoverage).toBeCloseTo(1 / 3, 12);
    expect(quality.shareDifference).toBeCloseTo((0 + 2 / 3) / 2, 12);
  });

  test('refuses rows of other blocks', () => {
    const other = { blocks: [2, 2], codes: Uint8Array.of(0, 0) };
    expect(() => inventionQuality(rows([0, 0], [1, 1]), other)).toThrow('blocks: expected 2,2, got 2,3');
  });

  test('separation is the chance of the right order', () => {
    expect(separation(Float32Array.of(3, 2), Float32Array.of(1, 2))).toBe(0.875);
  });
});
