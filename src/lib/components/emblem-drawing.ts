import type { Emblem, Rarity } from '#lib/domain/badges/badge.ts';

/** Outlines in a square of 64. */
export const outlines: Readonly<Record<Emblem['shape'], string>> = {
  circle: 'M32 3a29 29 0 1 1 0 58a29 29 0 1 1 0-58z',
  shield: 'M32 3.500C40 8 48 10 57 10.500V30C57 46 46 56 32 61C18 56 7 46 7 30V10.500C16 10 24 8 32 3.500z',
  hexagon: 'M32 2.500L57.500 17.250V46.750L32 61.500L6.500 46.750V17.250z',
  star: scallops(10, 30, 25.5),
  diamond: 'M32 1.500L62.500 32L32 62.500L1.500 32z',
  leaf: 'M32 2C48 9 59 22 58.500 38C58 52 46 62 32 62C18 62 6 52 5.500 38C5 22 16 9 32 2z',
};

/** A star with as many points, from straight lines between two radii. */
function scallops(points: number, outer: number, inner: number): string {
  const corners = Array.from({ length: points * 2 }, (_, index) => {
    const radius = index % 2 === 0 ? outer : inner;
    const angle = (index * Math.PI) / points - Math.PI / 2;
    return `${(32 + radius * Math.cos(angle)).toFixed(2)} ${(32 + radius * Math.sin(angle)).toFixed(2)}`;
  });
  return `M${corners.join('L')}z`;
}

/** Filled glyphs in a square of 24, bold enough to be told apart at 12 pixels. */
export const symbols: Readonly<Record<Emblem['symbol'], string>> = {
  flame:
    'M12.500 1.500c.500 4.300 6.300 6.700 6.300 12.700a6.800 6.800 0 0 1-13.600 0c0-2.800 1.200-4.700 2.700-6 .100 2 .800 3.200 1.900 3.700C9.600 8 10.300 4.300 12.500 1.500z',
  sprout:
    'M10.800 22.500V14.900C5.300 14.800 2.500 12 2.500 6.800c5.300 0 8.200 2 9.100 5.300C12.300 7 15.500 3.500 21.500 3.500c0 6-2.900 9.300-8.300 9.500v9.500z',
  peak: 'M.800 20.500L8.700 6.500l3.700 6.100L15.100 8.500l8.100 12z',
  hands:
    'M6.100 12.300V6.900a1.400 1.400 0 0 1 2.800 0v3.300V4.200a1.450 1.450 0 0 1 2.900 0v5.600V3.400a1.450 1.450 0 0 1 2.900 0v6.800V5.600a1.450 1.450 0 0 1 2.900 0v9.600c0 4.300-2.600 7-6.300 7-2.900 0-4.700-1.300-6.200-4L2.300 13.300c.800-1.500 2.400-1.500 3.300-.400z',
  heart:
    'M12 21.300C5 16 2 12.500 2 8.600a5.100 5.100 0 0 1 10-1.700a5.100 5.100 0 0 1 10 1.700C22 12.500 19 16 12 21.300z',
  book: 'M1.500 5C5.300 4 8.500 4.500 11.100 6.400V20.600C8.500 18.800 5.300 18.400 1.500 19.300zM22.500 5C18.700 4 15.500 4.500 12.900 6.400V20.600C15.500 18.800 18.700 18.400 22.500 19.300z',
  bolt: 'M14 1L4 14h6.200L8.500 23L19.500 9.700h-6.700z',
  moon: 'M20.800 15A9.300 9.300 0 1 1 9.600 2.800A7.600 7.600 0 0 0 20.800 15z',
  key: 'M16 1.700a6.300 6.300 0 0 0-6 8.200L1.700 18.200v4.100h4.100v-2.600h2.700v-2.700h2.700l1.600-1.600A6.300 6.300 0 1 0 16 1.700zm1.800 2.900a2 2 0 1 1 0 4a2 2 0 0 1 0-4z',
  compass:
    'M12 1a11 11 0 1 1 0 22a11 11 0 1 1 0-22zm0 2.600a8.400 8.400 0 1 0 0 16.800a8.400 8.400 0 1 0 0-16.800zM17.300 6.700l-3.400 7.200l-7.200 3.400l3.400-7.200z',
  bridge:
    'M1 6.500h22v3.200h-1.500v8.800h-3.700a5.800 5.800 0 0 0-11.600 0H2.500V9.700H1zM6.200 10v1.300A9 9 0 0 1 10.500 10zM13.500 10a9 9 0 0 1 4.300 1.300V10z',
  crown: 'M2.600 17.500L1 6.300l6 4.500L12 3l5 7.800l6-4.500l-1.600 11.200zM2.800 19.300h18.400v2.600H2.800z',
};

/** Where the outline leaves least room, the symbol is smaller. Scale and centre height in the square of 64. */
export const symbolPlaces: Readonly<
  Record<Emblem['shape'], { readonly scale: number; readonly centre: number }>
> = {
  circle: { scale: 1.35, centre: 32 },
  shield: { scale: 1.3, centre: 31 },
  hexagon: { scale: 1.3, centre: 32 },
  star: { scale: 1.25, centre: 32 },
  diamond: { scale: 1.12, centre: 32 },
  leaf: { scale: 1.3, centre: 36 },
};

/** How many lines of thread a badge is sewn with. */
export const threadLines: Readonly<Record<Rarity, number>> = { common: 0, rare: 1, epic: 2, legendary: 2 };
