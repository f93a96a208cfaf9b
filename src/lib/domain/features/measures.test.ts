import { describe, expect, test } from 'vitest';
import { foldEvent } from '../activity/fold.ts';
import type { ActivityEvent } from '../activity/event.ts';
import type { DailyRollup } from '../activity/rollup.ts';
import { parseSchoolDay, type SchoolDay } from '../activity/school-day.ts';
import { buildClassHistory, buildHistory, type MeasureContext, measure, schoolCalendar } from './index.ts';

// Worked out by hand, measure by measure, on one small learner.
const monday = parseSchoolDay('2026-03-02');
const zeros = { scoreSum: 0, scoreCount: 0, dueCount: 0, lateCount: 0, leadDaysSum: 0 };

function row(day: SchoolDay, change: Partial<DailyRollup>): DailyRollup {
  const base = {
    learnerId: 1,
    classId: 1,
    kind: 'view' as const,
    count: 1,
    quantity: 1,
    seconds: 0,
    slots: 0,
  };
  return { ...base, ...zeros, day, ...change };
}

const handIn = (day: SchoolDay, lead: number, score?: number) =>
  row(day, {
    kind: 'submit',
    ...{ dueCount: 1, lateCount: lead < 0 ? 1 : 0, leadDaysSum: lead },
    ...(score === undefined ? {} : { scoreSum: score, scoreCount: 1 }),
  });

const rows: readonly DailyRollup[] = [
  row(monday, { count: 4, quantity: 10, seconds: 5400, slots: 2 ** 16 + 2 ** 17 + 2 ** 30 }),
  row(monday, { kind: 'attend', count: 2 }),
  handIn(monday + 1, -1, 60),
  row(monday + 2, { kind: 'absence', count: 1 }),
  handIn(monday + 3, 2, 70),
  row(monday + 3, { kind: 'attend', count: 1 }),
  row(monday + 5, { kind: 'practice', count: 3, slots: 2 ** 45, seconds: 1800 }),
  handIn(monday + 7, 5, 90),
  row(monday + 8, { kind: 'grade', scoreSum: 160, scoreCount: 2 }),
  row(monday + 10, { kind: 'help', count: 2 }),
];
const before = monday + 14;
const history = buildHistory(rows, { from: monday, before, joinedOn: monday });
const context: MeasureContext = { calendar: schoolCalendar([]), classHistory: null };
const of = (id: string, window: number | null = 14, at = before) => measure(id, window, history, context, at);

describe('by hand', () => {
  test.each([
    ['events', 15], // 4 + 2 + 1 + 1 + 1 + 3 + 1 + 2
    ['quantity', 17], // 10 + 1 + 1 + 1 + 1 + 1 + 1 + 1
    ['hours', 2],
    ['active-days', 6], // days 0, 1, 3, 5, 7, 10
    ['active-weeks', 2],
    ['school-day-share', 0.5], // 0, 1, 3, 7, 10 of ten
    ['busiest-day-share', 6 / 15],
    ['hand-ins', 3],
    ['late-share', 1 / 3],
    ['lead-days', 2],
    ['scores', 5],
    ['mean-score', 76], // (60 + 70 + 90 + 160) / 5
    ['lowest-score', 60],
    ['best-gain', 30],
    ['high-score-share', 0.2],
    ['kinds', 5], // view, attend, submit, practice, help
    ['sessions', 3],
    ['sessions-per-day', 1.5],
    ['night-share', 0.25],
    ['weekend-share', 1 / 6],
    ['helps', 2],
    ['practices', 3],
    ['posts', 0],
    ['group-work', 0],
    ['attendance-rate', 0.75],
    ['longest-gap', 2], // days 8 and 9; the last day is a Sunday
    ['comebacks', 0],
  ])('%s over fourteen days is %d', (id, expected) => {
    expect(of(id)).toBeCloseTo(expected, 12);
  });

  test.each([
    ['days-since-active', 3],
    ['days-since-hand-in', 6],
    ['days-known', 14],
    ['on-time-row', 2],
    ['last-score', 80],
    ['attendance-row', 1],
    ['streak', 0], // Friday was missed
    ['week-streak', 2],
    ['steady-week-streak', 1], // the second week has two active days, but the current week breaks nothing
  ])('%s is %d', (id, expected) => {
    expect(of(id, null)).toBe(expected);
  });

  test('entropy: one kind 0 bits, two alike 1 bit, weekdays Mon Tue Thu Sat Mon Thu', () => {
    expect(of('kind-entropy', 1, monday + 2)).toBe(0);
    expect(of('kind-entropy', 1, monday + 4)).toBe(1);
    const halves = -(2 * (2 / 6) * Math.log2(2 / 6) + 2 * (1 / 6) * Math.log2(1 / 6));
    expect(of('weekday-entropy')).toBeCloseTo(halves, 12);
  });

  test('trends: first week 12 events on 5 school days, second 3', () => {
    expect(of('activity-change', 7)).toBe(0.25);
    expect(of('presence-change', 7)).toBeCloseTo(2 / 5 - 3 / 5, 12);
    expect(of('acceleration', 7)).toBeNaN(); // three windows are not observed
  });

  test('the slope of three weeks that grow by ten', () => {
    const growing = [0, 1, 2].map((week) => row(monday + 7 * week, { count: 5 + 10 * week }));
    const steady = buildHistory(growing, { from: monday, before: monday + 21, joinedOn: monday });
    expect(measure('weekly-slope', 21, steady, context, monday + 21)).toBeCloseTo(10, 12);
    expect(measure('acceleration', 7, steady, context, monday + 21)).toBeCloseTo(0, 12);
  });

  test('the slope of scores that rise by seven in a week', () => {
    const rising = [0, 1, 2, 3].map((day) =>
      row(monday + day, { kind: 'grade', scoreSum: 50 + day, scoreCount: 1 }),
    );
    const known = buildHistory(rising, { from: monday, before: monday + 5, joinedOn: monday });
    expect(measure('score-slope', null, known, context, monday + 5)).toBeCloseTo(7, 12);
  });

  test('against the class: 15 events in 14 days where 4 members did 30', () => {
    const classHistory = buildClassHistory(
      1,
      [{ day: monday, count: 30, scoreSum: 140, scoreCount: 2 }],
      [
        { joinedOn: monday, leftOn: null, learners: 3 },
        { joinedOn: monday, leftOn: monday + 7, learners: 2 },
      ],
      before,
    );
    const inClass = { ...context, classHistory };
    expect(measure('class-activity-ratio', 14, history, inClass, before)).toBe(2); // 15 / (30 / 4)
    expect(measure('class-score-difference', 14, history, inClass, before)).toBe(6); // 76 - 70
  });
});

