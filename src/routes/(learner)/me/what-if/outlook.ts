import { formatSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { Emblem, Rarity } from '#lib/domain/badges/badge.ts';
import { type DeedBound, deedKinds, type Deeds } from '#lib/domain/what-if/deeds.ts';
import type { Locale } from '#lib/i18n/index.ts';
import { missingSentence } from '#lib/i18n/measures.ts';
import type { PreviewBadge, PreviewData } from '#lib/preview/data.ts';
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

export type AskOutlook = (choice: { readonly by: By; readonly deeds: Deeds }) => Outlook;

/** One outlook alone; see openOutlooks. @throws RangeError for deeds beyond the bounds */
export function outlookOf(
  data: PreviewData,
  preview: Preview,
  choice: { readonly by: By; readonly deeds: Deeds },
  locale: Locale,
): Outlook {
  return openOutlooks(data, preview, locale)(choice);
}

/** What is the same for all choices up to one day. */
interface Frame {
  readonly bounds: readonly DeedBound[];
  readonly usual: Deeds;
  /** How the badges stand after usual weeks, the most promising first. */
  readonly ranked: readonly PreviewedBadge[];
  /** The same by badge. */
  readonly usually: ReadonlyMap<string, PreviewedBadge>;
}

/** One outlook after the other: what usual weeks bring is reckoned once for each time. */
export function openOutlooks(data: PreviewData, preview: Preview, locale: Locale): AskOutlook {
  const known = new Map(data.badges.map((badge) => [badge.id, badge]));
  const nameOf = (badgeId: string) => known.get(badgeId)?.name ?? data.otherNames[badgeId] ?? badgeId;
  const frames = new Map<SchoolDay, Frame>();
  const frameOf = (until: SchoolDay): Frame => {
    const frame = frames.get(until) ?? openFrame(preview, until);
    frames.set(until, frame);
    return frame;
  };
  return ({ by, deeds }) => {
    const until = untilOf(by, preview.today);
    const { bounds, usual, usually, ...frame } = frameOf(until);
    const ranked = isSame(deeds, usual) ? frame.ranked : preview.rank(deeds, until);
    return {
      by,
      lastDay: formatSchoolDay(until - 1),
      bounds,
      usual,
      deeds,
      hasModel: ranked.some(({ chance }) => chance !== null),
      badges: ranked.flatMap((one) => {
        const badge = known.get(one.badgeId);
        const before = usually.get(one.badgeId);
        if (!badge || !before) return [];
        const sentences = () => one.missing.map((part) => missingSentence(locale, part, nameOf));
        return outlookBadge(badge, one, before, sentences);
      }),
    };
  };
}

function isSame(a: Deeds, b: Deeds): boolean {
  return deedKinds.every((deed) => a[deed] === b[deed]);
}

function openFrame(preview: Preview, until: SchoolDay): Frame {
  const usual = preview.usual(until);
  const ranked = preview.rank(usual, until);
  return {
    bounds: preview.bounds(until),
    usual,
    ranked,
    usually: new Map(ranked.map((one) => [one.badgeId, one])),
  };
}

function outlookBadge(
  { id, name, emblem, liveRarity: rarity }: PreviewBadge,
  one: PreviewedBadge,
  before: PreviewedBadge,
  sentences: () => readonly string[],
): OutlookBadge {
  return {
    ...{ id, name, emblem, rarity },
    value: valueOf(one),
    usually: valueOf(before),
    isMet: one.isMet,
    isMetUsually: before.isMet,
    // A list shows a few of its badges: the sentences of the others need no writing.
    get missing() {
      return sentences();
    },
  };
}

function valueOf({ chance, progress }: PreviewedBadge): number {
  return chance ?? progress;
}
