import {
  badgeCatalogue,
  codesOf,
  designBlocks,
  drawAnyDesign,
  drawHouseDesign,
  fullEmblem,
} from '../../src/lib/domain/badges/index.ts';
import { integerBelow, type Random, seededRandom } from '../../src/lib/ml/core/random.ts';
import type { Choices } from '../../src/lib/ml/generate/index.ts';

/** What the studio's pair learns from and is judged by. Designs, not draws, are held out: none stands on both sides. */
export interface HouseData {
  readonly train: Choices;
  readonly held: Choices;
}

export const dataSeed = 1;
const distinctDesigns = 6000;
const heldShare = 0.2;
/** The catalogue is what the house really wears: each of its badges counts as often as this. */
const catalogueWeight = 5;

/** Draws from the house style until so many designs were met, as often as they come, and the catalogue. */
export function houseData(): HouseData {
  const random = seededRandom(dataSeed);
  const isHeld = new Map<string, boolean>();
  const [train, held]: [number[][], number[][]] = [[], []];
  const catalogue = badgeCatalogue.map(({ emblem, rarity }) => [
    ...codesOf({ emblem: fullEmblem(emblem), rarity }),
  ]);
  for (const codes of catalogue) isHeld.set(codes.join(), false);
  while (isHeld.size < distinctDesigns) {
    const codes = [...codesOf(drawHouseDesign(random))];
    const key = codes.join();
    if (!isHeld.has(key)) isHeld.set(key, random() < heldShare);
    (isHeld.get(key) ? held : train).push(codes);
  }
  for (let times = 0; times < catalogueWeight; times++) train.push(...catalogue);
  return { train: choicesOf(train), held: choicesOf(held) };
}

export function choicesOf(rows: readonly (readonly number[])[]): Choices {
  return { blocks: designBlocks, codes: Uint8Array.from(rows.flat()) };
}

/** So many rows, evenly spread over all of them. */
export function rowsFrom({ blocks, codes }: Choices, count: number): Choices {
  const step = codes.length / blocks.length / count;
  const rows = Array.from({ length: count }, (_, i) => {
    const from = Math.floor(i * step) * blocks.length;
    return [...codes.subarray(from, from + blocks.length)];
  });
  return choicesOf(rows);
}

/** The rows as they stand: what a program would give that only copies. */
export function copies({ blocks, codes }: Choices, count: number, random: Random): Choices {
  const rows = Array.from({ length: count }, () => {
    const from = integerBelow(random, codes.length / blocks.length) * blocks.length;
    return [...codes.subarray(from, from + blocks.length)];
  });
  return choicesOf(rows);
}

/** Each attribute from another row: right one by one, and wrong together. */
export function marginals({ blocks, codes }: Choices, count: number, random: Random): Choices {
  const rows = Array.from({ length: count }, () =>
    blocks.map(
      (_, block) => codes[integerBelow(random, codes.length / blocks.length) * blocks.length + block],
    ),
  );
  return choicesOf(rows);
}

export function anyDesigns(count: number, random: Random): Choices {
  return choicesOf(Array.from({ length: count }, () => codesOf(drawAnyDesign(random))));
}
