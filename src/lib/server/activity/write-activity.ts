import { type ActivityEvent, passiveKinds } from '#lib/domain/activity/event.ts';
import { addToRollups, foldEvent } from '#lib/domain/activity/fold.ts';
import type { DailyRollup } from '#lib/domain/activity/rollup.ts';
import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { markPending } from './pending.ts';
import { numberArray, textArray } from './column-arrays.ts';

/** An event whose learner and class are known. */
export interface PlacedEvent {
  readonly event: ActivityEvent;
  /** Null: counted by its position in a file, without a receipt. */
  readonly eventId: string | null;
  /** The event alone, folded: its owner and its day. */
  readonly rollup: DailyRollup;
}

/** Folds an event for its owner, once. */
export function placeEvent(
  event: ActivityEvent,
  eventId: string | null,
  owner: Parameters<typeof foldEvent>[1],
): PlacedEvent {
  return { event, eventId, rollup: foldEvent(event, owner) };
}

/** Without the later ones of those that carry the same id. */
export function firstOfEachId(placed: readonly PlacedEvent[]): readonly PlacedEvent[] {
  const seen = new Set<string>();
  return placed.filter(({ eventId }) => eventId === null || (!seen.has(eventId) && seen.add(eventId)));
}

export interface WriteOptions {
  /** Whether the learners shall be evaluated again; true unless told. An import asks for that once, at its end. */
  readonly marksPending?: boolean;
}

/**
 * Writes events and all that follows from them: receipts, rollups and learners to evaluate, in the caller's
 * transaction. Each table is written in the order of its key and the tables always in the same order, so that
 * two writers never wait for each other in a circle.
 * @param placed events of the scope's school, each eventId at most once
 * @returns those written; the others had been accepted before
 */
export async function writeActivity(
  scope: SchoolScope,
  placed: readonly PlacedEvent[],
  at: Date,
  { marksPending = true }: WriteOptions = {},
): Promise<readonly PlacedEvent[]> {
  const fresh = await withoutRepeated(scope, placed);
  if (fresh.length === 0) return fresh;
  const rollups = rollUp(fresh);
  await Promise.all([
    insertEvents(scope, fresh, at),
    marksPending && markPending(scope, new Set(rollups.map(({ learnerId }) => learnerId)), at),
    mergeDailyRollups(scope, rollups),
    mergeClassRollups(scope, classRollups(rollups)),
  ]);
  return fresh;
}

/** The receipt decides: whoever commits it first has accepted the event, and all others repeat it. */
async function withoutRepeated(
  { sql, schoolId }: SchoolScope,
  placed: readonly PlacedEvent[],
): Promise<readonly PlacedEvent[]> {
  const ids = placed.map(({ eventId }) => eventId).filter((id) => id !== null);
  if (ids.length === 0) return placed;
  const rows = await sql<{ event_id: string }[]>`
    insert into event_receipts (school_id, event_id)
    select ${schoolId}::int, id from unnest(${textArray(ids.sort())}::text[]) as id
    on conflict do nothing
    returning event_id`;
  if (rows.length === ids.length) return placed;
  const fresh = new Set(rows.map((row) => row.event_id));
  return placed.filter(({ eventId }) => eventId === null || fresh.has(eventId));
}

/** Daily rollups of a batch, in the order of their key. */
function rollUp(placed: readonly PlacedEvent[]): readonly DailyRollup[] {
  const rollups = new Map<string, DailyRollup>();
  for (const { rollup } of placed) addToRollups(rollups, rollup);
  return [...rollups.values()].sort(byKey);
}

function byKey(a: DailyRollup, b: DailyRollup): number {
  if (a.learnerId !== b.learnerId) return a.learnerId - b.learnerId;
  if (a.day !== b.day) return a.day - b.day;
  if (a.kind !== b.kind) return a.kind < b.kind ? -1 : 1;
  return a.classId - b.classId;
}

async function insertEvents({ sql, schoolId }: SchoolScope, placed: readonly PlacedEvent[], at: Date) {
  const numbers = (column: (row: PlacedEvent) => number | null) => numberArray(placed.map(column));
  const texts = (column: (row: PlacedEvent) => string | null) => textArray(placed.map(column));
  await sql`
    insert into activity_events (school_id, learner_id, day, event_id, class_id, kind, occurred_at, quantity,
      seconds, score, due_at, source, item, received_at)
    select ${schoolId}::int, learner_id, date '1970-01-01' + day, event_id, class_id, kind,
      to_timestamp(occurred_ms / 1000), quantity, seconds, score, to_timestamp(due_ms / 1000), source, item,
      to_timestamp(${at.getTime()}::float8 / 1000)
    from unnest(
      ${numbers(({ rollup }) => rollup.learnerId)}::int[],
      ${numbers(({ rollup }) => rollup.day)}::int[],
      ${texts(({ eventId }) => eventId)}::text[],
      ${numbers(({ rollup }) => rollup.classId)}::int[],
      ${texts(({ event }) => event.kind)}::text[],
      ${numbers(({ event }) => (event.dayOnly ? null : event.at.getTime()))}::float8[],
      ${numbers(({ event }) => event.quantity)}::float8[],
      ${numbers(({ rollup }) => rollup.seconds)}::int[],
      ${numbers(({ event }) => event.score)}::float8[],
      ${numbers(({ event }) => event.dueAt?.getTime() ?? null)}::float8[],
      ${texts(({ event }) => event.source)}::text[],
      ${texts(({ event }) => event.item)}::text[]
    ) as e(learner_id, day, event_id, class_id, kind, occurred_ms, quantity, seconds, score, due_ms, source, item)`;
}

