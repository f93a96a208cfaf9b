import type { Deeds } from '#lib/domain/what-if/deeds.ts';
import type { Locale } from '#lib/i18n/index.ts';
import type { Student } from '#lib/ml/distil/student.ts';
import type { PreviewData } from '#lib/preview/data.ts';
import { openPreview } from '#lib/preview/open-preview.ts';
import type { DeedShare, PreviewReason } from '#lib/preview/preview.ts';
import { openQuickScorer } from '#lib/preview/quick-scorer.ts';
import { type By, fitted, untilOf } from './choice.ts';
import { inSlices } from './in-slices.ts';
import { openOutlooks, type Outlook } from './outlook.ts';

/** What a learner supposes: these deeds, or the usual ones where there are none, done by then. */
export interface Supposition {
  readonly by: By;
  readonly deeds: Deeds | null;
}

/** Answers the panel from the learner's own data, without asking anybody. */
export interface Desk {
  /** Deeds beyond what is possible by then are taken as far as they are. */
  outlook(supposed: Supposition): Outlook;
  /** The largest effect first; empty without a model, and where the rule is met. */
  reasons(badgeId: string, supposed: Supposition): readonly PreviewReason[];
  /** Those that move anything, the largest first; null when the answer is no longer wanted. */
  shares(badgeId: string, supposed: Supposition, unwanted: AbortSignal): Promise<readonly DeedShare[] | null>;
  /** Counts faster from then on where this place has SIMD. */
  quicken(): Promise<void>;
}

const leastShare = 0.005;

/** @throws TypeError for data or a model of another version */
export function openDesk(data: PreviewData, student: Student | null, locale: Locale): Desk {
  const scorer = student && openQuickScorer(student);
  const preview = openPreview(data, student, scorer);
  let ask = openOutlooks(data, preview, locale);
  const possible = ({ by, deeds }: Supposition): readonly [Deeds, number] => {
    const until = untilOf(by, preview.today);
    return [deeds ? fitted(deeds, preview.bounds(until)) : preview.usual(until), until];
  };
  return {
    outlook: (supposed) => ask({ by: supposed.by, deeds: possible(supposed)[0] }),
    reasons: (badgeId, supposed) => preview.reasons(badgeId, ...possible(supposed)),
    shares: async (badgeId, supposed, unwanted) => {
      const all = await inSlices(preview.sharesByTurns(badgeId, ...possible(supposed)), unwanted);
      return all && all.filter(({ effect }) => Math.abs(effect) >= leastShare);
    },
    quicken: async () => {
      // Anew, so that usual weeks and the others are counted in the same way.
      if (await scorer?.quicken()) ask = openOutlooks(data, preview, locale);
    },
  };
}
