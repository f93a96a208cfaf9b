import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ActivityKind } from '../activity/event.ts';
import type { DailyRollup } from '../activity/rollup.ts';
import { parseSchoolDay, type SchoolDay, weekday } from '../activity/school-day.ts';
import { buildHistory, type CalendarSpan, measure, schoolCalendar } from './index.ts';

const monday = parseSchoolDay('2026-11-30');
const winter: CalendarSpan = {
  kind: 'holiday',
  startsOn: parseSchoolDay('2026-12-23'),
  endsOn: parseSchoolDay('2027-01-06'),
};

function rollup(day: SchoolDay, kind: ActivityKind = 'view'): DailyRollup {
  const zeros = { seconds: 0, scoreSum: 0, scoreCount: 0, dueCount: 0, lateCount: 0, leadDaysSum: 0 };
  return { learnerId: 1, classId: 0, day, kind, count: 1, quantity: 1, slots: 0, ...zeros };
}

function measured(
  id: string,
  days: readonly SchoolDay[],
  before: SchoolDay,
  spans: readonly CalendarSpan[] = [],
  window: number | null = null,
): number {
  const joinedOn = Math.min(monday, ...days);
  const history = buildHistory(
    days.map((day) => rollup(day)),
    { from: joinedOn, before, joinedOn },
  );
  return measure(id, window, history, { calendar: schoolCalendar(spans), classHistory: null }, before);
}

const stretch = (from: SchoolDay, length: number) => Array.from({ length }, (_, i) => from + i);

describe('the current streak', () => {
  test('counts school days in a row; a weekend between them is no break', () => {
    const days = [monday, monday + 1, monday + 2, monday + 3, monday + 4, monday + 7];
    expect(measured('streak', days, monday + 8)).toBe(6);
  });

  test('a missed school day ends it', () => {
    expect(measured('streak', [monday, monday + 1, monday + 3], monday + 4)).toBe(1);
  });

  test('today is not over: a day without activity so far ends nothing, yesterday’s does', () => {
    expect(measured('streak', [monday, monday + 1], monday + 3)).toBe(2);
    expect(measured('streak', [monday, monday + 1], monday + 4)).toBe(0);
  });

  test('work on a Saturday neither adds nor breaks', () => {
    expect(measured('streak', [monday + 4, monday + 5, monday + 7], monday + 8)).toBe(2);
  });

  test('the winter holidays freeze it', () => {
    const days = [...stretch(parseSchoolDay('2026-12-21'), 2), ...stretch(parseSchoolDay('2027-01-07'), 2)];
    const before = parseSchoolDay('2027-01-09');
    expect(measured('streak', days, before, [winter])).toBe(4);
    expect(measured('streak', days, before, [])).toBe(2);
  });

  test('outside the terms time stands still', () => {
    const term: CalendarSpan = { kind: 'term', startsOn: monday, endsOn: monday + 4 };
    expect(measured('streak', stretch(monday, 5), monday + 90, [term])).toBe(5);
    const later: CalendarSpan = { kind: 'term', startsOn: monday + 100, endsOn: monday + 104 };
    expect(measured('streak', stretch(monday, 5), monday + 90, [later])).toBeNaN();
  });

  test('being graded or missing a lesson is no activity', () => {
    const passive = (['grade', 'absence', 'enrol', 'withdraw'] as const).map((kind) => rollup(monday, kind));
    const history = buildHistory(passive, { from: monday, before: monday + 1, joinedOn: monday });
    const context = { calendar: schoolCalendar([]), classHistory: null };
    for (const id of ['streak', 'events', 'active-days', 'kinds']) {
      const window = id === 'streak' ? null : 7;
      expect(measure(id, window, history, context, monday + 1)).toBe(0);
    }
  });
});

