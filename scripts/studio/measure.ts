import { brokenHouseRules, codesOf, designOf } from '../../src/lib/domain/badges/index.ts';
import { seededRandom } from '../../src/lib/ml/core/random.ts';
import {
  type Choices,
  chosenCodes,
  drawPoints,
  type InventionQuality,
  inventionQuality,
  oneHotRows,
  separation,
} from '../../src/lib/ml/generate/index.ts';
import { type NetworkModel, predictNetwork } from '../../src/lib/ml/neural/index.ts';
import { anyDesigns, choicesOf, copies, type HouseData, marginals, rowsFrom } from './house-data.ts';
import { isLegible, legibility } from './legible.ts';

export const samples = 500;
export const measureSeed = 5;

export type DesignQuality = InventionQuality & {
  /** Share that keeps every rule of the house. */
  readonly inStyle: number;
  /** Share that is drawn, holds 3 : 1 and can be read at 24 pixels. */
  readonly legible: number;
};

export interface PairQuality {
  /** What was measured, beside three that are easy to make; `held out` is the house itself. */
  readonly designs: Readonly<Record<'generator' | 'held out' | 'marginals' | 'copies', DesignQuality>>;
  /** The chance that the discriminator puts a held-out design of the house above another one: .5 tells nothing. */
  readonly separation: Readonly<Record<'any design' | 'marginals' | 'generator', number>>;
}

export interface Pair {
  readonly generator: NetworkModel;
  readonly discriminator: NetworkModel;
}

/** All figures of the card. Same pair and data: same figures. */
export function measurePair(pair: Pair, { train, held }: HouseData): PairQuality {
  const random = seededRandom(measureSeed);
  const invented = inventedBy(pair.generator, train.blocks, samples);
  const house = rowsFrom(held, samples);
  const loose = marginals(train, samples, random);
  const any = anyDesigns(samples, random);
  const scores = (choices: Choices) =>
    predictNetwork(pair.discriminator, oneHotRows(choices.codes, choices.blocks));
  return {
    designs: {
      generator: designQuality(invented, train),
      'held out': designQuality(house, train),
      marginals: designQuality(loose, train),
      copies: designQuality(copies(train, samples, random), train),
    },
    separation: {
      'any design': separation(scores(house), scores(any)),
      marginals: separation(scores(house), scores(loose)),
      generator: separation(scores(house), scores(invented)),
    },
  };
}

/** Designs at normal points, as codes of what is seen. */
export function inventedBy(generator: NetworkModel, blocks: readonly number[], count: number): Choices {
  const points = drawPoints(count, generator.inputWidth, measureSeed);
  return seen({ blocks, codes: chosenCodes(predictNetwork(generator, points), blocks) });
}

/** Designs that look the same count as the same. */
function seen(choices: Choices): Choices {
  return choicesOf(designsOf(choices).map(codesOf));
}

function designsOf({ blocks, codes }: Choices) {
  return Array.from({ length: codes.length / blocks.length }, (_, i) =>
    designOf(codes.subarray(i * blocks.length, (i + 1) * blocks.length)),
  );
}

function designQuality(choices: Choices, train: Choices): DesignQuality {
  const designs = designsOf(choices);
  const share = (count: number) => count / designs.length;
  return {
    ...inventionQuality(seen(choices), train),
    inStyle: share(designs.filter((design) => brokenHouseRules(design).length === 0).length),
    legible: share(designs.filter((design) => isLegible(legibility(design))).length),
  };
}

/** Scores of the discriminator, 0 to 1, below which a share of the held-out designs lie. */
export function styleScale(discriminator: NetworkModel, { held }: HouseData) {
  const { blocks, codes } = rowsFrom(held, samples);
  const scores = Array.from(
    predictNetwork(discriminator, oneHotRows(codes, blocks)),
    (logOdds) => 1 / (1 + Math.exp(-logOdds)),
  ).toSorted((a, b) => a - b);
  const at = (share: number) => Number(scores[Math.floor(share * scores.length)].toFixed(4));
  return { tenth: at(0.1), half: at(0.5) };
}
