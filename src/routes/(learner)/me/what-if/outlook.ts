import { formatSchoolDay } from '#lib/domain/activity/school-day.ts';
import type { Emblem, Rarity } from '#lib/domain/badges/badge.ts';
import type { DeedBound, Deeds } from '#lib/domain/what-if/deeds.ts';
import type { Locale } from '#lib/i18n/index.ts';
import { missingSentence } from '#lib/i18n/measures.ts';
import type { PreviewData } from '#lib/preview/data.ts';
import type { Preview, PreviewedBadge } from '#lib/preview/preview.ts';
import { type By, untilOf } from './choice.ts';

/** Every open badge, were these deeds done: what the panel shows, whoever reckoned it. */
export interface Outlook {
  readonly by: By;
  /** The last day counted in, yyyy-mm-dd. */
  readonly lastDay: string;
  readonly bounds: readonly DeedBound[];
  readonly usual: Deeds;
  readonly deeds: Deeds;
  /** False: there is no small model, and values are progress instead of chances. */
  readonly hasModel: boolean;
  /** The most promising first. */
  readonly badges: readonly OutlookBadge[];
}

export interface OutlookBadge {
  readonly id: string;
  readonly name: string;
  readonly emblem: Emblem;
  readonly rarity: Rarity;
  /** Chance, or progress without a model; 0 to 1. */
  readonly value: number;
  /** The same in usual weeks. */
  readonly usually: number;
  readonly isMet: boolean;
  readonly isMetUsually: boolean;
  /** One sentence each; empty when met. */
  readonly missing: readonly string[];
}

/** @throws RangeError for deeds beyond the bounds */
export function outlookOf(
  data: PreviewData,
  preview: Preview,
  { by, deeds }: { readonly by: By; readonly deeds: Deeds },
  locale: Locale,
): Outlook {
  const until = untilOf(by, preview.today);
  const usual = preview.usual(until);
  const known = new Map(data.badges.map((badge) => [badge.id, badge]));
  const nameOf = (badgeId: string) => known.get(badgeId)?.name ?? data.otherNames[badgeId] ?? badgeId;
  const usually = new Map(preview.rank(usual, until).map((one) => [one.badgeId, one]));
  const ranked = preview.rank(deeds, until);
  return {
    by,
    lastDay: formatSchoolDay(until - 1),
    bounds: preview.bounds(until),
    usual,
    deeds,
    hasModel: ranked.some(({ chance }) => chance !== null),
    badges: ranked.flatMap((one) => {
      const badge = known.get(one.badgeId);
      const before = usually.get(one.badgeId);
      if (!badge || !before) return [];
      return {
        id: badge.id,
        name: badge.name,
        emblem: badge.emblem,
        rarity: badge.liveRarity,
        value: valueOf(one),
        usually: valueOf(before),
        isMet: one.isMet,
        isMetUsually: before.isMet,
        missing: one.missing.map((part) => missingSentence(locale, part, nameOf)),
      };
    }),
  };
}

function valueOf({ chance, progress }: PreviewedBadge): number {
  return chance ?? progress;
}
