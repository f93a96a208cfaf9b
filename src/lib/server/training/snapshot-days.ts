import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import { horizonDays } from '#lib/domain/badges/chance-inputs.ts';
import { type Part, TooLittleData } from './dataset.ts';

const mostSnapshots = 26;
const leastSnapshots = 6;

export interface SnapshotDay {
  readonly day: SchoolDay;
  readonly part: Part;
}

/**
 * The days to learn from, oldest first: one horizon apart, so that no two labels of a learner share a day, the newest with its label closed at `today`. The newest fifth
 * judges, the fifth before it calibrates, the rest trains; each label closes before the next part begins.
 * @throws TooLittleData when the past is too short
 */
export function snapshotDays(firstDay: SchoolDay, today: SchoolDay): SnapshotDay[] {
  const count = Math.min(mostSnapshots, Math.floor((today - firstDay) / horizonDays) - 1);
  if (!(count >= leastSnapshots)) {
    const needed = (leastSnapshots + 1) * horizonDays;
    throw new TooLittleData(`history: expected at least ${needed} days of activity, got ${today - firstDay}`);
  }
  const held = Math.max(1, Math.round(count / 5));
  return Array.from({ length: count }, (_, i) => {
    const fromEnd = count - 1 - i;
    const part = fromEnd < held ? 'test' : fromEnd < 2 * held ? 'calibrate' : 'train';
    return { day: today - (fromEnd + 1) * horizonDays, part };
  });
}
