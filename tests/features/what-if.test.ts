import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DailyRollup } from '#lib/domain/activity/rollup.ts';
import { weekday, weekStart } from '#lib/domain/activity/school-day.ts';
import {
  buildHistory,
  type CalendarSpan,
  extendHistory,
  measure,
  schoolCalendar,
} from '#lib/domain/features/index.ts';
import {
  boundsOf,
  checkDeeds,
  type DaySpan,
  type Deed,
  type Deeds,
  futureRollups,
  habitsOf,
  mostPerDay,
  type Situation,
  usualDeeds,
} from '#lib/domain/what-if/index.ts';
import { anyDay, anyLearner, drawnDays, drawnFrom } from './draw-learner.ts';

/** A learner of 120 days, and up to eight weeks ahead of them. */
interface Ahead {
  readonly rollups: readonly DailyRollup[];
  readonly joinedOn: number;
  readonly situation: Situation;
  readonly span: DaySpan;
  readonly spans: readonly CalendarSpan[];
}

const today = drawnFrom + drawnDays;

const ahead: fc.Arbitrary<Ahead> = fc
  .record({
    drawn: anyLearner,
    days: fc.integer({ min: 0, max: 56 }),
    due: fc.option(fc.array(fc.integer({ min: today, max: today + 60 }), { maxLength: 6 })),
    holiday: fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 20 })),
  })
  .map(({ drawn: { rollups, joinedOn }, days, due, holiday: [start, length] }) => {
    const spans = [
      { kind: 'holiday', startsOn: today + start, endsOn: today + start + length },
    ] as const satisfies CalendarSpan[];
    const calendar = schoolCalendar(spans);
    const habits = habitsOf(rollups, calendar, today, joinedOn);
    const situation = { calendar, habits, due: due && due.toSorted((a, b) => a - b) };
    return { rollups, joinedOn, situation, span: { from: today, before: today + days }, spans };
  });

/** Shares of what is possible, one a kind of deed; the same share of a greater bound. */
const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 7, maxLength: 7 });

function deedsWithin({ situation, span }: Ahead, parts: readonly number[]): Partial<Record<Deed, number>> {
  const bounds = boundsOf(situation, span);
  return Object.fromEntries(bounds.map(({ deed, most }, i) => [deed, Math.round(most * parts[i])]));
}

function countOf(rollups: readonly DailyRollup[], kind: DailyRollup['kind']): number {
  return rollups.filter((one) => one.kind === kind).reduce((sum, { count }) => sum + count, 0);
}

/** Days with all that a session brings. */
function sessionDays({ habits }: Situation, rollups: readonly DailyRollup[]): Set<number> {
  const kinds = new Set(habits.session.map(({ kind }) => kind));
  return new Set(rollups.filter(({ kind }) => kinds.has(kind)).map(({ day }) => day));
}

