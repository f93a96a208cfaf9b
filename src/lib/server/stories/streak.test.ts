import { describe, expect, test } from 'vitest';
import type { DailyRollup } from '#lib/domain/activity/rollup.ts';
import { parseSchoolDay } from '#lib/domain/activity/school-day.ts';
import { buildHistory, schoolCalendar } from '#lib/domain/features/index.ts';
import { streakOf } from './streak.ts';

const monday = parseSchoolDay('2026-03-02');
const wednesday = monday + 16;
const joinedOn = monday - 30;

/** The streak on the evening of `today`, of a learner active on these days. */
function streakOn(today: number, active: readonly number[], holidays: readonly number[] = []) {
  const nothing = { seconds: 0, scoreSum: 0, scoreCount: 0, dueCount: 0, lateCount: 0, leadDaysSum: 0 };
  const rollups = active.map((day): DailyRollup => ({
    ...{ learnerId: 1, classId: 1, day, kind: 'read', count: 1, quantity: 1, slots: 0 },
    ...nothing,
  }));
  const before = today + 1;
  const history = buildHistory(rollups, { from: joinedOn, before, joinedOn });
  const spans = holidays.map((day) => ({ kind: 'holiday' as const, startsOn: day, endsOn: day }));
  return streakOf({ history, context: { calendar: schoolCalendar(spans), classHistory: null }, before });
}

describe('a streak', () => {
  test('goes over weekends without a freeze, over holidays with one', () => {
    const streak = streakOn(
      monday + 8,
      [3, 4, 8].map((i) => monday + i),
      [monday + 7],
    );
    expect(streak).toMatchObject({ days: 3, freezes: 1, longest: 3 });
  });

  test('shows the weekdays of three weeks, the running one as far as it went', () => {
    const days = [0, 1, 2, 4, 7, 8, 9, 10, 11, 14, 15].map((i) => monday + i);
    const recent = streakOn(wednesday, days, [monday + 3])?.recent ?? [];
    expect(recent.map(({ state }) => state).join(' ')).toBe(
      'active active active frozen active active active active active active active active open',
    );
    expect(recent[0].day).toBe('2026-03-02');
    expect(recent.at(-1)?.day).toBe('2026-03-18');
  });

  test('a day without activity is missed only once it is over', () => {
    expect(streakOn(wednesday, [wednesday - 1])?.recent.at(-1)?.state).toBe('open');
    expect(streakOn(wednesday, [wednesday])?.recent.at(-2)?.state).toBe('missed');
  });

  test('there is none before the first school day', () => {
    expect(streakOn(monday - 30, [])).toBeNull();
  });
});
