import type { FullEmblem } from '#lib/domain/badges/badge.ts';

/** A colour on a light page and on a dark one. */
export interface TwoToned {
  readonly light: string;
  readonly dark: string;
}

export interface PaletteColours {
  readonly cloth: string;
  /** Parts the cloth from a page of either brightness by 3 : 1. */
  readonly rim: TwoToned;
  /** The symbol: 4.5 : 1 on the cloth. */
  readonly mark: string;
  /** The lighter tone of the same colour. */
  readonly tone: string;
}

export const paletteColours: Readonly<Record<FullEmblem['palette'], PaletteColours>> = {
  amber: {
    cloth: '#935400',
    rim: { light: '#5f3600', dark: '#e7b257' },
    mark: '#fff2d2',
    tone: '#dc9f45',
  },
  green: {
    cloth: '#2f6b3a',
    rim: { light: '#1b4424', dark: '#8fcf98' },
    mark: '#ecf8df',
    tone: '#83bd8a',
  },
  blue: {
    cloth: '#23588c',
    rim: { light: '#143757', dark: '#8dbfec' },
    mark: '#e6f2fd',
    tone: '#80afdd',
  },
  plum: {
    cloth: '#6b3a72',
    rim: { light: '#46224c', dark: '#d3a1db' },
    mark: '#f9e9fb',
    tone: '#bb8fc3',
  },
  coral: {
    cloth: '#a13e36',
    rim: { light: '#702620', dark: '#f2a096' },
    mark: '#ffebe5',
    tone: '#e0948a',
  },
  teal: {
    cloth: '#126565',
    rim: { light: '#0a4344', dark: '#7fcfcc' },
    mark: '#def6f3',
    tone: '#71b5b3',
  },
};

const accents: Readonly<Record<Exclude<FullEmblem['accent'], 'tone'>, string>> = {
  ivory: '#f5ead2',
  bronze: '#d79b66',
  silver: '#cdd5de',
  gold: '#e9bd52',
};

export function accentColour(accent: FullEmblem['accent'], palette: FullEmblem['palette']): string {
  return accent === 'tone' ? paletteColours[palette].tone : accents[accent];
}

/** The symbol of a legendary badge. */
export const legendaryMark = '#ffdf8f';

/** How much of the accent a pattern lets through to the cloth under the symbol. */
export const patternStrength = 0.22;

/** `over` at some strength on `under`, as the page mixes them. */
export function mixed(over: string, under: string, strength: number): string {
  const parts = channels(over).map((part, index) =>
    Math.round(part * strength + channels(under)[index] * (1 - strength)),
  );
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

/**
 * Contrast of two colours, 1 to 21.
 * @see WCAG 2.2, "contrast ratio" and "relative luminance"
 */
export function contrast(one: string, other: string): number {
  const [darker, lighter] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = channels(colour).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channels(colour: string): readonly number[] {
  if (!/^#[0-9a-f]{6}$/.test(colour)) throw new RangeError(`colour: expected #rrggbb, got ${colour}`);
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}
