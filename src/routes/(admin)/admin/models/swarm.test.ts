import { expect, test } from 'vitest';
import { summarize, type SwarmPoint, swarmPaths, swarmReach } from './swarm.ts';

test('a dot stands where its effect says, in the tone of its value', () => {
  const paths = swarmPaths(
    [
      [-2, 0],
      [2, 1],
      [0, null],
    ],
    2,
  );
  expect(paths).toEqual({
    lowest: 'M2.0 0h0',
    low: '',
    middle: '',
    high: '',
    highest: 'M98.0 0h0',
    missing: 'M50.0 0h0',
  });
});

test('dots that meet keep apart and inside the strip', () => {
  const crowd: SwarmPoint[] = Array.from({ length: 50 }, () => [1, 0.5]);
  const heights = [...swarmPaths(crowd, 1).middle.matchAll(/ (-?\d+)h0/g)].map(([, y]) => Number(y));
  expect(heights.slice(0, 3)).toEqual([0, -2, 2]);
  expect(heights).toHaveLength(50);
  expect(Math.max(...heights.map(Math.abs))).toBeLessThanOrEqual(swarmReach);
});

test('effects that are all nothing stand in the middle', () => {
  expect(swarmPaths([[0, 0.1]], 0).lowest).toBe('M50.0 0h0');
});

test('a summary tells the mean effect by value', () => {
  const points: SwarmPoint[] = [
    [1, 0.1],
    [3, 0.2],
    [-1, 0.9],
    [0.5, null],
  ];
  expect(summarize(points)).toEqual({ low: 2, middle: null, high: -1, missing: 0.5 });
});
