import {
  accentColour,
  contrast,
  legendaryMark,
  mixed,
  paletteColours,
  patternStrength,
} from '../../src/lib/components/emblem-colours.ts';
import { drawEmblem, type EmblemPart } from '../../src/lib/components/emblem-drawing.ts';
import type { EmblemDesign } from '../../src/lib/domain/badges/index.ts';
import { coverage } from './raster.ts';

/** Whether a small emblem can still be read. */
export interface Legibility {
  /** The least contrast of the symbol with what lies behind it, 1 to 21. */
  readonly contrast: number;
  /** Pixels that the symbol covers. */
  readonly symbolPixels: number;
  /** Share of the symbol in its largest piece of touching pixels, 0 to 1. */
  readonly inOnePiece: number;
  /** Share of the symbol that lies on the cloth, and not on its rim, its banner or beyond. */
  readonly onCloth: number;
}

export const smallest = 24;
/** Bounds at 24 pixels: 3 : 1 as WCAG 2.2 asks of pictures (1.4.11); as much symbol as the slightest emblem without dress (a bolt on a diamond); on the cloth, not beside it. */
export const legibleFrom: Legibility = { contrast: 3, symbolPixels: 17, inOnePiece: 0.6, onCloth: 0.97 };

export function isLegible(measured: Legibility): boolean {
  return (
    measured.contrast >= legibleFrom.contrast &&
    measured.symbolPixels >= legibleFrom.symbolPixels &&
    measured.inOnePiece >= legibleFrom.inOnePiece &&
    measured.onCloth >= legibleFrom.onCloth
  );
}

/** Draws the emblem at 24 pixels and looks at its symbol. */
export function legibility({ emblem, rarity }: EmblemDesign): Legibility {
  const parts = drawEmblem(emblem, { rarity, size: smallest });
  const symbol = rastered(parts, 'symbol');
  const cloth = rastered(parts, 'cloth');
  const banner = emblem.ribbon === 'banner' ? rastered(parts, 'ribbon') : new Float64Array(cloth.length);
  const area = sum(symbol);
  const seated = sum(symbol.map((share, i) => Math.min(share, cloth[i] * (1 - banner[i]) + 1e-9)));
  return {
    contrast: leastContrast({ emblem, rarity }),
    symbolPixels: area,
    inOnePiece: largestPiece(symbol) / area,
    onCloth: seated / area,
  };
}

/** On the cloth, and on the pattern that larger drawings lay under it. */
function leastContrast({ emblem, rarity }: EmblemDesign): number {
  const { cloth, mark } = paletteColours[emblem.palette];
  const symbol = rarity === 'legendary' ? legendaryMark : mark;
  const pattern = mixed(accentColour(emblem.accent, emblem.palette), cloth, patternStrength);
  const isPatterned =
    emblem.ornament === 'rays' || emblem.ornament === 'panel' || emblem.ornament === 'halves';
  return Math.min(contrast(symbol, cloth), isPatterned ? contrast(symbol, pattern) : Infinity);
}

function rastered(parts: readonly EmblemPart[], role: EmblemPart['role']): Float64Array {
  const found = parts.find((part) => part.role === role);
  if (!found) throw new Error(`parts: expected a ${role}, got ${parts.map((part) => part.role).join()}`);
  return coverage(found, smallest, role === 'symbol' ? 'evenodd' : 'nonzero');
}

/** Area of the largest group of pixels at least a third covered that touch, corners included. */
function largestPiece(covered: Float64Array): number {
  const open = new Set(Array.from(covered.keys()).filter((at) => covered[at] >= 1 / 3));
  let largest = 0;
  for (const start of open) {
    const waiting = [start];
    open.delete(start);
    let area = 0;
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      area += covered[at];
      for (const next of neighbours(at).filter((one) => open.has(one))) {
        open.delete(next);
        waiting.push(next);
      }
    }
    largest = Math.max(largest, area);
  }
  return largest;
}

function neighbours(at: number): readonly number[] {
  return [-1, 0, 1]
    .flatMap((line) => [-1, 0, 1].map((column) => at + line * smallest + column))
    .filter((next) => Math.abs((next % smallest) - (at % smallest)) <= 1);
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
