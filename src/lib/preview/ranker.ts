import { badgeColumns, badgeRateColumn } from '#lib/domain/badges/chance-inputs.ts';
import { promise } from '#lib/domain/badges/promise.ts';
import type { StudentScorer } from '#lib/ml/distil/scorer.ts';
import type { PreviewBadge } from './data.ts';

/** How many columns each badge brings. */
export const ownColumns = badgeColumns.length - badgeRateColumn;

/**
 * Scores and orders the same badges again and again. The caller writes what is known into the arrays; nothing is
 * allocated from then on.
 */
export interface Ranker {
  /** What all badges share. */
  readonly learner: Float64Array;
  /** badges × ownColumns, row-major. */
  readonly rows: Float64Array;
  /** 0 to 1, one a badge. */
  readonly progress: Float64Array;
  /** 1 where the rule is met: then the chance is 1 whatever the model says. */
  readonly isMet: Uint8Array;
  /** The chances; without a model NaN. */
  readonly chances: Float64Array;
  /** The places of the badges, the most promising first; equal ones in the order given. Rewritten by the next call. */
  rank(): Int32Array;
}

export function openRanker(
  badges: readonly Pick<PreviewBadge, 'liveRarity' | 'effortDays'>[],
  scorer: StudentScorer | null,
): Ranker {
  const count = badges.length;
  const learner = new Float64Array(badgeRateColumn);
  const rows = new Float64Array(count * ownColumns);
  const progress = new Float64Array(count);
  const isMet = new Uint8Array(count);
  const chances = new Float64Array(count).fill(NaN);
  const promises = new Float64Array(count);
  const order = Int32Array.from(badges.keys());
  const rank = () => {
    scorer?.scoreInto(learner, rows, count, chances);
    for (let i = 0; i < count; i++) {
      const { liveRarity: rarity, effortDays } = badges[i];
      if (scorer && isMet[i] === 1) chances[i] = 1;
      promises[i] = promise({
        rarity,
        effortDays,
        progress: progress[i],
        chance: scorer ? chances[i] : null,
      });
    }
    sortByPromise(order, promises);
    return order;
  };
  return { learner, rows, progress, isMet, chances, rank };
}

/** By insertion, from where the last order left them: a finger that moves a little changes the order a little. */
function sortByPromise(order: Int32Array, promises: Float64Array): void {
  for (let i = 1; i < order.length; i++) {
    const badge = order[i];
    let at = i;
    for (; at > 0 && isBefore(badge, order[at - 1], promises); at--) order[at] = order[at - 1];
    order[at] = badge;
  }
}

function isBefore(a: number, b: number, promises: Float64Array): boolean {
  return promises[a] === promises[b] ? a < b : promises[a] > promises[b];
}
