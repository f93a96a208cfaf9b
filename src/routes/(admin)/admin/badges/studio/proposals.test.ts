import { describe, expect, test } from 'vitest';
import { codesOf, designBlocks } from '#lib/domain/badges/design-codes.ts';
import { emblemDistance, leastEmblemDistance } from '#lib/domain/badges/emblem.ts';
import { normal, seededRandom } from '#lib/ml/core/random.ts';
import { drawPoints } from '#lib/ml/generate/index.ts';
import { keyOf, mixOf } from './pins.ts';
import { type DesignSpace, pointAt, proposalsAbout, proposalsAt, styleWord } from './proposals.ts';

const latent = 6;
const width = designBlocks.reduce((sum, size) => sum + size, 0);
const random = seededRandom(12);
const slopes = Float64Array.from({ length: latent * width }, () => normal(random));

/** A generator that nobody trained: linear, so that near points give near designs. */
const space: DesignSpace = {
  latent,
  blocks: designBlocks,
  axes: [
    [1, 0, 0, 0, 0, 0],
    [0, 0.6, 0.8, 0, 0, 0],
  ],
  changes: [['palette'], ['symbol']],
  decode: (points) =>
    Float32Array.from({ length: (points.length / latent) * width }, (_, i) => {
      const point = points.subarray(Math.floor(i / width) * latent, Math.floor(i / width + 1) * latent);
      return point.reduce((sum, value, at) => sum + value * slopes[at * width + (i % width)], 0);
    }),
  judge: (rows) => Float32Array.from({ length: rows.length / width }, (_, i) => 2 * rows[i * width] - 1),
  style: { tenth: 0.5, half: 0.7 },
};

describe('a place', () => {
  test('stands as far along each axis as is said, whatever the seed', () => {
    for (const seed of [1, 2, 3]) {
      const point = pointAt(space, { seed, along: [1.5, -2] });
      const along = space.axes.map((axis) => axis.reduce((sum, value, i) => sum + value * point[i], 0));
      expect(along[0]).toBeCloseTo(1.5, 5);
      expect(along[1]).toBeCloseTo(-2, 5);
    }
    expect(pointAt(space, { seed: 1, along: [0, 0] })).not.toEqual(
      pointAt(space, { seed: 2, along: [0, 0] }),
    );
  });
});

describe('the wall', () => {
  const wall = proposalsAbout(space, pointAt(space, { seed: 5, along: [0, 0] }), 12);

  test('shows twelve that nobody takes for one another, the place itself first', () => {
    expect(wall).toHaveLength(12);
    for (const [i, { design }] of wall.entries())
      for (const other of wall.slice(0, i))
        expect(emblemDistance(design.emblem, other.design.emblem)).toBeGreaterThanOrEqual(
          leastEmblemDistance,
        );
    expect(wall[0].point).toEqual(pointAt(space, { seed: 5, along: [0, 0] }));
  });

  test('is the same for the same place, and another elsewhere', () => {
    const keys = (along: readonly number[]) =>
      proposalsAbout(space, pointAt(space, { seed: 5, along }), 12).map(({ design }) => keyOf(design));
    expect(keys([0, 0])).toEqual(wall.map(({ design }) => keyOf(design)));
    expect(keys([2, 0])).not.toEqual(keys([0, 0]));
  });

  test('prefers what is in the house style', () => {
    // The judge likes the first shape alone.
    const liked = wall.slice(1).filter(({ score }) => score >= space.style.tenth);
    expect(liked.length).toBeGreaterThan(0);
    expect(wall.slice(1, 1 + liked.length)).toEqual(liked);
  });
});

test('between two pins lie others, and neither of them', () => {
  const [one, other] = proposalsAt(space, drawPoints(2, latent, 21)).map(({ design, point }) => ({
    key: codesOf(design).join(),
    design,
    point,
  }));
  const mix = mixOf(space, one, other);
  expect(mix.length).toBeGreaterThan(0);
  const keys = mix.map(({ design }) => keyOf(design));
  expect(keys).not.toContain(one.key);
  expect(keys).not.toContain(other.key);
  expect(new Set(keys).size).toBe(keys.length);
  // A pin changed by hand has no point: its place is searched.
  expect(mixOf(space, { ...one, point: null }, other).length).toBeGreaterThan(0);
});

test('words for scores', () => {
  const word = (score: number) => styleWord(score, { tenth: 0.4, half: 0.8 });
  expect([0.9, 0.8, 0.5, 0.3, 0.1].map(word)).toEqual(['strong', 'strong', 'good', 'weak', 'none']);
});
