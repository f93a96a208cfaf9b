import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matrix } from '../core/matrix.ts';
import { perturbRows } from './perturb.ts';

const shared = 3;
const columns = 5;
const learnerMoves = [
  { column: 0, toward: 10 },
  { column: 1, toward: -10 },
];
const badgeMoves = [{ column: 3, toward: 1 }];
const options = { shared, learnerMoves, badgeMoves };
const cell = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -9, max: 9 }) }, fc.constant(NaN));
const someRows = fc
  .integer({ min: 1, max: 6 })
  .chain((rows) => fc.array(cell, { minLength: rows * columns, maxLength: rows * columns }))
  .map((values) => matrix(values.length / columns, columns, Float64Array.from(values)));
const seeds = fc.integer({ min: 0, max: 1e6 });

describe('moved rows', () => {
  it('stay between what they came from, what they were mixed with and where they tend to', () => {
    const law = fc.property(someRows, seeds, (x, seed) => {
      const moved = perturbRows(x, { ...options, seed, rows: 20 });
      for (let row = 0; row < 20; row++) {
        for (let c = 0; c < columns; c++) {
          const value = moved.x.values[row * columns + c];
          if (!Number.isNaN(value)) expect(Math.abs(value)).toBeLessThanOrEqual(10);
        }
      }
    });
    fc.assert(law, { numRuns: 50 });
  });

  it('keep what describes the badge, but for what moves', () => {
    const law = fc.property(someRows, seeds, (x, seed) => {
      const moved = perturbRows(x, { ...options, seed, rows: 20 });
      for (let row = 0; row < 20; row++) {
        const source = moved.from[row] * columns;
        expect(moved.x.values[row * columns + 4]).toBe(x.values[source + 4]);
        const [was, is] = [x.values[source + 3], moved.x.values[row * columns + 3]];
        if (Number.isNaN(was)) expect(is).toBeNaN();
        else expect(Math.abs(1 - is)).toBeLessThanOrEqual(Math.abs(1 - was) + 1e-6);
      }
    });
    fc.assert(law, { numRuns: 50 });
  });

  it('are the same for the same seed, others for another, and leave their source as it was', () => {
    const x = matrix(
      2,
      columns,
      Float64Array.from({ length: 10 }, (_, i) => i),
    );
    const before = x.values.slice();
    const make = (seed: number) => perturbRows(x, { ...options, seed, rows: 30 });
    expect(make(1)).toEqual(make(1));
    expect(make(1)).not.toEqual(make(2));
    expect(x.values).toEqual(before);
  });

  it('need something to start from', () => {
    const none = matrix(0, columns, new Float64Array());
    expect(() => perturbRows(none, { ...options, seed: 1, rows: 3 })).toThrow(
      'rows: expected at least 1 to start from, got 0',
    );
  });
});
