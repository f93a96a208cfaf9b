import { type ActivityKind, passiveKinds } from '../activity/event.ts';
import { type DailyRollup, slotsPerDay } from '../activity/rollup.ts';
import type { SchoolDay } from '../activity/school-day.ts';
import type { SchoolCalendar } from '../features/index.ts';
import { median } from '../median.ts';
import type { CountedDeed } from './deeds.ts';

/** What one day, or one piece of work, usually brings of a kind. */
export interface UsualPart {
  readonly kind: ActivityKind;
  readonly count: number;
  readonly quantity: number;
  readonly seconds: number;
}

/** How a learner usually works, from the last 91 days: what a day that has not come yet is filled with. */
export interface Habits {
  /** What a day with a study session brings. Never empty. */
  readonly session: readonly UsualPart[];
  /** The half-hours such a day covers, one bit each; 0 where the school sends no hours. */
  readonly slots: number;
  /** Days that hand-ins usually come before they are due, 0 or more. */
  readonly leadDays: number;
  /** True unless the hand-ins known so far came without a deadline. */
  readonly hasDeadlines: boolean;
  /** Lessons on a day with lessons, at least 1. */
  readonly lessonsPerDay: number;
  readonly sendsAttendance: boolean;
  readonly getsMarks: boolean;
  /** How often each deed is done, per school day. */
  readonly rates: Readonly<Record<CountedDeed, number>>;
  /** One piece of each kind seen: see `pieceOf`. */
  readonly pieces: ReadonlyMap<ActivityKind, UsualPart>;
}

const daysLookedBack = 91;

/** Kinds that are chosen one by one; all other active kinds make up a study session. */
const chosenKinds: ReadonlySet<ActivityKind> = new Set(['submit', 'practice', 'help', 'post', 'attend']);

/** A learner of whom nothing is known: one thing read, no time measured. */
const plainSession: readonly UsualPart[] = [{ kind: 'read', count: 1, quantity: 1, seconds: 0 }];

/** All classes of a day and kind together. */
interface DayOfKind {
  readonly day: SchoolDay;
  readonly kind: ActivityKind;
  count: number;
  quantity: number;
  seconds: number;
}

/** @param rollups of one learner; days from `before` on are not looked at @param joinedOn when the learner came */
export function habitsOf(
  rollups: readonly DailyRollup[],
  calendar: SchoolCalendar,
  before: SchoolDay,
  joinedOn: SchoolDay,
): Habits {
  const first = rollups.reduce((earliest, { day }) => Math.min(earliest, day), joinedOn);
  const from = Math.max(before - daysLookedBack, first);
  const recent = rollups.filter(({ day, count }) => day >= from && day < before && count > 0);
  const days = daysOfKinds(recent);
  const schoolDays = calendar.countSchoolDays(from, before);
  const submits = recent.filter(({ kind }) => kind === 'submit');
  const due = sum(submits.map(({ dueCount }) => dueCount));
  const lead = sum(submits.map(({ leadDaysSum }) => leadDaysSum));
  const lessons = days.filter(({ kind }) => kind === 'attend').map(({ count }) => count);
  return {
    session: sessionOf(days),
    slots: slotsOf(recent),
    leadDays: due > 0 ? Math.max(0, Math.round(lead / due)) : 0,
    hasDeadlines: submits.length === 0 || due > 0,
    lessonsPerDay: lessons.length > 0 ? Math.max(1, Math.round(median(lessons))) : 1,
    sendsAttendance: rollups.some(({ kind }) => kind === 'attend' || kind === 'absence'),
    getsMarks: recent.some(({ scoreCount }) => scoreCount > 0),
    rates: ratesOf(recent, Math.max(1, schoolDays)),
    pieces: piecesOf(days),
  };
}

/** What one piece of a kind usually brings; one never seen counts 1 and takes no time. */
export function pieceOf({ pieces }: Habits, kind: ActivityKind): UsualPart {
  return pieces.get(kind) ?? { kind, count: 1, quantity: 1, seconds: 0 };
}

function daysOfKinds(rollups: readonly DailyRollup[]): DayOfKind[] {
  const found = new Map<string, DayOfKind>();
  for (const { day, kind, count, quantity, seconds } of rollups) {
    const key = `${day} ${kind}`;
    const known = found.get(key) ?? { day, kind, count: 0, quantity: 0, seconds: 0 };
    known.count += count;
    known.quantity += quantity;
    known.seconds += seconds;
    found.set(key, known);
  }
  return [...found.values()];
}

