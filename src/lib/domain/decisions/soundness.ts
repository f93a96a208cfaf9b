import { addToRollups, foldEvent, rollupKey } from '../activity/fold.ts';
import type { DailyRollup } from '../activity/rollup.ts';
import { asActivityEvent, type EvidenceEvent } from './evidence-event.ts';

/** The rollups as they would be had the doubtful events never come. Half-hour slots stay: they may hold sound work. */
export function withoutDoubtful(
  rollups: readonly DailyRollup[],
  doubtful: readonly EvidenceEvent[],
  timeZone: string,
): DailyRollup[] {
  const learnerId = rollups[0]?.learnerId ?? 0;
  const taken = new Map<string, DailyRollup>();
  for (const event of doubtful) {
    const owner = { learnerId, classId: event.classId, timeZone };
    addToRollups(taken, { ...foldEvent(asActivityEvent(event), owner), day: event.day });
  }
  return rollups.flatMap((rollup) => {
    const less = taken.get(rollupKey(rollup));
    return less ? difference(rollup, less) : [rollup];
  });
}

/** Nothing when all of it was doubtful. */
function difference(rollup: DailyRollup, less: DailyRollup): DailyRollup[] {
  if (less.count >= rollup.count) return [];
  const left = (field: 'quantity' | 'seconds' | 'scoreSum' | 'scoreCount' | 'dueCount' | 'lateCount') =>
    Math.max(0, rollup[field] - less[field]);
  return [
    {
      ...rollup,
      count: rollup.count - less.count,
      quantity: left('quantity'),
      seconds: left('seconds'),
      scoreSum: left('scoreSum'),
      scoreCount: left('scoreCount'),
      dueCount: left('dueCount'),
      lateCount: left('lateCount'),
      leadDaysSum: rollup.leadDaysSum - less.leadDaysSum,
    },
  ];
}
