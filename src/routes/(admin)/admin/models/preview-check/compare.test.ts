import { describe, expect, test } from 'vitest';
import { chanceTolerance, compareRankings, type Placed } from './compare.ts';

const server = [
  { badgeId: 'a', chance: 0.9 },
  { badgeId: 'b', chance: 0.5 },
  { badgeId: 'c', chance: 0.1 },
];
const placed = (badgeId: string, chance: number | null, promise = chance ?? 0): Placed => ({
  badgeId,
  chance,
  promise,
});

describe('a browser’s ranking beside the server’s', () => {
  test('the same is the same', () => {
    const same = [placed('a', 0.9), placed('b', 0.5), placed('c', 0.1)];
    expect(compareRankings(server, same)).toEqual({ largestDifference: 0, isSameOrder: true });
  });

  test('the largest difference counts, whichever way', () => {
    const off = [placed('a', 0.9), placed('b', 0.5 - 3e-6), placed('c', 0.1 + 2e-6)];
    expect(compareRankings(server, off).largestDifference).toBeCloseTo(3e-6, 12);
  });

  test('another order is another order', () => {
    const turned = [placed('b', 0.5), placed('a', 0.9), placed('c', 0.1)];
    expect(compareRankings(server, turned)).toEqual({ largestDifference: 0, isSameOrder: false });
  });

  test('of equal promise either may come first', () => {
    const tied = [placed('b', 0.5, 0.4), placed('a', 0.9, 0.4 - chanceTolerance), placed('c', 0.1)];
    expect(compareRankings(server, tied).isSameOrder).toBe(true);
  });

  test('one that knows no chance is far away', () => {
    const unknown = [placed('a', 0.9), placed('b', null, 0.5), placed('c', 0.1)];
    expect(compareRankings(server, unknown).largestDifference).toBe(1);
  });

  test('other badges are refused', () => {
    expect(() => compareRankings(server, [placed('a', 0.9)])).toThrow('expected 3 badges, got 1');
    const others = [placed('a', 0.9), placed('b', 0.5), placed('d', 0.1)];
    expect(() => compareRankings(server, others)).toThrow('expected c, got none');
  });
});
