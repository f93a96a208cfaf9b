import { type ActivityKind, type ActivitySource, passiveKinds } from '../activity/event.ts';
import type { EvidenceEvent } from './evidence-event.ts';

/** Why an event may not show what a learner really did. */
export const doubts = ['burst', 'speed', 'repeat', 'clockwork'] as const;
export type Doubt = (typeof doubts)[number];

/** More events than this within a minute: nobody reads or works that fast. */
export const burstEvents = 12;
const burstSeconds = 60;

/** Fewer seconds than this for each exercise, page or message is no work. */
export const leastSecondsEach = 3;

/** The same kind of event in the same minute on so many of so many days: a script, not a habit. */
export const clockworkDays = 5;
export const clockworkSpan = 14;

/** How often the same item counts in one day before it looks repeated: work rarely, pages often. */
export const repeatsOfWork = 4;
export const repeatsOfReading = 12;

const work: ReadonlySet<ActivityKind> = new Set([
  'practice',
  'collaborate',
  'post',
  'help',
  'submit',
  'attend',
]);

// Staff and registers write many rows at once by their nature: their speed says nothing.
export const trustedSources: ReadonlySet<ActivitySource> = new Set(['register', 'teacher']);

// Lessons and calls begin on the minute for everybody.
const scheduled: ReadonlySet<ActivityKind> = new Set(['attend', 'collaborate']);

/** True for what the learner produced and could therefore have staged. */
export function isWatched(event: EvidenceEvent): boolean {
  return !passiveKinds.has(event.kind) && !trustedSources.has(event.source);
}

/** The doubt on each event of one day, in the order given; null for a sound one. `scripted` as from scriptedEvents. */
export function doubtsOfDay(
  events: readonly EvidenceEvent[],
  scripted: ReadonlySet<EvidenceEvent>,
): (Doubt | null)[] {
  const found = events.map((event): Doubt | null => {
    if (isHasty(event)) return 'speed';
    return scripted.has(event) ? 'clockwork' : null;
  });
  markRepeats(events, found);
  markBursts(events, found);
  return found;
}

/** Events that come back in the same minute of the day too often for a person. `events` of many days, in their order. */
export function scriptedEvents(events: readonly EvidenceEvent[]): Set<EvidenceEvent> {
  const timed = events.filter(
    (event) => event.second !== null && isWatched(event) && !scheduled.has(event.kind),
  );
  const groups = Map.groupBy(timed, ({ kind, second }) => `${kind} ${minuteOf(second ?? 0)}`);
  return new Set([...groups.values()].flatMap(recurring));
}

function minuteOf(second: number): number {
  return Math.floor(second / 60) % 1440;
}

/** Those of one minute that lie in a span with enough days of them. */
function recurring(events: readonly EvidenceEvent[]): EvidenceEvent[] {
  const days = [...new Set(events.map(({ day }) => day))];
  if (days.length < clockworkDays) return [];
  const marked = new Set<number>();
  for (let last = clockworkDays - 1; last < days.length; last++) {
    const run = days.slice(last - clockworkDays + 1, last + 1);
    if (run[clockworkDays - 1] - run[0] < clockworkSpan) for (const day of run) marked.add(day);
  }
  return events.filter(({ day }) => marked.has(day));
}

function isHasty(event: EvidenceEvent): boolean {
  const isTimed = event.seconds > 0 && event.quantity > 0 && work.has(event.kind) && isWatched(event);
  return isTimed && event.seconds / event.quantity < leastSecondsEach;
}

/**
 * Marks an item's events beyond the number that a day may honestly hold, and every further one in the same second.
 * Writes into `found`.
 */
function markRepeats(events: readonly EvidenceEvent[], found: (Doubt | null)[]): void {
  const seen = new Map<string, number>();
  const count = (key: string) => {
    const times = (seen.get(key) ?? 0) + 1;
    seen.set(key, times);
    return times;
  };
  events.forEach((event, i) => {
    if (event.item === null || !isWatched(event)) return;
    const key = `${event.kind} ${event.item}`;
    const limit = work.has(event.kind) ? repeatsOfWork : repeatsOfReading;
    const isSameSecond = event.second !== null && count(`${key} ${event.second}`) > 1;
    if (count(key) > limit || isSameSecond) found[i] ??= 'repeat';
  });
}

/** Marks every event of each minute that holds more than `burstEvents`. Writes into `found`. */
function markBursts(events: readonly EvidenceEvent[], found: (Doubt | null)[]): void {
  const timed = events
    .flatMap((event, index) =>
      event.second !== null && isWatched(event) ? [{ at: event.second, index }] : [],
    )
    .toSorted((a, b) => a.at - b.at);
  let first = 0;
  for (let last = 0; last < timed.length; last++) {
    while (timed[last].at - timed[first].at >= burstSeconds) first++;
    if (last - first + 1 <= burstEvents) continue;
    for (let k = first; k <= last; k++) found[timed[k].index] ??= 'burst';
  }
}
