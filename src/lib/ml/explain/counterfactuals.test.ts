import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Matrix } from '../core/matrix.ts';
import { findCounterfactuals, type Lever } from './counterfactuals.ts';

const byRow =
  (formula: (row: Float32Array | Float64Array) => number) =>
  ({ rows, columns, values }: Matrix) =>
    Float64Array.from({ length: rows }, (_, i) => formula(values.subarray(i * columns, (i + 1) * columns)));

const lever = (column: number, more: Partial<Lever> = {}): Lever => ({
  column,
  direction: 'up',
  step: 1,
  low: 0,
  high: 10,
  cost: 1,
  ...more,
});

describe('findCounterfactuals', () => {
  const risk = byRow((r) => 10 - r[0] - 2 * r[1]);

  it('finds the cheapest change first, then others by other levers', () => {
    const found = findCounterfactuals(risk, [1, 1, 5], [lever(0), lever(1)], { target: { below: 3 } });
    expect(found).toEqual([
      { isReached: true, changes: [{ column: 1, from: 1, to: 3 }], cost: 2, before: 7, after: 3 },
      { isReached: true, changes: [{ column: 0, from: 1, to: 5 }], cost: 4, before: 7, after: 3 },
    ]);
  });

  it('weighs the cost and combines levers where one alone does not reach', () => {
    const levers = [lever(0, { high: 3 }), lever(1, { high: 2, cost: 3 })];
    const [best, ...others] = findCounterfactuals(risk, [1, 1, 5], levers, { target: { below: 4 } });
    expect(best.changes).toEqual([
      { column: 0, from: 1, to: 2 },
      { column: 1, from: 1, to: 2 },
    ]);
    expect(best.cost).toBe(4);
    expect(others).toEqual([]);
  });

  it('comes as near as it can when the target is out of reach', () => {
    const found = findCounterfactuals(risk, [1, 1, 5], [lever(0, { high: 3 })], { target: { below: 0 } });
    expect(found).toEqual([
      { isReached: false, changes: [{ column: 0, from: 1, to: 3 }], cost: 2, before: 7, after: 5 },
    ]);
  });

  it('reaches upwards, and by less of something', () => {
    const levers = [lever(0, { direction: 'down', step: 0.5 })];
    const [only] = findCounterfactuals(risk, [3, 0, 0], levers, { target: { above: 8.2 } });
    expect(only.changes).toEqual([{ column: 0, from: 3, to: 1.5 }]);
  });

  it('has nothing to say of an answer that is there, or of a column that is missing', () => {
    expect(findCounterfactuals(risk, [1, 1, 5], [lever(0)], { target: { below: 7 } })).toEqual([]);
    const flat = byRow(() => 5);
    expect(findCounterfactuals(flat, [NaN, 1], [lever(0)], { target: { below: 1 } })).toEqual([]);
  });

  it('lets the caller move linked columns along and refuse implausible rows', () => {
    const sumRisk = byRow((r) => 10 - r[2]);
    const [only] = findCounterfactuals(sumRisk, [1, 1, 2], [lever(0), lever(1)], {
      target: { below: 6 },
      apply: (values, { column }, amount) => {
        values[column] += amount;
        values[2] = values[0] + values[1];
        return values;
      },
      isPlausible: (values) => values[0] <= 2 && values[1] <= 2,
    });
    expect(only.changes.map(({ column }) => column)).toEqual([0, 1]);
    expect(only.after).toBe(6);
  });

  it('agrees with a search through every combination', () => {
    const cell = fc.integer({ min: 0, max: 4 });
    const law = fc.property(
      fc.tuple(cell, cell, cell),
      fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 3, maxLength: 3 }),
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 3, maxLength: 3 }),
      fc.integer({ min: -10, max: 10 }),
      (row, weights, costs, below) => {
        const formula = (r: ArrayLike<number>) => weights.reduce((sum, w, k) => sum + w * r[k], r[0] * r[1]);
        const levers = costs.map((cost, k) => lever(k, { direction: 'both', high: 4, cost }));
        const options = { target: { below }, beam: 100_000 } as const;
        const found = findCounterfactuals(byRow(formula), row, levers, options);
        if (formula(row) <= below) {
          expect(found).toEqual([]);
          return;
        }
        let cheapest = Infinity;
        for (let i = 0; i < 125; i++) {
          const to = [i % 5, Math.floor(i / 5) % 5, Math.floor(i / 25)];
          const cost = to.reduce((sum, value, k) => sum + Math.abs(value - row[k]) * costs[k], 0);
          if (formula(to) <= below) cheapest = Math.min(cheapest, cost);
        }
        expect(found.find(({ isReached }) => isReached)?.cost ?? Infinity).toBe(cheapest);
      },
    );
    fc.assert(law, { numRuns: 60 });
  });

  it('keeps within bounds and directions and touches no other column', () => {
    const number = fc.double({ min: -5, max: 5, noNaN: true });
    const leverOf = (column: number) =>
      fc
        .record({
          direction: fc.constantFrom('up', 'down', 'both'),
          step: fc.double({ min: 0.1, max: 2, noNaN: true }),
          low: fc.double({ min: -6, max: 0, noNaN: true }),
          high: fc.double({ min: 0, max: 6, noNaN: true }),
        })
        .map((more) => lever(column, more));
    const law = fc.property(
      fc.tuple(number, number, number, number),
      leverOf(0),
      leverOf(2),
      number,
      (row, a, b, below) => {
        const rows: number[][] = [];
        const model = byRow((r) => {
          rows.push([...r]);
          return Math.sin(r[0]) + r[2] * r[1];
        });
        for (const { changes, cost } of findCounterfactuals(model, row, [a, b], { target: { below } })) {
          expect(cost).toBeGreaterThan(0);
          for (const { column, from, to } of changes) {
            const { low, high, direction } = column === 0 ? a : b;
            expect(to >= low && to <= high).toBe(true);
            if (direction !== 'both') expect(to > from).toBe(direction === 'up');
          }
        }
        expect(rows.every((r) => r[1] === row[1] && r[3] === row[3])).toBe(true);
      },
    );
    fc.assert(law, { numRuns: 100 });
  });

  it.each([
    [{ step: 0 }, 'levers[0].step: expected a positive number, got 0'],
    [{ low: 11 }, 'levers[0].low: expected at most high, 10, got 11'],
    [{ cost: -1 }, 'levers[0].cost: expected a positive number, got -1'],
    [{ column: 3 }, 'levers[0].column: expected a whole number from 0 to 2, got 3'],
  ])('refuses %o', (more, message) => {
    const search = () => findCounterfactuals(risk, [1, 1, 5], [lever(0, more)], { target: { below: 0 } });
    expect(search).toThrow(message);
  });
});
