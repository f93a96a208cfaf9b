import { describe, expect, test } from 'vitest';
import type { DailyRollup } from '#lib/domain/activity/rollup.ts';
import { parseSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import { buildHistory, schoolCalendar } from '#lib/domain/features/index.ts';
import { ownPast } from './own-past.ts';

const before = parseSchoolDay('2026-03-02');
const joinedOn = before - 70;

function day(back: number, more: Partial<DailyRollup> = {}): DailyRollup {
  const nothing = { seconds: 0, scoreSum: 0, scoreCount: 0, dueCount: 0, lateCount: 0, leadDaysSum: 0 };
  const one = {
    learnerId: 1,
    classId: 1,
    day: before - back,
    kind: 'practice' as const,
    count: 1,
    quantity: 1,
  };
  return { ...one, ...nothing, slots: 0, ...more };
}

function lookAt(
  rollups: readonly DailyRollup[],
  joined: SchoolDay = joinedOn,
  holidays: readonly number[] = [],
) {
  const history = buildHistory(rollups, { from: joined, before, joinedOn: joined });
  const spans = holidays.map((back) => ({
    kind: 'holiday' as const,
    startsOn: before - back,
    endsOn: before - back,
  }));
  return { history, context: { calendar: schoolCalendar(spans), classHistory: null }, before };
}

describe('the last four weeks beside the four before', () => {
  test('what was done falls into its own stretch', () => {
    const past = ownPast(lookAt([day(57), day(56), day(29), day(28), day(1)]));
    expect(past?.measures).toEqual([{ id: 'active-days', now: 2, before: 2 }]);
  });

  test('late work is handed in, but not on time', () => {
    const submit = { kind: 'submit' as const, dueCount: 2, count: 2 };
    const past = ownPast(lookAt([day(40, submit), day(3, { ...submit, lateCount: 1 })]));
    expect(past?.measures.find(({ id }) => id === 'on-time')).toEqual({ id: 'on-time', now: 1, before: 2 });
  });

  test('no mark in a stretch is not a mark of 0', () => {
    const past = ownPast(lookAt([day(3, { kind: 'grade', scoreSum: 150, scoreCount: 2 })]));
    expect(past?.measures.find(({ id }) => id === 'mean-mark')).toEqual({
      id: 'mean-mark',
      now: 75,
      before: null,
    });
  });

  test('hours count where the school measures time', () => {
    const past = ownPast(lookAt([day(40, { seconds: 5_400 }), day(3, { seconds: 7_200 })]));
    expect(past?.measures.find(({ id }) => id === 'hours')).toEqual({ id: 'hours', now: 2, before: 1.5 });
    const untimed = ownPast(lookAt([day(40), day(3)]));
    expect(untimed?.measures.map(({ id }) => id)).toEqual(['active-days']);
  });

  test('a holiday makes the stretches unequal, and that is said', () => {
    const { schoolDays } = ownPast(lookAt([], joinedOn, [7])) ?? {};
    expect(schoolDays).toEqual({ now: 19, before: 20 });
  });

  test('who came later has no past to look at yet', () => {
    expect(ownPast(lookAt([day(3)], before - 55))).toBeNull();
    expect(ownPast(lookAt([day(3)], before - 56))).not.toBeNull();
  });
});
