import type { Locale } from '#lib/i18n/index.ts';
import type { PreviewData } from '#lib/preview/data.ts';
import type { DeedShare, PreviewReason } from '#lib/preview/preview.ts';
import type { Supposition } from './desk.ts';
import type { Outlook, OutlookBadge } from './outlook.ts';

/** What the page says to the worker that holds the desk. */
export type ToDesk =
  | {
      readonly kind: 'open';
      readonly data: PreviewData;
      /** The file of the small model; null without one. */
      readonly student: Uint8Array | null;
      readonly locale: Locale;
    }
  | { readonly kind: 'ask'; readonly id: number; readonly question: Question }
  /** Nobody wants the answer to question `id` any more. */
  | { readonly kind: 'drop'; readonly id: number };

export type Question =
  | { readonly kind: 'outlook'; readonly supposed: Supposition }
  | { readonly kind: 'reasons'; readonly badgeId: string; readonly supposed: Supposition }
  | { readonly kind: 'shares'; readonly badgeId: string; readonly supposed: Supposition };

/** What it answers. */
export type FromDesk =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: Answers[Question['kind']] }
  /** `id` null: the desk could not be opened. */
  | { readonly kind: 'failed'; readonly id: number | null; readonly reason: string };

export interface Answers {
  readonly outlook: PlainOutlook;
  readonly reasons: readonly PreviewReason[];
  readonly shares: readonly DeedShare[] | null;
}

/** An outlook without what the page knows of each badge anyway: it is sent with every move of a finger. */
export interface PlainOutlook extends Omit<Outlook, 'badges'> {
  readonly badges: readonly Omit<OutlookBadge, 'name' | 'emblem' | 'rarity'>[];
}
