import type { Emblem, FullEmblem, Rarity } from '#lib/domain/badges/badge.ts';
import { fullEmblem } from '#lib/domain/badges/emblem.ts';

/** Outlines in a square of 64. */
export const outlines: Readonly<Record<Emblem['shape'], string>> = {
  circle: 'M32 3a29 29 0 1 1 0 58a29 29 0 1 1 0-58z',
  shield: 'M32 3.500C40 8 48 10 57 10.500V30C57 46 46 56 32 61C18 56 7 46 7 30V10.500C16 10 24 8 32 3.500z',
  hexagon: 'M32 2.500L57.500 17.250V46.750L32 61.500L6.500 46.750V17.250z',
  star: scallops(10, 30, 25.5),
  diamond: 'M32 1.500L62.500 32L32 62.500L1.500 32z',
  leaf: 'M32 2C48 9 59 22 58.500 38C58 52 46 62 32 62C18 62 6 52 5.500 38C5 22 16 9 32 2z',
};

/** A star with as many points, from straight lines between two radii; or its first corners, clockwise from the top. */
function scallops(points: number, outer: number, inner: number, corners = points * 2): string {
  const places = Array.from({ length: corners }, (_, index) => {
    const radius = index % 2 === 0 ? outer : inner;
    const angle = (index * Math.PI) / points - Math.PI / 2;
    return `${(32 + radius * Math.cos(angle)).toFixed(2)} ${(32 + radius * Math.sin(angle)).toFixed(2)}`;
  });
  return `M${places.join('L')}z`;
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

/** What a part is made of; the component gives each its colour. */
export type PartRole =
  | 'ribbon'
  | 'ribbon-fold'
  | 'rim'
  | 'cloth'
  | 'pattern'
  | 'border'
  | 'thread'
  | 'fine-thread'
  | 'ornament'
  | 'symbol';

/** A path set at `x`, `y` and grown by `scale`; the drawing is 64 wide and 64 high. */
export interface EmblemPart {
  readonly role: PartRole;
  readonly path: string;
  readonly x: number;
  readonly y: number;
  readonly scale: number;
  /** Line width and dashes before scaling, for parts that are sewn rather than filled. */
  readonly line?: { readonly width: number; readonly dashes?: string; readonly cap?: 'butt' | 'round' };
}

export interface DrawingOptions {
  readonly rarity: Rarity;
  /** Width and height in pixels. */
  readonly size: number;
}

/** Below this size in pixels a stitch is thinner than a pixel: small emblems are cut with less inside and a larger symbol. */
const fineFrom = 40;

/** The body of the badge: where its middle is, and how large it is beside its ribbon. */
interface Body {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

const bodies: Readonly<Record<FullEmblem['ribbon'], Body>> = {
  none: { x: 32, y: 32, scale: 1 },
  tails: { x: 32, y: 27.2, scale: 0.85 },
  banner: { x: 32, y: 30.5, scale: 0.95 },
  rosette: { x: 32, y: 32, scale: 0.8 },
};

/** Every part of an emblem, from the back to the front. */
export function drawEmblem(emblem: Emblem, options: DrawingOptions): readonly EmblemPart[] {
  const full = fullEmblem(emblem);
  const body = bodies[full.ribbon];
  const isFine = options.size >= fineFrom;
  const cloth = { ...body, scale: body.scale * 0.96 * innerShare[full.border] };
  return [
    ...ribbonBehind(full.ribbon),
    ...bodyParts(full, body, cloth),
    ...(isFine ? ornamentParts(full, cloth) : []),
    ...(isFine ? threadParts(full, options.rarity, cloth) : []),
    ...ribbonBefore(full.ribbon),
    { role: 'symbol', path: symbols[full.symbol], ...symbolPlace(full, options, cloth, isFine) },
  ];
}

/** What the border leaves of the body for the cloth. */
const innerShare: Readonly<Record<FullEmblem['border'], number>> = {
  plain: 1,
  band: 0.87,
  double: 0.87,
  beads: 0.87,
  rope: 0.87,
};

/** A path of the square of 64 about its middle. */
function centred(role: PartRole, path: string, body: Body, line?: EmblemPart['line']): EmblemPart {
  const { x, y, scale } = body;
  return { role, path, x: x - 32 * scale, y: y - 32 * scale, scale, ...(line && { line }) };
}

function bodyParts({ shape, border }: FullEmblem, body: Body, cloth: Body): readonly EmblemPart[] {
  const outline = outlines[shape];
  const at = (share: number): Body => ({ ...body, scale: body.scale * share });
  if (border === 'plain') return [centred('cloth', outline, cloth)];
  if (border === 'band') return [centred('rim', outline, at(0.96)), centred('cloth', outline, cloth)];
  const whole = centred('cloth', outline, at(0.96));
  if (border === 'double')
    return [
      whole,
      centred('border', outline, at(0.895), { width: 1.7 }),
      centred('border', outline, at(0.83), { width: 1.1 }),
    ];
  if (border === 'beads')
    return [whole, centred('border', outline, at(0.875), { width: 3.3, dashes: '0.01 5.35', cap: 'round' })];
  return [whole, centred('border', outline, at(0.88), { width: 3.6, dashes: '3.4 1.5', cap: 'butt' })];
}

/** Where the two lines of thread run, and what the second one leaves of the symbol: a border has already made the cloth smaller. */
function seams(border: FullEmblem['border']): { readonly lines: readonly number[]; readonly symbol: number } {
  return border === 'plain' ? { lines: [0.85, 0.77], symbol: 0.88 } : { lines: [0.89, 0.82], symbol: 0.95 };
}

function threadParts({ shape, border }: FullEmblem, rarity: Rarity, cloth: Body): readonly EmblemPart[] {
  const roles = ['thread', 'fine-thread'] as const;
  return seams(border)
    .lines.slice(0, threadLines[rarity])
    .map((share, index) =>
      centred(roles[index], outlines[shape], { ...cloth, scale: (cloth.scale / 0.96) * share }),
    );
}

/** How much larger the symbol of a dressed emblem is cut for small sizes. */
const smallSymbol = 1.45;

/** Ornaments and banners need room that the symbol gives. */
const room: Readonly<Record<FullEmblem['ornament'], { readonly scale: number; readonly lift: number }>> = {
  none: { scale: 1, lift: 0 },
  rays: { scale: 1, lift: 0 },
  panel: { scale: 1, lift: 0 },
  halves: { scale: 1, lift: 0 },
  laurel: { scale: 0.8, lift: 3 },
  stars: { scale: 0.86, lift: 4.2 },
};

function symbolPlace(
  { shape, border, ribbon, ornament }: FullEmblem,
  { rarity }: DrawingOptions,
  cloth: Body,
  isFine: boolean,
): { readonly x: number; readonly y: number; readonly scale: number } {
  const place = symbolPlaces[shape];
  const ornamented = isFine ? room[ornament] : room.none;
  const bannered = ribbon === 'banner' ? { scale: 0.88, lift: 5.8 } : room.none;
  // A small symbol on a small body could not be read: it takes what the stitches leave.
  const isDressed = ribbon !== 'none' || border !== 'plain';
  const small = !isFine && isDressed ? smallSymbol : 1;
  const share = cloth.scale / 0.96;
  const sewn = isFine && threadLines[rarity] >= 2 ? seams(border).symbol : 1;
  const scale = place.scale * share * ornamented.scale * bannered.scale * sewn * small;
  const lift = bannered.lift + ornamented.lift * bannered.scale;
  const middle = cloth.y + (place.centre - 32 - lift) * share;
  return { x: cloth.x - 12 * scale, y: middle - 12 * scale, scale };
}

function ornamentParts({ shape, ornament, ribbon }: FullEmblem, cloth: Body): readonly EmblemPart[] {
  if (ornament === 'none') return [];
  if (ornament === 'laurel' || ornament === 'stars') {
    const lift = ribbon === 'banner' ? 9 : 0;
    const { centre } = symbolPlaces[shape];
    const place = { ...cloth, scale: cloth.scale / 0.96, y: cloth.y + (centre - 32 - lift) * cloth.scale };
    return [centred('ornament', ornament === 'laurel' ? laurel : stars, place)];
  }
  return [centred('pattern', patternOf(shape, ornament), { ...cloth, scale: cloth.scale * 0.97 })];
}

function patternOf(shape: Emblem['shape'], pattern: 'rays' | 'panel' | 'halves'): string {
  if (pattern === 'rays') return rays(symbolPlaces[shape].centre, rayReach[shape]);
  return pattern === 'halves' ? rightHalves[shape] : panels[shape];
}

/** How far rays may go without leaving the outline. */
const rayReach: Readonly<Record<Emblem['shape'], number>> = {
  circle: 27.5,
  shield: 24.5,
  hexagon: 24.5,
  star: 24,
  diamond: 20.5,
  leaf: 23,
};

/** The outlines are the same left and right; this is the right half of each. */
const rightHalves: Readonly<Record<Emblem['shape'], string>> = {
  circle: 'M32 3a29 29 0 0 1 0 58z',
  shield: 'M32 3.500C40 8 48 10 57 10.500V30C57 46 46 56 32 61z',
  hexagon: 'M32 2.500L57.500 17.250V46.750L32 61.500z',
  star: scallops(10, 30, 25.5, 11),
  diamond: 'M32 1.500L62.500 32L32 62.500z',
  leaf: 'M32 2C48 9 59 22 58.500 38C58 52 46 62 32 62z',
};

/** A smaller cloth sewn on the cloth. */
const panels: Readonly<Record<Emblem['shape'], string>> = {
  circle: 'M32 11.500a20.500 20.500 0 1 1 0 41a20.500 20.500 0 1 1 0-41z',
  shield:
    'M15 15.500C21 15 27 13.500 32 11C37 13.500 43 15 49 15.500V30C49 41 41.500 48.500 32 52.500C22.500 48.500 15 41 15 30z',
  hexagon: 'M32 11L50 21.500V42.500L32 53L14 42.500V21.500z',
  star: 'M32 12a20 20 0 1 1 0 40a20 20 0 1 1 0-40z',
  diamond: 'M32 10.500L53.500 32L32 53.500L10.500 32z',
  leaf: 'M32 13C43 18.500 50.500 27.500 50.500 38.500C50.500 48 42.500 54.500 32 54.500C21.500 54.500 13.500 48 13.500 38.500C13.500 27.500 21 18.500 32 13z',
};

/** Wedges about (32, centre), as wide as the gaps between them. */
function rays(centre: number, reach: number, count = 12): string {
  const at = (step: number) => onCircle(32, centre, reach, (step * Math.PI) / count);
  return Array.from(
    { length: count },
    (_, index) => `M32 ${centre}L${at(2 * index - 0.5)}L${at(2 * index + 0.5)}z`,
  ).join('');
}

function onCircle(x: number, y: number, radius: number, angle: number): string {
  return `${(x + radius * Math.sin(angle)).toFixed(2)} ${(y - radius * Math.cos(angle)).toFixed(2)}`;
}

/** Two branches that meet below the symbol. */
const laurel = [-1, 1]
  .flatMap((side) => [0, 1, 2, 3, 4].map((step) => laurelLeaf(side, (0.16 + step * 0.135) * Math.PI)))
  .join('');

/** A pointed leaf on a circle about the middle, `angle` up from straight below. */
function laurelLeaf(side: number, angle: number): string {
  const root = onCircle(32, 32, 18.8, Math.PI - side * (angle - 0.12));
  const tip = onCircle(32, 32, 18, Math.PI - side * (angle + 0.36));
  const outside = onCircle(32, 32, 23, Math.PI - side * (angle + 0.14));
  const inside = onCircle(32, 32, 14.6, Math.PI - side * (angle + 0.14));
  return `M${root}Q${outside} ${tip}Q${inside} ${root}z`;
}

/** Three stars in a row below the symbol, the middle one larger. */
const stars = [
  [23.3, 46, 3.3],
  [32, 48.2, 4.3],
  [40.7, 46, 3.3],
]
  .map(([x, y, radius]) => fivePoints(x, y, radius))
  .join('');

function fivePoints(x: number, y: number, radius: number): string {
  const corners = Array.from({ length: 10 }, (_, index) =>
    onCircle(x, y, index % 2 === 0 ? radius : radius * 0.45, (index * Math.PI) / 5),
  );
  return `M${corners.join('L')}z`;
}

function ribbonBehind(ribbon: FullEmblem['ribbon']): readonly EmblemPart[] {
  if (ribbon === 'tails')
    return [
      placed('ribbon', 'M18 38L11.500 60.500L18.300 57.800L23.300 62.800L31 40z'),
      placed('ribbon', 'M46 38L52.500 60.500L45.700 57.800L40.700 62.800L33 40z'),
    ];
  return ribbon === 'rosette' ? [placed('ribbon', pleats)] : [];
}

function ribbonBefore(ribbon: FullEmblem['ribbon']): readonly EmblemPart[] {
  if (ribbon !== 'banner') return [];
  return [
    placed('ribbon-fold', 'M1.500 51H15V62H1.500L5.500 56.500z'),
    placed('ribbon-fold', 'M62.500 51H49V62H62.500L58.500 56.500z'),
    placed('ribbon', 'M9.500 46.500Q32 50.500 54.500 46.500V58.500Q32 62.500 9.500 58.500z'),
  ];
}

/** A part that already stands where it belongs. */
function placed(role: PartRole, path: string): EmblemPart {
  return { role, path, x: 0, y: 0, scale: 1 };
}

const pleats = scallops(18, 31, 27);
