import type { Bilingual } from '../features/feature.ts';
import { type BadgeFamily, type FullEmblem, rarities, type Rarity } from './badge.ts';
import { emblemChoices, fullEmblem, storedEmblem } from './emblem.ts';

/** An emblem and the rarity it is sewn for: what the house style speaks of. */
export interface EmblemDesign {
  readonly emblem: FullEmblem;
  readonly rarity: Rarity;
}

type Palette = FullEmblem['palette'];
type Allowed<Key extends string, Value extends string> = Readonly<Record<Key, readonly [Value, ...Value[]]>>;

/** Each family has its colour; plum is free for what a school invents. */
export const familyPalettes: Readonly<Record<BadgeFamily, Palette>> = {
  constancy: 'amber',
  growth: 'green',
  mastery: 'blue',
  collaboration: 'teal',
  courage: 'coral',
};

// The first of each list is what the house takes most often.

export const houseShapes: Allowed<Rarity, FullEmblem['shape']> = {
  common: ['circle', 'leaf'],
  rare: ['hexagon', 'leaf', 'diamond'],
  epic: ['shield', 'hexagon', 'diamond'],
  legendary: ['star', 'shield'],
};

export const houseSymbols: Allowed<Palette, FullEmblem['symbol']> = {
  amber: ['flame', 'key', 'moon', 'sprout', 'bridge'],
  green: ['sprout', 'peak', 'bolt', 'compass', 'book'],
  blue: ['book', 'crown', 'bridge', 'bolt', 'key'],
  teal: ['hands', 'heart', 'bridge', 'compass', 'sprout'],
  coral: ['peak', 'flame', 'heart', 'bolt', 'hands', 'compass', 'crown'],
  plum: ['moon', 'key', 'crown', 'compass', 'heart', 'book'],
};

/** Beside the plain rim, which only common badges have. */
export const houseBorders: Allowed<Palette, FullEmblem['border']> = {
  amber: ['rope', 'band'],
  green: ['beads', 'double'],
  blue: ['double', 'band'],
  teal: ['beads', 'rope'],
  coral: ['band', 'rope'],
  plum: ['double', 'beads'],
};

export const houseRibbons: Allowed<FullEmblem['shape'], FullEmblem['ribbon']> = {
  circle: ['none', 'tails', 'rosette'],
  shield: ['banner', 'none'],
  hexagon: ['none', 'banner', 'tails'],
  star: ['tails', 'none', 'rosette'],
  diamond: ['none', 'banner'],
  leaf: ['none', 'tails'],
};

export const houseOrnaments: Allowed<Rarity, FullEmblem['ornament']> = {
  common: ['none', 'panel', 'halves'],
  rare: ['none', 'panel', 'halves', 'stars'],
  epic: ['none', 'rays', 'stars', 'laurel'],
  legendary: ['rays', 'laurel'],
};

export const houseAccents: Allowed<Rarity, FullEmblem['accent']> = {
  common: ['tone', 'ivory'],
  rare: ['tone', 'bronze', 'ivory'],
  epic: ['silver', 'ivory'],
  legendary: ['gold'],
};

/** How much a badge may wear: the rarer, the richer. */
export const houseRichness: Readonly<Record<Rarity, readonly [least: number, most: number]>> = {
  common: [0, 1],
  rare: [1, 3],
  epic: [2, 4],
  legendary: [3, 4],
};

/** A border or a tone-in-tone ornament counts one, a ribbon one, what is sewn on top two. */
export function richness({ border, ribbon, ornament }: FullEmblem): number {
  const sewnOn = ornament === 'laurel' || ornament === 'stars' ? 2 : Number(ornament !== 'none');
  const ribboned = ribbon === 'rosette' ? 2 : Number(ribbon !== 'none');
  return Number(border !== 'plain') + ribboned + sewnOn;
}

/** One rule of the house, and what to say where it is not kept. */
export interface HouseRule {
  readonly id: string;
  readonly isKept: (design: EmblemDesign) => boolean;
  readonly says: Bilingual;
}

