import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exactShapley } from './exact-shapley.ts';

const games = fc.integer({ min: 0, max: 6 }).chain((players) =>
  fc.tuple(
    fc.constant(players),
    fc.array(fc.double({ min: -5, max: 5, noNaN: true }), {
      minLength: 2 ** players,
      maxLength: 2 ** players,
    }),
  ),
);

test('shares out the glove game as the paper does', () => {
  // One left glove (player 0), two right ones: a pair is worth 1.
  const worths = [0, 0, 0, 1, 0, 1, 0, 1];
  expect([...exactShapley(3, worths)]).toEqual([
    expect.closeTo(2 / 3, 12),
    expect.closeTo(1 / 6, 12),
    expect.closeTo(1 / 6, 12),
  ]);
});

test('gives each player the mean of what it adds over all orders', () => {
  const law = fc.property(games, ([players, worths]) => {
    const shares = exactShapley(players, worths);
    const orders = permutations(players);
    for (let player = 0; player < players; player++) {
      const added = orders.map((order) => {
        const before = order.slice(0, order.indexOf(player)).reduce((set, one) => set | (1 << one), 0);
        return worths[before | (1 << player)] - worths[before];
      });
      expect(shares[player]).toBeCloseTo(added.reduce((sum, one) => sum + one, 0) / orders.length, 10);
    }
    const total = shares.reduce((sum, one) => sum + one, 0);
    expect(total).toBeCloseTo(worths[worths.length - 1] - worths[0], 10);
  });
  fc.assert(law, { numRuns: 40 });
});

test('refuses what it cannot count', () => {
  expect(() => exactShapley(17, [])).toThrow('players: expected 0 to 16, got 17');
  expect(() => exactShapley(2, [0, 1])).toThrow('worths: expected 4 numbers, got 2');
});

function permutations(count: number): number[][] {
  if (count === 0) return [[]];
  return permutations(count - 1).flatMap((order) =>
    Array.from({ length: count }, (_, at) => order.toSpliced(at, 0, count - 1)),
  );
}
