import type { Emblem } from './badge.ts';

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