describe('time zones reach the measures through the school’s own day', () => {
  const event = (at: string): ActivityEvent => ({
    ...{ id: at, learner: 'a', kind: 'view', at: new Date(at), dayOnly: false, quantity: 1, seconds: 0 },
    ...{ score: null, dueAt: null, class: null, source: 'lms', item: null },
  });
  const measuredIn = (timeZone: string, ids: readonly string[], instants: readonly string[]) => {
    const rollups = instants.map((at) => foldEvent(event(at), { learnerId: 1, classId: 0, timeZone }));
    const days = rollups.map(({ day }) => day);
    const span = { from: Math.min(...days), before: Math.max(...days) + 1, joinedOn: Math.min(...days) };
    const folded = buildHistory(rollups, span);
    return ids.map((id) => measure(id, 28, folded, context, span.before));
  };

  test('23:30 in Rome is Sunday night in Rome and Monday morning in Tokyo', () => {
    const instant = ['2026-03-08T22:30:00Z'];
    expect(measuredIn('Europe/Rome', ['weekend-share', 'night-share'], instant)).toEqual([1, 1]);
    expect(measuredIn('Asia/Tokyo', ['weekend-share', 'night-share'], instant)).toEqual([0, 0]);
  });

  test('the day the clock changes is one day, its doubled hour one session', () => {
    const doubled = ['2026-10-25T00:10:00Z', '2026-10-25T01:10:00Z'];
    expect(measuredIn('Europe/Rome', ['active-days', 'sessions', 'events'], doubled)).toEqual([1, 1, 2]);
    const skipped = ['2026-03-29T00:40:00Z', '2026-03-29T01:10:00Z'];
    expect(measuredIn('Europe/Rome', ['active-days', 'sessions'], skipped)).toEqual([1, 2]);
  });

  test('the 29th of February lies between the 28th and the 1st', () => {
    const leap = ['2024-02-28T12:00:00Z', '2024-02-29T12:00:00Z', '2024-03-01T12:00:00Z'];
    expect(measuredIn('Europe/Rome', ['active-days', 'longest-streak'], leap)).toEqual([3, 3]);
  });
});

describe('a history', () => {
  test('leaves out days outside its span and refuses to look beyond', () => {
    const cut = buildHistory(rows, { from: monday + 3, before: monday + 8, joinedOn: monday });
    expect(measure('events', null, cut, context, monday + 8)).toBe(6);
    expect(() => measure('events', 7, cut, context, monday + 9)).toThrow(
      `before: expected a day up to ${monday + 8}, where the history ends, got ${monday + 9}`,
    );
    expect(() => buildHistory([], { from: 5, before: 4, joinedOn: 0 })).toThrow(
      'span: expected from ≤ before',
    );
  });

  test('activity before the joining date is observed', () => {
    const early = buildHistory([row(monday, {})], {
      from: monday,
      before: monday + 10,
      joinedOn: monday + 5,
    });
    expect(measure('days-known', null, early, context, monday + 10)).toBe(10);
    expect(measure('events', null, early, context, monday + 3)).toBe(1);
  });
});

describe('what was not recorded', () => {
  test('sessions and hours are not measured where only the day is known', () => {
    const dayOnly = buildHistory([row(monday, {}), row(monday + 1, {})], {
      ...{ from: monday, before: monday + 7, joinedOn: monday },
    });
    for (const id of ['sessions', 'sessions-per-day', 'night-share', 'hours']) {
      expect(measure(id, 7, dayOnly, context, monday + 7)).toBeNaN();
    }
  });

  test('a quiet week of a learner whose hours are known has 0 of them', () => {
    expect(of('sessions', 2)).toBe(0);
    expect(of('hours', 2)).toBe(0);
    expect(of('hours', 5)).toBeNaN(); // active on day 10, with no time recorded
  });
});