describe('days to come', () => {
  test('hold what was asked, no more and no less, inside the span, and the same each time', () => {
    const law = fc.property(ahead, shares, (one, parts) => {
      const { situation, span } = one;
      const deeds = deedsWithin(one, parts);
      const future = futureRollups(situation, deeds, span);
      expect(futureRollups(situation, deeds, span)).toEqual(future);
      for (const { day } of future) expect(day >= span.from && day < span.before).toBe(true);
      expect(countOf(future, 'submit')).toBe(deeds['hand-ins'] ?? 0);
      expect(countOf(future, 'practice')).toBe(deeds.practices ?? 0);
      expect(countOf(future, 'help')).toBe(deeds.helps ?? 0);
      expect(countOf(future, 'post')).toBe(deeds.posts ?? 0);
      expect(countOf(future, 'attend')).toBe(deeds.lessons ?? 0);
      expect(sessionDays(situation, future).size).toBe(deeds['study-days'] ?? 0);
      expect(future.filter(({ lateCount }) => lateCount > 0)).toEqual([]);
    });
    fc.assert(law, { numRuns: 60 });
  });

  test('never ask too much of one day, nor lessons of a day without school', () => {
    const law = fc.property(ahead, shares, (one, parts) => {
      const { situation, span } = one;
      const future = futureRollups(situation, deedsWithin(one, parts), span);
      const most = {
        practice: mostPerDay.practices,
        help: mostPerDay.helps,
        post: mostPerDay.posts,
      } as const;
      for (const { kind, count, day } of future) {
        if (kind === 'practice' || kind === 'help' || kind === 'post')
          expect(count).toBeLessThanOrEqual(most[kind]);
        if (kind === 'attend') expect(situation.calendar.isSchoolDay(day)).toBe(true);
      }
    });
    fc.assert(law, { numRuns: 60 });
  });

  test('study at weekends only when more is asked than there are school days', () => {
    const law = fc.property(ahead, shares, (one, parts) => {
      const { situation, span } = one;
      const deeds = { 'study-days': deedsWithin(one, parts)['study-days'] ?? 0 };
      const schoolDays = situation.calendar.countSchoolDays(span.from, span.before);
      const days = sessionDays(situation, futureRollups(situation, deeds, span));
      const free = [...days].filter((day) => !situation.calendar.isSchoolDay(day));
      expect(free.length).toBe(Math.max(0, deeds['study-days'] - schoolDays));
    });
    fc.assert(law, { numRuns: 60 });
  });

  test('hand in on or before the day that work is due, the earliest first', () => {
    const law = fc.property(ahead, shares, (one, parts) => {
      const { situation, span } = one;
      const asked = { 'hand-ins': deedsWithin(one, parts)['hand-ins'] ?? 0 };
      const future = futureRollups(situation, asked, span);
      const due = situation.due?.filter((day) => day >= span.from && day < span.before);
      if (!due) return;
      expect(asked['hand-ins']).toBeLessThanOrEqual(due.length);
      const days = future.flatMap(({ day, count }) => Array.from({ length: count }, () => day));
      days.forEach((day, i) => expect(day).toBeLessThanOrEqual(due[i]));
    });
    fc.assert(law, { numRuns: 60 });
  });

  test('bring a mark only when one is asked for', () => {
    const law = fc.property(ahead, fc.integer({ min: 0, max: 100 }), (one, mark) => {
      const { situation, span } = one;
      fc.pre(boundsOf(situation, span).some(({ deed }) => deed === 'next-mark'));
      expect(futureRollups(situation, {}, span)).toEqual([]);
      const [grade, ...rest] = futureRollups(situation, { 'next-mark': mark }, span);
      expect(rest).toEqual([]);
      expect(grade).toMatchObject({ kind: 'grade', scoreSum: mark, scoreCount: 1 });
    });
    fc.assert(law, { numRuns: 60 });
  });

  test('more of a deed never lowers what counts it', () => {
    const counting: readonly (readonly [Deed, readonly string[]])[] = [
      ['hand-ins', ['hand-ins', 'events', 'active-days', 'on-time-row']],
      [
        'study-days',
        ['active-days', 'events', 'active-weeks', 'longest-streak', 'streak', 'steady-week-streak'],
      ],
      ['practices', ['practices', 'events', 'active-days']],
      ['helps', ['helps', 'events', 'active-days']],
      ['posts', ['posts', 'events', 'active-days']],
      ['lessons', ['attendance-row', 'attendance-rate', 'events', 'active-days']],
    ];
    const law = fc.property(ahead, shares, fc.constantFrom(...counting), (one, parts, [deed, measures]) => {
      const deeds = deedsWithin(one, parts);
      const most = boundsOf(one.situation, one.span).find((bound) => bound.deed === deed)?.most ?? 0;
      const amount = deeds[deed] ?? 0;
      fc.pre(amount < most);
      const [less, more] = [deeds, { ...deeds, [deed]: amount + 1 }].map((some) =>
        measured(one, some, measures),
      );
      for (let i = 0; i < measures.length; i++) {
        if (!Number.isNaN(less[i])) expect(more[i], measures[i]).toBeGreaterThanOrEqual(less[i]);
      }
    });
    fc.assert(law, { numRuns: 150 });
  });
});

const wholePast = new Set(['on-time-row', 'streak', 'steady-week-streak', 'attendance-row']);

function measured(
  { rollups, joinedOn, situation, span: { from, before } }: Ahead,
  deeds: Deeds,
  measures: readonly string[],
): number[] {
  const future = futureRollups(situation, deeds, { from, before });
  const history = buildHistory([...rollups, ...future], { from: drawnFrom - 5, before, joinedOn });
  const context = { calendar: situation.calendar, classHistory: null };
  return measures.map((id) => measure(id, wholePast.has(id) ? null : 91, history, context, before));
}