async function mergeDailyRollups({ sql, schoolId }: SchoolScope, rollups: readonly DailyRollup[]) {
  const numbers = (column: (row: DailyRollup) => number) => numberArray(rollups.map(column));
  await sql`
    insert into daily_rollups as r (school_id, learner_id, day, kind, class_id, count, quantity, seconds,
      score_sum, score_count, due_count, late_count, lead_days_sum, slots)
    select ${schoolId}::int, learner_id, date '1970-01-01' + day, kind, class_id, count, quantity, seconds,
      score_sum, score_count, due_count, late_count, lead_days_sum, slots
    from unnest(
      ${numbers((row) => row.learnerId)}::int[],
      ${numbers((row) => row.day)}::int[],
      ${textArray(rollups.map((row) => row.kind))}::text[],
      ${numbers((row) => row.classId)}::int[],
      ${numbers((row) => row.count)}::int[],
      ${numbers((row) => row.quantity)}::float8[],
      ${numbers((row) => row.seconds)}::int[],
      ${numbers((row) => row.scoreSum)}::float8[],
      ${numbers((row) => row.scoreCount)}::int[],
      ${numbers((row) => row.dueCount)}::int[],
      ${numbers((row) => row.lateCount)}::int[],
      ${numbers((row) => row.leadDaysSum)}::float8[],
      ${numbers((row) => row.slots)}::bigint[]
    ) as e(learner_id, day, kind, class_id, count, quantity, seconds, score_sum, score_count, due_count,
      late_count, lead_days_sum, slots)
    on conflict (school_id, learner_id, day, kind, class_id) do update set
      count = r.count + excluded.count,
      quantity = r.quantity + excluded.quantity,
      seconds = r.seconds + excluded.seconds,
      score_sum = r.score_sum + excluded.score_sum,
      score_count = r.score_count + excluded.score_count,
      due_count = r.due_count + excluded.due_count,
      late_count = r.late_count + excluded.late_count,
      lead_days_sum = r.lead_days_sum + excluded.lead_days_sum,
      slots = r.slots | excluded.slots`;
}

interface ClassRollup {
  readonly classId: number;
  readonly day: SchoolDay;
  count: number;
  quantity: number;
  scoreSum: number;
  scoreCount: number;
}

/** What each class did in a day, in the order of the key. Counts are of active kinds; scores of all. */
function classRollups(rollups: readonly DailyRollup[]): readonly ClassRollup[] {
  const sums = new Map<string, ClassRollup>();
  for (const rollup of rollups) {
    const { classId, day } = rollup;
    if (classId === 0) continue;
    const key = `${classId}/${day}`;
    const sum = sums.get(key) ?? { classId, day, count: 0, quantity: 0, scoreSum: 0, scoreCount: 0 };
    sums.set(key, sum);
    addToClass(sum, rollup);
  }
  return [...sums.values()].sort((a, b) => a.classId - b.classId || a.day - b.day);
}

/** Adds `rollup` to `sum`, which it changes. */
function addToClass(sum: ClassRollup, rollup: DailyRollup): void {
  if (!passiveKinds.has(rollup.kind)) {
    sum.count += rollup.count;
    sum.quantity += rollup.quantity;
  }
  sum.scoreSum += rollup.scoreSum;
  sum.scoreCount += rollup.scoreCount;
}

async function mergeClassRollups({ sql, schoolId }: SchoolScope, sums: readonly ClassRollup[]) {
  if (sums.length === 0) return;
  const numbers = (column: (row: ClassRollup) => number) => numberArray(sums.map(column));
  await sql`
    insert into class_rollups as r (school_id, class_id, day, count, quantity, score_sum, score_count)
    select ${schoolId}::int, class_id, date '1970-01-01' + day, count, quantity, score_sum, score_count
    from unnest(
      ${numbers((row) => row.classId)}::int[],
      ${numbers((row) => row.day)}::int[],
      ${numbers((row) => row.count)}::int[],
      ${numbers((row) => row.quantity)}::float8[],
      ${numbers((row) => row.scoreSum)}::float8[],
      ${numbers((row) => row.scoreCount)}::int[]
    ) as e(class_id, day, count, quantity, score_sum, score_count)
    on conflict (school_id, class_id, day) do update set
      count = r.count + excluded.count,
      quantity = r.quantity + excluded.quantity,
      score_sum = r.score_sum + excluded.score_sum,
      score_count = r.score_count + excluded.score_count`;
}
