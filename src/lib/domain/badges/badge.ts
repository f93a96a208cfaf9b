import type { Bilingual } from '../features/feature.ts';

export const badgeFamilies = ['constancy', 'growth', 'mastery', 'collaboration', 'courage'] as const;
export type BadgeFamily = (typeof badgeFamilies)[number];

export const rarities = ['common', 'rare', 'epic', 'legendary'] as const;
export type Rarity = (typeof rarities)[number];

export type Comparison = 'at-least' | 'at-most' | 'more-than' | 'less-than';

/** A rule as data. `measure` names a measure of domain/features, `window` the days looked back. */
export type Criterion =
  | { readonly all: readonly Criterion[] }
  | { readonly any: readonly Criterion[] }
  | { readonly not: Criterion }
  | { readonly atLeast: number; readonly of: readonly Criterion[] }
  | {
      readonly measure: string;
      readonly window: number | null;
      readonly is: Comparison;
      readonly value: number;
    }
  | { readonly holds: string }
  /** Each step met on a later day than the one before, all within so many days. */
  | { readonly sequence: readonly Criterion[]; readonly withinDays: number };

export interface Badge {
  readonly id: string;
  readonly family: BadgeFamily;
  readonly rarity: Rarity;
  /** 1 for the first of a series. */
  readonly tier: number;
  /** Badges of one series share it; null when the badge stands alone. */
  readonly series: string | null;
  readonly name: Bilingual;
  readonly description: Bilingual;
  readonly criterion: Criterion;
  /** Always decided by a teacher. */
  readonly isConsequential: boolean;
  /** Usual days of work it takes, for "value for effort". */
  readonly effortDays: number;
  readonly emblem: Emblem;
}

/**
 * The parametric emblem: everything a page needs to draw the badge as SVG. What is optional came later; left out, the
 * badge looks as it did before: a plain rim, no ribbon, no ornament, accents in a lighter tone of its own colour.
 */
export interface Emblem {
  readonly shape: 'circle' | 'shield' | 'hexagon' | 'star' | 'diamond' | 'leaf';
  readonly symbol:
    | 'flame'
    | 'sprout'
    | 'peak'
    | 'hands'
    | 'heart'
    | 'book'
    | 'bolt'
    | 'moon'
    | 'key'
    | 'compass'
    | 'bridge'
    | 'crown';
  readonly palette: 'amber' | 'green' | 'blue' | 'plum' | 'coral' | 'teal';
  readonly border?: 'plain' | 'band' | 'double' | 'beads' | 'rope';
  readonly ribbon?: 'none' | 'tails' | 'banner' | 'rosette';
  readonly ornament?: 'none' | 'rays' | 'panel' | 'halves' | 'laurel' | 'stars';
  /** The second colour: of border, ribbon and ornament. */
  readonly accent?: 'tone' | 'ivory' | 'bronze' | 'silver' | 'gold';
}

/** An emblem with every attribute said. */
export type FullEmblem = Required<Emblem>;
