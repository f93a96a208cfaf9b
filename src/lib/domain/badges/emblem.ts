import type { Emblem, FullEmblem } from './badge.ts';

type Every<T extends string> = readonly [T, ...T[]];

export const emblemShapes: Every<Emblem['shape']> = [
  'circle',
  'shield',
  'hexagon',
  'star',
  'diamond',
  'leaf',
];

export const emblemSymbols: Every<Emblem['symbol']> = [
  'flame',
  'sprout',
  'peak',
  'hands',
  'heart',
  'book',
  'bolt',
  'moon',
  'key',
  'compass',
  'bridge',
  'crown',
];

export const emblemPalettes: Every<Emblem['palette']> = ['amber', 'green', 'blue', 'plum', 'coral', 'teal'];

export const emblemBorders: Every<FullEmblem['border']> = ['plain', 'band', 'double', 'beads', 'rope'];

export const emblemRibbons: Every<FullEmblem['ribbon']> = ['none', 'tails', 'banner', 'rosette'];

export const emblemOrnaments: Every<FullEmblem['ornament']> = [
  'none',
  'rays',
  'panel',
  'halves',
  'laurel',
  'stars',
];

export const emblemAccents: Every<FullEmblem['accent']> = ['tone', 'ivory', 'bronze', 'silver', 'gold'];

/** What each attribute can be, in the order in which forms ask for it. */
export const emblemChoices: { readonly [A in keyof FullEmblem]: Every<FullEmblem[A]> } = {
  shape: emblemShapes,
  border: emblemBorders,
  ribbon: emblemRibbons,
  symbol: emblemSymbols,
  palette: emblemPalettes,
  ornament: emblemOrnaments,
  accent: emblemAccents,
};

export type EmblemAttribute = keyof FullEmblem;
export const emblemAttributes = Object.keys(emblemChoices) as readonly EmblemAttribute[];

/** The emblem with what it left out. */
export function fullEmblem({ border, ribbon, ornament, accent, ...rest }: Emblem): FullEmblem {
  return {
    ...rest,
    border: border ?? 'plain',
    ribbon: ribbon ?? 'none',
    ornament: ornament ?? 'none',
    accent: accent ?? 'tone',
  };
}

/** The one way an emblem is stored: without what is as it would be anyway, so that equal looks are equal data. */
export function storedEmblem(emblem: Emblem): Emblem {
  const { shape, symbol, palette, border, ribbon, ornament, accent } = fullEmblem(emblem);
  const isAdorned = border !== 'plain' || ribbon !== 'none' || ornament !== 'none';
  return {
    shape,
    symbol,
    palette,
    ...(border !== 'plain' && { border }),
    ...(ribbon !== 'none' && { ribbon }),
    ...(ornament !== 'none' && { ornament }),
    // Nothing shows a second colour that nothing wears.
    ...(isAdorned && accent !== 'tone' && { accent }),
  };
}

/**
 * How much each attribute says when one emblem is told from another across a room: the picture most, then colour and
 * outline, then the dress. They add up to 1.
 */
const weights: Readonly<Record<EmblemAttribute, number>> = {
  symbol: 0.32,
  palette: 0.2,
  shape: 0.18,
  ribbon: 0.1,
  border: 0.07,
  ornament: 0.08,
  accent: 0.05,
};

/** From 0 for emblems that look the same to 1 for emblems that share nothing. */
export function emblemDistance(a: Emblem, b: Emblem): number {
  const [one, other] = [fullEmblem(storedEmblem(a)), fullEmblem(storedEmblem(b))];
  const apart = emblemAttributes.filter((attribute) => one[attribute] !== other[attribute]);
  return apart.reduce((sum, attribute) => sum + weights[attribute], 0);
}

/** Below this distance two badges are taken for one another: less than a symbol apart, or a colour and a little. */
export const leastEmblemDistance = 0.2;