describe('laws of streaks', () => {
  const activity = fc.uniqueArray(fc.integer({ min: monday, max: monday + 50 }), { maxLength: 50 });
  const before = monday + 51;
  const holidays = fc
    .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 12 }))
    .map(([from, length]): CalendarSpan => ({
      kind: 'holiday',
      startsOn: monday + from,
      endsOn: monday + from + length,
    }));

  test('activity on a day without school changes no streak of days', () => {
    fc.assert(
      fc.property(activity, holidays, (days, span) => {
        const calendar = schoolCalendar([span]);
        const atSchool = days.filter((day) => calendar.isSchoolDay(day));
        for (const id of ['streak', 'longest-streak', 'longest-gap']) {
          expect(measured(id, days, before, [span])).toBe(measured(id, atSchool, before, [span]));
        }
      }),
    );
  });

  test('declaring a missed stretch a holiday never shortens the current streak', () => {
    fc.assert(
      fc.property(activity, holidays, (days, span) => {
        const outside = days.filter((day) => day < span.startsOn || day > span.endsOn);
        expect(measured('streak', outside, before, [span])).toBeGreaterThanOrEqual(
          measured('streak', outside, before),
        );
      }),
    );
  });

  test('a streak is at most the longest, which is at most the active school days', () => {
    fc.assert(
      fc.property(activity, (days) => {
        const longest = measured('longest-streak', days, before);
        expect(measured('streak', days, before)).toBeLessThanOrEqual(longest);
        expect(longest).toBeLessThanOrEqual(days.filter((day) => weekday(day) < 5).length);
      }),
    );
  });

  // Monday, Tuesday and Thursday: on Wednesday, which is not over, the streak is still 2; Thursday then begins a new one.
  test('one more school day adds at most one to the streak, or leaves none, or begins anew', () => {
    fc.assert(
      fc.property(activity, fc.integer({ min: monday + 1, max: monday + 50 }), (days, day) => {
        const yesterday = measured(
          'streak',
          days.filter((one) => one < day),
          day,
        );
        const today = measured(
          'streak',
          days.filter((one) => one <= day),
          day + 1,
        );
        expect([0, 1, yesterday, yesterday + 1]).toContain(today);
      }),
    );
  });
});

test('a day that was left out ends the streak once it is over', () => {
  const days = [monday, monday + 1, monday + 3];
  expect(measured('streak', days.slice(0, 2), monday + 3)).toBe(2);
  expect(measured('streak', days, monday + 4)).toBe(1);
});

describe('weeks in a row', () => {
  const weekly = (weeks: readonly number[], perWeek: number) =>
    weeks.flatMap((week) => stretch(monday + 7 * week, perWeek));

  test('count weeks with activity; the current week cannot break them', () => {
    expect(measured('week-streak', weekly([0, 1, 2], 1), monday + 21)).toBe(3);
    expect(measured('week-streak', weekly([0, 1, 2], 1), monday + 24)).toBe(3);
    expect(measured('week-streak', weekly([0, 2], 1), monday + 21)).toBe(1);
    expect(measured('week-streak', weekly([0, 1], 1), monday + 28)).toBe(0);
  });

  test('a week of holidays is jumped', () => {
    // 21 December to 10 January: a short week, a week without school, a short week.
    const days = weekly([0, 1, 2, 3, 5], 1).map((day) => (day === monday + 35 ? day + 3 : day));
    expect(measured('week-streak', days, monday + 42, [winter])).toBe(5);
    expect(measured('week-streak', days, monday + 42)).toBe(1);
  });

  test('steady weeks want three days, or all of a shorter week', () => {
    expect(measured('steady-week-streak', weekly([0, 1], 3), monday + 14)).toBe(2);
    expect(measured('steady-week-streak', weekly([0, 1], 2), monday + 14)).toBe(0);
    // Only 21 and 22 December are school days.
    expect(
      measured('steady-week-streak', [...weekly([2], 3), ...weekly([3], 2)], monday + 28, [winter]),
    ).toBe(2);
  });
});

describe('breaks and comebacks', () => {
  test('a comeback follows ten school days without activity', () => {
    const back = (day: number) => measured('comebacks', [monday, day], day + 1, [], 7);
    expect(back(monday + 14)).toBe(0); // nine school days between
    expect(back(monday + 15)).toBe(1);
  });

  test('a comeback counts in the window that holds the return, from its first day on', () => {
    expect(measured('comebacks', [monday, monday + 15], monday + 16, [], 1)).toBe(1);
    expect(measured('comebacks', [monday, monday + 15], monday + 17, [], 1)).toBe(0);
  });

  test('coming back from the holidays is none', () => {
    const days = [parseSchoolDay('2026-12-22'), parseSchoolDay('2027-01-07')];
    expect(measured('comebacks', days, parseSchoolDay('2027-01-08'), [winter], 28)).toBe(0);
    expect(measured('comebacks', days, parseSchoolDay('2027-01-08'), [], 28)).toBe(1);
  });

  test('the longest break counts school days alone, and not today', () => {
    expect(measured('longest-gap', [monday, monday + 8], monday + 9)).toBe(5);
    expect(measured('longest-gap', [monday], monday + 3)).toBe(1);
  });
});
