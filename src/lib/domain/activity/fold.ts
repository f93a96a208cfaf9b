import type { ActivityEvent } from './event.ts';
import { type DailyRollup, slotsPerDay } from './rollup.ts';
import { type LocalMoment, localMoment, type SchoolDay } from './school-day.ts';

const millisecondsPerDay = 86_400_000;
const minutesPerSlot = 1440 / slotsPerDay;
const halfOfSlots = 2 ** 24;

/** Whom an event belongs to, once the school's own ids are resolved. */
export interface EventOwner {
  readonly learnerId: number;
  /** 0 when the event names no class. */
  readonly classId: number;
  /** The school's IANA time zone: it decides on which day an instant falls. */
  readonly timeZone: string;
}

/** One event as the rollup of its day, to be merged into what the day already holds. */
export function foldEvent(event: ActivityEvent, who: EventOwner): DailyRollup {
  const moment = momentOf(event, who.timeZone);
  const leadDays = leadOf(event, moment.day, who.timeZone);
  return {
    learnerId: who.learnerId,
    classId: who.classId,
    day: moment.day,
    kind: event.kind,
    count: 1,
    quantity: event.quantity,
    seconds: Math.round(event.seconds),
    scoreSum: event.score ?? 0,
    scoreCount: event.score === null ? 0 : 1,
    dueCount: leadDays === null ? 0 : 1,
    lateCount: leadDays !== null && leadDays < 0 ? 1 : 0,
    leadDaysSum: leadDays ?? 0,
    slots: event.dayOnly ? 0 : slotsFrom(moment.minute, event.seconds),
  };
}

/** A day-only event carries its day as a UTC date, so no zone may move it. */
function momentOf(event: ActivityEvent, timeZone: string): LocalMoment {
  return event.dayOnly ? { day: utcDay(event.at), minute: 0 } : localMoment(event.at, timeZone);
}

function utcDay(at: Date): SchoolDay {
  return Math.floor(at.getTime() / millisecondsPerDay);
}

/** Days before the deadline (negative: after it); null for what has none. Only hand-ins have deadlines. */
function leadOf(event: ActivityEvent, day: SchoolDay, timeZone: string): number | null {
  if (event.kind !== 'submit' || event.dueAt === null) return null;
  if (!event.dayOnly) return (event.dueAt.getTime() - event.at.getTime()) / millisecondsPerDay;
  const isWholeDay = event.dueAt.getTime() % millisecondsPerDay === 0;
  return (isWholeDay ? utcDay(event.dueAt) : localMoment(event.dueAt, timeZone).day) - day;
}

/** The half-hours that `seconds` of activity touch from `minute` on, up to midnight. */
function slotsFrom(minute: number, seconds: number): number {
  const first = Math.floor(minute / minutesPerSlot);
  const touched = Math.max(1, Math.ceil((minute + seconds / 60) / minutesPerSlot) - first);
  const end = Math.min(slotsPerDay, first + touched);
  return 2 ** end - 2 ** first;
}

/** Two rollups of the same learner, class, day and kind as one. Order does not matter. */
export function mergeRollup(a: DailyRollup, b: DailyRollup): DailyRollup {
  if (rollupKey(a) !== rollupKey(b)) {
    throw new RangeError(`rollup: expected ${rollupKey(a)} (day/learner/class/kind), got ${rollupKey(b)}`);
  }
  return {
    ...a,
    count: a.count + b.count,
    quantity: a.quantity + b.quantity,
    seconds: a.seconds + b.seconds,
    scoreSum: a.scoreSum + b.scoreSum,
    scoreCount: a.scoreCount + b.scoreCount,
    dueCount: a.dueCount + b.dueCount,
    lateCount: a.lateCount + b.lateCount,
    leadDaysSum: a.leadDaysSum + b.leadDaysSum,
    slots: unionOfSlots(a.slots, b.slots),
  };
}

/** What tells rollups apart: day/learner/class/kind. */
export function rollupKey({ day, learnerId, classId, kind }: DailyRollup): string {
  return `${day}/${learnerId}/${classId}/${kind}`;
}

/** Merges `rollup` into `rollups`, which it changes. */
export function addToRollups(rollups: Map<string, DailyRollup>, rollup: DailyRollup): void {
  const key = rollupKey(rollup);
  const known = rollups.get(key);
  rollups.set(key, known ? mergeRollup(known, rollup) : rollup);
}

/** Bitwise or of 48-bit integers, which JavaScript's own operator cuts to 32. */
export function unionOfSlots(a: number, b: number): number {
  const high = Math.floor(a / halfOfSlots) | Math.floor(b / halfOfSlots);
  return high * halfOfSlots + ((a % halfOfSlots) | (b % halfOfSlots));
}
