import { describe, expect, it } from 'vitest';
import { matrix } from '../core/matrix.ts';
import { normal, seededRandom } from '../core/random.ts';
import { combineShap } from './combine.ts';
import { beeswarmOf, dependenceOf, waterfallOf } from './pictures.ts';

describe('waterfallOf', () => {
  it('steps from the base to the answer, the smaller ones together', () => {
    const told = waterfallOf(1, [0.5, -2, 0, 0.25, 0.25], ['a', 'b', 'c', 'd', 'e'], 2);
    expect(told).toEqual({
      base: 1,
      steps: [
        { column: 1, name: 'b', effect: -2, start: 1, end: -1 },
        { column: 0, name: 'a', effect: 0.5, start: -1, end: -0.5 },
      ],
      rest: { columns: 2, effect: 0.5, start: -0.5, end: 0 },
      answer: 0,
    });
  });

  it('has no rest when everything is shown', () => {
    expect(waterfallOf(0, [1], ['a'], 3).rest).toBeNull();
    expect(() => waterfallOf(0, [1], [], 3)).toThrow('names: expected 1, one a contribution, got 0');
  });
});

describe('beeswarmOf', () => {
  const random = seededRandom(1);
  const x = matrix(
    200,
    3,
    Float64Array.from({ length: 600 }, () => normal(random)),
  );
  const contributions = x.values.map((value, i) => value * [1, 3, 0][i % 3]);

  it('puts the most important column first and no two points in one place', () => {
    const lines = beeswarmOf(Float64Array.from(contributions), x, { columns: 2, bins: 20 });
    expect(lines.map(({ column }) => column)).toEqual([1, 0]);
    const bin = (2 * Math.max(...contributions.map(Math.abs))) / 20;
    for (const { points } of lines) {
      expect(points.length).toBe(200);
      const places = points.map(({ effect, lane }) => `${Math.round(effect / bin)} ${lane}`);
      expect(new Set(places).size).toBe(200);
    }
  });

  it('keeps both ends when it leaves points out', () => {
    const [line] = beeswarmOf(Float64Array.from(contributions), x, { points: 10 });
    const effects = line.points.map(({ effect }) => effect);
    const own = contributions.filter((_, i) => i % 3 === 1);
    expect(effects.length).toBe(10);
    expect([effects[0], effects[9]]).toEqual([Math.min(...own), Math.max(...own)]);
  });

  it('places values from 0 to 1 and leaves missing ones without', () => {
    const few = matrix(3, 1, Float64Array.of(0, NaN, 10));
    const [{ points }] = beeswarmOf(Float64Array.of(-1, 0, 1), few);
    expect(points.map(({ value }) => value)).toEqual([0, null, 1]);
    expect(points.map(({ lane }) => lane)).toEqual([0, 0, 0]);
  });
});

describe('dependenceOf', () => {
  const random = seededRandom(2);
  const x = matrix(
    300,
    3,
    Float64Array.from({ length: 900 }, () => normal(random)),
  );

  it('finds the column that changes the effect', () => {
    const contributions = x.values.map((value, i) => (i % 3 === 0 ? value * x.values[i + 2] : 0));
    const { partner, points, missing } = dependenceOf(Float64Array.from(contributions), x, 0);
    expect(partner).toBe(2);
    expect(missing.length).toBe(0);
    for (let k = 1; k < points.length; k++) expect(points[k].value >= points[k - 1].value).toBe(true);
    for (const { row, effect } of points) expect(effect).toBe(contributions[3 * row]);
  });

  it('names no partner when the effect is the same for every row, and sets missing values apart', () => {
    const few = matrix(4, 2, Float64Array.of(1, 5, NaN, 6, 3, 7, 2, 8));
    const told = dependenceOf(Float64Array.of(0.5, 0, 9, 0, 0.5, 0, 0.5, 0), few, 0);
    expect(told.partner).toBeNull();
    expect(told.points.map(({ row }) => row)).toEqual([0, 3, 2]);
    expect([...told.missing]).toEqual([9]);
  });
});

describe('combineShap', () => {
  it('is linear in its parts', () => {
    const a = { base: 1, contributions: Float64Array.of(1, 2) };
    const b = { base: -1, contributions: Float64Array.of(0, 4) };
    expect(combineShap([2, 0.5], [a, b], 3)).toEqual({ base: 4.5, contributions: Float64Array.of(2, 6) });
  });

  it('refuses parts that do not match', () => {
    const part = { base: 0, contributions: new Float64Array(2) };
    expect(() => combineShap([1], [part, part])).toThrow('expected one weight a part');
    expect(() => combineShap([1, 1], [part, { base: 0, contributions: new Float64Array(3) }])).toThrow(
      'parts[1]: expected 2 contributions, got 3',
    );
  });
});