/** The kinds seen on at least half of the days with a session, or else the one seen most; each with its medians. */
function sessionOf(days: readonly DayOfKind[]): readonly UsualPart[] {
  const study = days.filter(({ kind }) => !chosenKinds.has(kind) && !passiveKinds.has(kind));
  const byKind = [...Map.groupBy(study, ({ kind }) => kind)].toSorted(([, a], [, b]) => b.length - a.length);
  const half = new Set(study.map(({ day }) => day)).size / 2;
  const usual = byKind.filter(([, seen], index) => index === 0 || seen.length >= half);
  return usual.length === 0 ? plainSession : usual.map(([kind, seen]) => partOf(kind, seen));
}

function partOf(kind: ActivityKind, seen: readonly DayOfKind[]): UsualPart {
  return {
    kind,
    count: Math.max(1, Math.round(median(seen.map(({ count }) => count)))),
    quantity: median(seen.map(({ quantity }) => quantity)),
    seconds: Math.round(median(seen.map(({ seconds }) => seconds))),
  };
}

/** One piece of each kind, by the median of the days with it. */
function piecesOf(days: readonly DayOfKind[]): ReadonlyMap<ActivityKind, UsualPart> {
  const byKind = [...Map.groupBy(days, ({ kind }) => kind)];
  return new Map(
    byKind.map(([kind, seen]) => [
      kind,
      {
        kind,
        count: 1,
        quantity: median(seen.map(({ quantity, count }) => quantity / count)),
        seconds: Math.round(median(seen.map(({ seconds, count }) => seconds / count))),
      },
    ]),
  );
}

/** What was done of each deed in these rollups. */
export function deedsDone(rollups: readonly DailyRollup[]): Record<CountedDeed, number> {
  const of = (kind: ActivityKind) => rollups.filter((one) => one.kind === kind && one.count > 0);
  const counted = (kind: ActivityKind) => sum(of(kind).map(({ count }) => count));
  const worked = rollups.filter(
    ({ kind, count }) => count > 0 && kind !== 'attend' && !passiveKinds.has(kind),
  );
  return {
    'hand-ins': counted('submit') - sum(of('submit').map(({ lateCount }) => lateCount)),
    'study-days': new Set(worked.map(({ day }) => day)).size,
    practices: counted('practice'),
    helps: counted('help'),
    posts: counted('post'),
    lessons: counted('attend'),
  };
}

function ratesOf(recent: readonly DailyRollup[], schoolDays: number): Habits['rates'] {
  const done = deedsDone(recent);
  return {
    'hand-ins': done['hand-ins'] / schoolDays,
    'study-days': done['study-days'] / schoolDays,
    practices: done.practices / schoolDays,
    helps: done.helps / schoolDays,
    posts: done.posts / schoolDays,
    lessons: done.lessons / schoolDays,
  };
}

/** From the half-hour in which most days begin, so many as half of the days reach. */
function slotsOf(rollups: readonly DailyRollup[]): number {
  const timed = rollups.filter(({ slots, kind }) => slots > 0 && !passiveKinds.has(kind));
  if (timed.length === 0) return 0;
  const byDay = [...Map.groupBy(timed, ({ day }) => day).values()];
  const starts = byDay.map((rows) => Math.min(...rows.map(({ slots }) => firstSlot(slots))));
  const lengths = byDay.map((rows) => Math.max(...rows.map(({ slots }) => slotCount(slots))));
  const first = mostCommon(starts);
  const end = Math.min(slotsPerDay, first + Math.max(1, Math.round(median(lengths))));
  return 2 ** end - 2 ** first;
}

function firstSlot(slots: number): number {
  let first = 0;
  for (let rest = slots; rest % 2 === 0; rest /= 2) first++;
  return first;
}

function slotCount(slots: number): number {
  let count = 0;
  for (let rest = slots; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}

/** The smaller one where two are as common. */
function mostCommon(values: readonly number[]): number {
  const counts = [...Map.groupBy(values, (value) => value)];
  return counts.toSorted(([a, x], [b, y]) => y.length - x.length || a - b)[0][0];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