export const houseRules: readonly HouseRule[] = [
  {
    id: 'shape',
    isKept: ({ emblem, rarity }) => has(houseShapes[rarity], emblem.shape),
    says: {
      it: 'Ogni rarità ha le sue forme: cerchi per i comuni, stelle e scudi per i leggendari.',
      en: 'Each rarity has its shapes: circles for common badges, stars and shields for legendary ones.',
    },
  },
  {
    id: 'symbol',
    isKept: ({ emblem }) => has(houseSymbols[emblem.palette], emblem.symbol),
    says: {
      it: 'Ogni colore è una famiglia e ha i suoi simboli.',
      en: 'Each colour is a family and has its symbols.',
    },
  },
  {
    id: 'crown',
    isKept: ({ emblem, rarity }) => emblem.symbol !== 'crown' || rarity === 'epic' || rarity === 'legendary',
    says: {
      it: 'La corona si guadagna: solo su epici e leggendari.',
      en: 'A crown is hard won: on epic and legendary badges alone.',
    },
  },
  {
    id: 'border',
    isKept: ({ emblem, rarity }) =>
      emblem.border === 'plain' ? rarity === 'common' : has(houseBorders[emblem.palette], emblem.border),
    says: {
      it: 'Dal raro in su serve un bordo, quello della famiglia.',
      en: 'From rare upwards a badge has a border, its family’s own.',
    },
  },
  {
    id: 'ribbon',
    isKept: ({ emblem }) => has(houseRibbons[emblem.shape], emblem.ribbon),
    says: {
      it: 'Il nastro segue la forma: code sotto i tondi, cartiglio sotto gli scudi.',
      en: 'The ribbon follows the shape: tails below what is round, a banner below shields.',
    },
  },
  {
    id: 'ornament',
    isKept: ({ emblem, rarity }) => has(houseOrnaments[rarity], emblem.ornament),
    says: {
      it: 'L’ornamento segue la rarità: alloro e raggi solo in alto.',
      en: 'The ornament follows the rarity: laurel and rays are for the top.',
    },
  },
  {
    id: 'repeat',
    isKept: ({ emblem: { shape, symbol, ornament } }) =>
      !(shape === 'star' && ornament === 'stars') &&
      !(ornament === 'laurel' && (shape === 'leaf' || shape === 'diamond' || symbol === 'sprout')),
    says: {
      it: 'Niente ripetizioni: stelle su una stella o foglie su una foglia.',
      en: 'Nothing twice: no stars on a star, no leaves on a leaf.',
    },
  },
  {
    id: 'accent',
    isKept: ({ emblem, rarity }) => richness(emblem) === 0 || has(houseAccents[rarity], emblem.accent),
    says: {
      it: 'L’argento è degli epici, l’oro dei leggendari.',
      en: 'Silver is for epic badges, gold for legendary ones.',
    },
  },
  {
    id: 'richness',
    isKept: ({ emblem, rarity }) => {
      const [least, most] = houseRichness[rarity];
      return richness(emblem) >= least && richness(emblem) <= most;
    },
    says: {
      it: 'Più il distintivo è raro, più è ricco; ma mai troppo.',
      en: 'The rarer the badge, the richer it is; but never too rich.',
    },
  },
];

function has<T>(list: readonly T[], value: T): boolean {
  return list.includes(value);
}

/** The rules a design does not keep; none for a design of the house. */
export function brokenHouseRules(design: EmblemDesign): readonly HouseRule[] {
  return houseRules.filter(({ isKept }) => !isKept(design));
}

const rarityWeights: Readonly<Record<Rarity, number>> = { common: 3, rare: 4, epic: 3, legendary: 2 };

/**
 * A design of the house: choices from the lists above, drawn again until every rule is kept.
 * @param random numbers in [0, 1)
 */
export function drawHouseDesign(random: () => number): EmblemDesign {
  for (;;) {
    const design = draw(random);
    if (brokenHouseRules(design).length === 0) return design;
  }
}

function draw(random: () => number): EmblemDesign {
  const rarity = weighted(random, rarities, (one) => rarityWeights[one]);
  const palette = uniform(random, emblemChoices.palette);
  const shape = preferred(random, houseShapes[rarity]);
  const isPlain = rarity === 'common' && random() < 0.6;
  const emblem = {
    shape,
    palette,
    symbol: uniform(random, houseSymbols[palette]),
    border: isPlain ? 'plain' : preferred(random, houseBorders[palette]),
    ribbon: preferred(random, houseRibbons[shape]),
    ornament: preferred(random, houseOrnaments[rarity]),
    accent: preferred(random, houseAccents[rarity]),
  } as const;
  return { emblem: fullEmblem(storedEmblem(emblem)), rarity };
}

/** Any design at all, in or out of style: what the house style is told from. */
export function drawAnyDesign(random: () => number): EmblemDesign {
  const any = <T>(list: readonly T[]): T => uniform(random, list);
  const { shape, border, ribbon, symbol, palette, ornament, accent } = emblemChoices;
  const emblem = {
    shape: any(shape),
    border: any(border),
    ribbon: any(ribbon),
    symbol: any(symbol),
    palette: any(palette),
    ornament: any(ornament),
    accent: any(accent),
  };
  return { emblem: fullEmblem(storedEmblem(emblem)), rarity: any(rarities) };
}

function uniform<T>(random: () => number, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)];
}

/** The first of a list about twice as often as each of the others. */
function preferred<T>(random: () => number, list: readonly T[]): T {
  return weighted(random, list, (one) => (one === list[0] ? 2 : 1));
}

function weighted<T>(random: () => number, list: readonly T[], weightOf: (one: T) => number): T {
  const total = list.reduce((sum, one) => sum + weightOf(one), 0);
  let left = random() * total;
  return list.find((one) => (left -= weightOf(one)) < 0) ?? list[list.length - 1];
}
