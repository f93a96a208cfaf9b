import { whenIdle } from '#lib/client/idle.ts';
import type { Deeds } from '#lib/domain/what-if/deeds.ts';
import type { Locale } from '#lib/i18n/index.ts';
import { decodeStudent } from '#lib/ml/distil/flat-file.ts';
import { checkPreviewData } from '#lib/preview/data.ts';
import { openPreview } from '#lib/preview/open-preview.ts';
import type { DeedShare, PreviewReason } from '#lib/preview/preview.ts';
import { openQuickScorer } from '#lib/preview/quick-scorer.ts';
import { betweenFrames } from './between-frames.ts';
import { type By, fitted, untilOf } from './choice.ts';
import { openOutlooks, type Outlook } from './outlook.ts';

/** The panel's answers, given on this device: after opening it nothing is asked of the server. */
export interface Device {
  usual(by: By): Deeds;
  /** The same deeds as far as they are possible by then. */
  fit(by: By, deeds: Deeds): Deeds;
  outlook(by: By, deeds: Deeds): Outlook;
  why(badgeId: string, by: By, deeds: Deeds): Why;
}

export interface Why {
  /** The largest effect first; empty without a model, and where the rule is met. */
  readonly reasons: readonly PreviewReason[];
  /** Those that move anything, the largest first; null when the answer is no longer wanted. */
  shares(unwanted: AbortSignal): Promise<readonly DeedShare[] | null>;
}

const leastShare = 0.005;

/** Fetches the learner's own data and the small model. @throws when either cannot be had or is of another version */
export async function openDevice(locale: Locale): Promise<Device> {
  const data = checkPreviewData(await (await fetched('/me/preview.json')).json());
  const student = data.model ? decodeStudent(await bytesOf(data.model.url)) : null;
  const scorer = student && openQuickScorer(student);
  const preview = openPreview(data, student, scorer);
  let ask = openOutlooks(data, preview, locale);
  whenIdle(async () => {
    // Anew, so that usual weeks and the others are counted in the same way.
    if (await scorer?.quicken()) ask = openOutlooks(data, preview, locale);
  });
  const untilBy = (by: By) => untilOf(by, preview.today);
  return {
    usual: (by) => preview.usual(untilBy(by)),
    fit: (by, deeds) => fitted(deeds, preview.bounds(untilBy(by))),
    outlook: (by, deeds) => ask({ by, deeds }),
    why: (badgeId, by, deeds) => ({
      reasons: preview.reasons(badgeId, deeds, untilBy(by)),
      shares: async (unwanted) => {
        const all = await betweenFrames(preview.sharesByTurns(badgeId, deeds, untilBy(by)), unwanted);
        return all && all.filter(({ effect }) => Math.abs(effect) >= leastShare);
      },
    }),
  };
}

async function fetched(path: string): Promise<Response> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: expected status 200, got ${response.status}`);
  return response;
}

async function bytesOf(path: string): Promise<Uint8Array> {
  return new Uint8Array(await (await fetched(path)).arrayBuffer());
}
