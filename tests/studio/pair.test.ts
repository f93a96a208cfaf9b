import '@tensorflow/tfjs-backend-cpu';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  badgeCatalogue,
  codesOf,
  designBlocks,
  emblemChoices,
  fullEmblem,
} from '#lib/domain/badges/index.ts';
import { seededRandom } from '#lib/ml/core/random.ts';
import { chosenCodes, drawPoints, invert, oneHotRows } from '#lib/ml/generate/index.ts';
import { predictNetwork } from '#lib/ml/neural/index.ts';
import { type ModelFile, openModel } from '../../src/routes/(admin)/admin/badges/studio/open-model.ts';
import { pairFolder, readPair, readSpace } from '../../scripts/studio/artifact.ts';
import { anyDesigns, houseData } from '../../scripts/studio/house-data.ts';
import { isLegible, legibility } from '../../scripts/studio/legible.ts';
import { measurePair, styleScale } from '../../scripts/studio/measure.ts';

// The pair as it is committed: what its card says is measured anew, and the browser's runtime answers the same.

const pair = readPair();
const data = houseData();

const card = JSON.parse(readFileSync(join(pairFolder, 'card.json'), 'utf8')) as {
  readonly quality: ReturnType<typeof measurePair>;
};

describe('the pair', () => {
  const quality = measurePair(pair, data);
  const { generator, marginals, copies } = quality.designs;
  const house = quality.designs['held out'];

  test('is as good as its card says', () => {
    for (const [name, figures] of Object.entries(quality.designs))
      for (const [figure, value] of Object.entries(figures))
        expect([name, figure, value]).toEqual([
          name,
          figure,
          expect.closeTo(card.quality.designs[name as keyof typeof quality.designs][figure as 'novel'], 3),
        ]);
    expect(quality.separation.marginals).toBeCloseTo(card.quality.separation.marginals, 3);
  });

  test('keeps the house style far better than loose choices, and invents where copies do not', () => {
    expect(generator.inStyle).toBeGreaterThan(0.85);
    expect(marginals.inStyle).toBeLessThan(0.1);
    expect(generator.novel).toBeGreaterThan(0.25);
    expect(copies.novel).toBe(0);
  });

  test('invents as variously as the house draws', () => {
    expect(generator.meanDistance).toBeGreaterThan(0.9 * house.meanDistance);
    expect(generator.distinct).toBeGreaterThan(0.7);
    expect(generator.valueCoverage).toBe(1);
    expect(generator.pairCoverage).toBeGreaterThan(0.9);
  });

  test('draws nothing that cannot be read', () => {
    expect(generator.legible).toBe(1);
    expect(house.legible).toBe(1);
  });

  test('tells the house from what is not, and its own from the house hardly at all', () => {
    expect(quality.separation['any design']).toBeGreaterThan(0.95);
    expect(quality.separation.marginals).toBeGreaterThan(0.9);
    expect(Math.abs(quality.separation.generator - 0.5)).toBeLessThan(0.1);
  });

  test('fits the designs of this program', () => {
    const space = readSpace();
    expect(space.blocks).toEqual(designBlocks);
    const scale = styleScale(pair.discriminator, data);
    expect(space.style.tenth).toBeCloseTo(scale.tenth, 3);
    expect(space.style.half).toBeCloseTo(scale.half, 3);
  });

  test('has a place near every badge of the catalogue', () => {
    const decode = (points: Float32Array) => predictNetwork(pair.generator, points);
    const space = { latent: readSpace().latent, blocks: designBlocks, decode };
    const alike = badgeCatalogue.slice(0, 12).map(({ emblem, rarity }) => {
      const codes = codesOf({ emblem: fullEmblem(emblem), rarity });
      const { point } = invert(space, codes, { seed: 11, starts: 400, rounds: 14 });
      return chosenCodes(decode(point), designBlocks).filter((code, i) => code === codes[i]).length;
    });
    // Of eight attributes.
    expect(Math.min(...alike)).toBeGreaterThanOrEqual(7);
  });

  test('takes at most 100 KB', () => {
    const files = readdirSync(pairFolder, { recursive: true, encoding: 'utf8' });
    const sizes = files.map((file) => statSync(join(pairFolder, file))).filter((stats) => stats.isFile());
    expect(sizes.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(100 * 1024);
  });
});

describe('tfjs', () => {
  const open = (name: string) => {
    const weights = readFileSync(join(pairFolder, name, 'weights.bin'));
    const file = JSON.parse(readFileSync(join(pairFolder, name, 'model.json'), 'utf8')) as ModelFile;
    return openModel(
      file,
      weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.byteLength) as ArrayBuffer,
    );
  };

  /** Largest difference, beside the size of the largest answer: float32 holds no more digits than that. */
  function difference(ours: Float32Array, theirs: Float32Array): number {
    const largest = Math.max(...ours.map(Math.abs));
    return Math.max(...ours.map((value, i) => Math.abs(value - theirs[i]))) / largest;
  }

  test('generates the same', async () => {
    const points = drawPoints(200, 16, 3);
    const answers = (await open('generator'))(points);
    expect(difference(predictNetwork(pair.generator, points), answers)).toBeLessThan(1e-6);
  });

  test('judges the same', async () => {
    const rows = oneHotRows(anyDesigns(200, seededRandom(6)).codes, designBlocks);
    const answers = (await open('discriminator'))(rows);
    expect(difference(predictNetwork(pair.discriminator, rows), answers)).toBeLessThan(1e-6);
  });
});

describe('every emblem there can be', () => {
  const { shape, symbol, palette, border, ribbon, ornament, accent } = emblemChoices;

  test.each(symbol)('%s can be read at 24 pixels on any shape, with any border and ribbon', (one) => {
    // Borders take the same room but for the plain one, and what lies inside is not drawn at this size.
    const unread = shape.flatMap((shape) =>
      ribbon.flatMap((ribbon) =>
        (['plain', 'band'] as const).flatMap((border) => {
          const emblem = fullEmblem({ shape, symbol: one, palette: 'blue', border, ribbon });
          const measured = legibility({ emblem, rarity: 'common' });
          return isLegible(measured) ? [] : [{ shape, ribbon, border, ...measured }];
        }),
      ),
    );
    expect(unread).toEqual([]);
  });

  test('holds 3 : 1 in every colour, on every pattern', () => {
    const looks = palette.flatMap((palette) =>
      accent.flatMap((accent) =>
        ornament.flatMap((ornament) =>
          (['common', 'legendary'] as const).map((rarity) => ({
            emblem: {
              shape: shape[0],
              symbol: symbol[0],
              palette,
              border: border[1],
              ribbon: ribbon[0],
              ornament,
              accent,
            },
            rarity,
          })),
        ),
      ),
    );
    expect(looks.filter((look) => legibility(look).contrast < 3)).toEqual([]);
  });
});
