import type { SchoolDay } from '../activity/school-day.ts';
import { type Doubt, doubtsOfDay, isWatched, scriptedEvents } from './doubts.ts';
import type { EvidenceEvent } from './evidence-event.ts';

/** What one learner's events of one day are worth as evidence: computed once, summed over any window. */
export interface DayQuality {
  readonly day: SchoolDay;
  /** Events the learner produced, so could have staged. */
  readonly watched: number;
  readonly selfReported: number;
  readonly doubtCounts: Readonly<Record<Doubt, number>>;
  /** Events with a time of day, and the most of them that fell into one half hour. */
  readonly timed: number;
  readonly busiestHalfHour: number;
  /** How much those events add up to. */
  readonly quantity: number;
  /** The doubtful events themselves, to see whether a rule stands without them. */
  readonly doubtful: readonly EvidenceEvent[];
}

const halfHour = 1800;

/** One entry a day with events, in order of days. */
export function dayQualities(events: readonly EvidenceEvent[]): DayQuality[] {
  const byDay = Map.groupBy(events, (event) => event.day);
  const inOrder = [...byDay].toSorted(([a], [b]) => a - b);
  const scripted = scriptedEvents(inOrder.flatMap(([, own]) => own));
  return inOrder.map(([day, own]) => qualityOf(day, own, scripted));
}

function qualityOf(
  day: SchoolDay,
  events: readonly EvidenceEvent[],
  scripted: ReadonlySet<EvidenceEvent>,
): DayQuality {
  const found = doubtsOfDay(events, scripted);
  const watched = events.filter(isWatched);
  const halfHours = watched.flatMap(({ second }) => (second === null ? [] : [Math.floor(second / halfHour)]));
  const count = (doubt: Doubt) => found.filter((one) => one === doubt).length;
  return {
    day,
    watched: watched.length,
    selfReported: watched.filter(({ source }) => source === 'learner').length,
    doubtCounts: {
      burst: count('burst'),
      speed: count('speed'),
      repeat: count('repeat'),
      clockwork: count('clockwork'),
    },
    timed: halfHours.length,
    busiestHalfHour: largestGroup(halfHours),
    quantity: watched.reduce((sum, { quantity }) => sum + quantity, 0),
    doubtful: events.filter((_, i) => found[i] !== null),
  };
}

function largestGroup(keys: readonly number[]): number {
  const counts = new Map<number, number>();
  let largest = 0;
  for (const key of keys) {
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    if (count > largest) largest = count;
  }
  return largest;
}
