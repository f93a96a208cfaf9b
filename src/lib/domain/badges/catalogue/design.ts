import type { Badge, BadgeFamily, Comparison, Criterion, Emblem, Rarity } from '../badge.ts';
import { storedEmblem } from '../emblem.ts';
import { familyPalettes, houseBorders, houseRibbons, houseShapes } from '../house-style.ts';

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

/** The rarer, the richer: bare cloth, then the family's border, then a ribbon, then gold and rays. */
function emblemOf(family: BadgeFamily, { rarity, symbol, shape = houseShapes[rarity][0] }: Design): Emblem {
  const palette = familyPalettes[family];
  const plain = { shape, symbol, palette };
  const bordered = { ...plain, border: houseBorders[palette][0] };
  const ribbon = houseRibbons[shape].find((one) => one !== 'none') ?? 'none';
  if (rarity === 'common') return plain;
  if (rarity === 'rare') return bordered;
  if (rarity === 'epic') return storedEmblem({ ...bordered, ribbon, accent: 'silver' });
  return storedEmblem({ ...bordered, ribbon, accent: 'gold', ornament: 'rays' });
}

export function badgeOf(family: BadgeFamily, design: Design): Badge {
  const { id, rarity, tierOf, name, description, criterion, effortDays } = design;
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
    emblem: emblemOf(family, design),
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
