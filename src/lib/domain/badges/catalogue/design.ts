import type { Badge, BadgeFamily, Comparison, Criterion, Emblem, Rarity } from '../badge.ts';

/** A badge of the catalogue as its maker writes it. */
export interface Design {
  readonly id: string;
  readonly rarity: Rarity;
  /** Its series and tier, such as `['hearth', 2]`; absent when it stands alone. */
  readonly tierOf?: readonly [series: string, tier: number];
  readonly name: Badge['name'];
  readonly description: Badge['description'];
  readonly criterion: Criterion;
  readonly symbol: Emblem['symbol'];
  readonly shape?: Emblem['shape'];
  readonly effortDays: number;
  readonly isConsequential?: boolean;
  /** True: the first threshold is set from the school's own history, so that the rarity holds. */
  readonly isTuned: boolean;
}

const shapes: Readonly<Record<Rarity, Emblem['shape']>> = {
  common: 'circle',
  rare: 'hexagon',
  epic: 'shield',
  legendary: 'star',
};

const palettes: Readonly<Record<BadgeFamily, Emblem['palette']>> = {
  constancy: 'amber',
  growth: 'green',
  mastery: 'blue',
  collaboration: 'teal',
  courage: 'coral',
};

export function badgeOf(family: BadgeFamily, design: Design): Badge {
  const { id, rarity, tierOf, name, description, criterion, symbol, effortDays } = design;
  return {
    id,
    family,
    rarity,
    tier: tierOf?.[1] ?? 1,
    series: tierOf?.[0] ?? null,
    name,
    description,
    criterion,
    isConsequential: design.isConsequential ?? false,
    effortDays,
    emblem: { shape: design.shape ?? shapes[rarity], symbol, palette: palettes[family] },
  };
}

function leaf(measure: string, window: number | null, is: Comparison, value: number): Criterion {
  return { measure, window, is, value };
}

/** `atLeast('active-days', 28, 12)`; a window of null looks at the whole past, or at the day itself. */
export function atLeast(measure: string, window: number | null, value: number): Criterion {
  return leaf(measure, window, 'at-least', value);
}

export function atMost(measure: string, window: number | null, value: number): Criterion {
  return leaf(measure, window, 'at-most', value);
}
