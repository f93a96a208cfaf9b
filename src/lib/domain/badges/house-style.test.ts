import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codesOf, designAttributes, designBlocks, designOf, valuesOf } from './design-codes.ts';
import {
  type EmblemAttribute,
  emblemAttributes,
  emblemChoices,
  emblemDistance,
  fullEmblem,
  storedEmblem,
} from './emblem.ts';
import type { FullEmblem } from './badge.ts';
import { brokenHouseRules, drawHouseDesign, type EmblemDesign, houseRules, richness } from './house-style.ts';

const codes = fc.tuple(...designBlocks.map((size) => fc.integer({ min: 0, max: size - 1 })));
const designs = codes.map(designOf);
const houseDesigns = fc
  .infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }))
  .map((stream) => drawHouseDesign(() => stream.next().value));

describe('codes', () => {
  test('say every design there is, and the same looks in the same codes', () => {
    fc.assert(
      fc.property(designs, (design) => {
        expect(designOf(codesOf(design))).toEqual(design);
      }),
    );
    const gilt = { shape: 'leaf', symbol: 'key', palette: 'plum', accent: 'gold' } as const;
    const plain = { shape: 'leaf', symbol: 'key', palette: 'plum' } as const;
    const at = (emblem: typeof plain) => codesOf({ emblem: fullEmblem(emblem), rarity: 'rare' });
    expect(at(gilt)).toEqual(at(plain));
  });

  test('refuse what names no value', () => {
    const beyond = designBlocks.map(() => 0).with(1, designBlocks[1]);
    expect(() => designOf(beyond)).toThrow('border: expected 0 to 4, got 5');
    expect(() => designOf([])).toThrow('shape: expected 0 to 5, got undefined');
  });
});

describe('how far apart two emblems are', () => {
  test('is a distance: none to itself, the same both ways, never over one, no shorter by a detour', () => {
    fc.assert(
      fc.property(designs, designs, designs, ({ emblem: a }, { emblem: b }, { emblem: c }) => {
        expect(emblemDistance(a, a)).toBe(0);
        expect(emblemDistance(a, b)).toBe(emblemDistance(b, a));
        expect(emblemDistance(a, b)).toBeLessThanOrEqual(1 + 1e-12);
        expect(emblemDistance(a, c)).toBeLessThanOrEqual(emblemDistance(a, b) + emblemDistance(b, c) + 1e-12);
      }),
    );
  });

  test('two that store alike are none apart', () => {
    fc.assert(fc.property(designs, ({ emblem }) => emblemDistance(emblem, storedEmblem(emblem)) === 0));
  });

  test('another symbol says more than another ribbon', () => {
    const one = fullEmblem({ shape: 'circle', symbol: 'flame', palette: 'amber' });
    const apart = (change: Partial<FullEmblem>) => emblemDistance(one, { ...one, ...change });
    expect(apart({ symbol: 'moon' })).toBeGreaterThan(apart({ ribbon: 'tails' }));
  });
});

describe('the house style', () => {
  test('holds for every design drawn in it', () => {
    fc.assert(fc.property(houseDesigns, (design) => brokenHouseRules(design).length === 0));
  });

  const good: EmblemDesign = {
    emblem: fullEmblem({
      shape: 'shield',
      symbol: 'book',
      palette: 'blue',
      border: 'double',
      ribbon: 'banner',
      accent: 'silver',
    }),
    rarity: 'epic',
  };
  const broken: readonly (readonly [string, Partial<FullEmblem>, EmblemDesign['rarity']])[] = [
    ['shape', { shape: 'circle' }, 'epic'],
    ['symbol', { symbol: 'moon' }, 'epic'],
    ['crown', { symbol: 'crown' }, 'rare'],
    ['border', { border: 'beads' }, 'epic'],
    ['ribbon', { ribbon: 'rosette' }, 'epic'],
    ['ornament', { ornament: 'halves' }, 'epic'],
    ['repeat', { shape: 'diamond', ornament: 'laurel' }, 'epic'],
    ['accent', { accent: 'gold' }, 'epic'],
    ['richness', { ribbon: 'none' }, 'epic'],
  ];

  test.each(broken)('%s is noticed', (rule, change, rarity) => {
    expect(brokenHouseRules(good)).toEqual([]);
    const found = brokenHouseRules({ emblem: { ...good.emblem, ...change }, rarity });
    expect(found.map(({ id }) => id)).toContain(rule);
  });

  test('every rule is tried above, and says itself in both languages', () => {
    expect(houseRules.map(({ id }) => id)).toEqual(broken.map(([rule]) => rule));
    for (const { says } of houseRules) expect(says.it).not.toBe(says.en);
  });

  test('leaves out no value of any attribute', () => {
    const seen = new Map(designAttributes.map((attribute) => [attribute, new Set<string>()]));
    let state = 7;
    const chance = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
    for (let draw = 0; draw < 4000; draw++) {
      const { emblem, rarity } = drawHouseDesign(chance);
      for (const attribute of emblemAttributes) seen.get(attribute)?.add(emblem[attribute]);
      seen.get('rarity')?.add(rarity);
    }
    for (const [attribute, values] of seen)
      expect([attribute, values.size]).toEqual([attribute, valuesOf(attribute).length]);
  });

  test('richness counts what is worn', () => {
    expect(richness(fullEmblem({ shape: 'leaf', symbol: 'key', palette: 'plum' }))).toBe(0);
    expect(richness({ ...good.emblem, ornament: 'laurel' })).toBe(4);
  });
});

test('every attribute has choices of its own', () => {
  const all: Record<EmblemAttribute, readonly string[]> = emblemChoices;
  for (const attribute of emblemAttributes) expect(new Set(all[attribute]).size).toBe(all[attribute].length);
});