describe('bounds', () => {
  test('hold what is usual, and refuse what lies beyond them', () => {
    const law = fc.property(ahead, ({ situation, span }) => {
      const bounds = boundsOf(situation, span);
      checkDeeds(usualDeeds(situation, span), bounds);
      for (const { deed, most } of bounds) {
        expect(() => futureRollups(situation, { [deed]: most + 1 }, span)).toThrow(`${deed}: expected 0 to`);
        expect(() => futureRollups(situation, { [deed]: -1 }, span)).toThrow(`${deed}: expected`);
      }
    });
    fc.assert(law, { numRuns: 60 });
  });

  test('say no deed that is not possible: no lessons without a register, no hand-in where nothing is due', () => {
    const calendar = schoolCalendar([]);
    const habits = habitsOf([], calendar, today, today - 30);
    const span = { from: today, before: today + 7 };
    const deeds = boundsOf({ calendar, habits, due: [] }, span).map(({ deed }) => deed);
    expect(deeds).toEqual(['study-days', 'practices', 'helps', 'posts']);
    expect(boundsOf({ calendar, habits, due: null }, span)[0]).toMatchObject({ deed: 'hand-ins', most: 1 });
    expect(() => futureRollups({ calendar, habits, due: [] }, { lessons: 1 }, span)).toThrow(
      'lessons: expected none, for none is possible here, got 1',
    );
  });
});

test('a history that is extended is the one built of all days', () => {
  const law = fc.property(anyLearner, anyDay, anyDay, ({ rollups, joinedOn }, one, other) => {
    const [middle, before] = [Math.min(one, other), Math.max(one, other)];
    const from = Math.min(drawnFrom - 5, joinedOn);
    const past = buildHistory(rollups, { from, before: middle, joinedOn });
    const future = rollups.filter(({ day }) => day >= middle && day < before);
    const whole = buildHistory(rollups, { from, before, joinedOn });
    expect(extendHistory(past, future, { before, joinedOn })).toEqual(whole);
  });
  fc.assert(law, { numRuns: 100 });
  const empty = buildHistory([], { from: 1, before: 5, joinedOn: 2 });
  expect(() => extendHistory(empty, [], { before: 4, joinedOn: 2 })).toThrow('days: expected from 5 up to 4');
});

test('three study days a week lie on three days of each week, a day apart', () => {
  const calendar = schoolCalendar([]);
  const monday = weekStart(today) + 7;
  const habits = habitsOf([], calendar, monday, monday - 30);
  const span = { from: monday, before: monday + 28 };
  const days = futureRollups({ calendar, habits, due: null }, { 'study-days': 12 }, span).map(
    ({ day }) => day,
  );
  for (let week = monday; week < span.before; week += 7) {
    const inWeek = days.filter((day) => day >= week && day < week + 7);
    expect(inWeek.map(weekday)).toEqual([0, 2, 4]);
  }
});

test('a day to come looks like the days before: kinds, amounts and hours', () => {
  const calendar = schoolCalendar([]);
  const monday = weekStart(today);
  const day = (kind: DailyRollup['kind'], back: number, quantity: number, slots: number): DailyRollup => ({
    ...{ learnerId: 1, classId: 3, day: monday - back, kind, count: 2, quantity, seconds: 60 * quantity },
    ...{ scoreSum: 0, scoreCount: 0, dueCount: 0, lateCount: 0, leadDaysSum: 0, slots },
  });
  const past = [
    ...[7, 14, 21].map((back) => day('read', back, back, 2 ** 30)),
    ...[7, 14].map((back) => day('browse', back, 4, 0)),
    day('link', 21, 100, 2 ** 12),
    day('read', 300, 1000, 1),
  ];
  const { session, slots } = habitsOf(past, calendar, monday, monday - 400);
  expect(session).toEqual([
    { kind: 'read', count: 2, quantity: 14, seconds: 840 },
    { kind: 'browse', count: 2, quantity: 4, seconds: 240 },
  ]);
  expect(slots).toBe(2 ** 30);
});
