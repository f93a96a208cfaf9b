import type { Badge, BadgeFamily, Emblem, Rarity } from '#lib/domain/badges/badge.ts';
import type { Locale } from '#lib/i18n/index.ts';
import { holdersShare } from '../awards/awards.ts';
import { allBadges, type StoredBadge } from '../awards/badges.ts';
import type { SchoolScope } from '../platform/db/client.ts';

/** A badge in one language, as pages show it. */
export interface BadgeView {
  readonly id: string;
  readonly family: BadgeFamily;
  /** By the share of learners who hold it today; as declared until somebody does. */
  readonly rarity: Rarity;
  readonly name: string;
  readonly description: string;
  readonly emblem: Emblem;
  /** Share of the school's learners who hold it, 0 to 1. */
  readonly share: number;
}

/** The school's badges, retired ones included, since awards of theirs may still be held. */
export interface BadgeShelf {
  readonly stored: readonly StoredBadge[];
  view(badgeId: string): BadgeView;
  nameOf(badgeId: string): string;
}

export async function loadShelf(scope: SchoolScope, locale: Locale): Promise<BadgeShelf> {
  const stored = await allBadges(scope);
  const holders = await holdersShare(scope);
  const known = new Map(stored.map(({ badge }) => [badge.id, badge]));
  const find = (badgeId: string): Badge => {
    const found = known.get(badgeId);
    if (!found) throw new Error(`badge: expected one of the school's badges, got ${badgeId}`);
    return found;
  };
  return {
    stored,
    view: (badgeId) => {
      const { id, family, rarity, name, description, emblem } = find(badgeId);
      const held = holders.get(badgeId);
      return {
        id,
        family,
        rarity: held?.rarity ?? rarity,
        name: name[locale],
        description: description[locale],
        emblem,
        share: held?.share ?? 0,
      };
    },
    nameOf: (badgeId) => find(badgeId).name[locale],
  };
}
