import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ActivityEvent } from './event.ts';
import { addToRollups, foldEvent, mergeRollup, unionOfSlots } from './fold.ts';
import type { DailyRollup } from './rollup.ts';
import { parseSchoolDay } from './school-day.ts';

const base: ActivityEvent = {
  id: 'e1',
  learner: 'ada',
  kind: 'submit',
  at: new Date('2026-03-10T09:10:00Z'),
  dayOnly: false,
  quantity: 2,
  seconds: 0,
  score: 80,
  dueAt: new Date('2026-03-12T09:10:00Z'),
  class: null,
  source: 'lms',
  item: null,
};
const who = { learnerId: 7, classId: 3, timeZone: 'Europe/Rome' };
const fold = (change: Partial<ActivityEvent>, timeZone = 'Europe/Rome') =>
  foldEvent({ ...base, ...change }, { ...who, timeZone });

describe('foldEvent', () => {
  test('a hand-in two days early', () => {
    expect(fold({})).toEqual({
      learnerId: 7,
      classId: 3,
      day: parseSchoolDay('2026-03-10'),
      kind: 'submit',
      count: 1,
      quantity: 2,
      seconds: 0,
      scoreSum: 80,
      scoreCount: 1,
      dueCount: 1,
      lateCount: 0,
      leadDaysSum: 2,
      slots: 2 ** 20, // 10:10 in Rome
    });
  });

  test('late is after the deadline by the clock; without a score nothing is scored', () => {
    const late = fold({ at: new Date('2026-03-13T09:10:00Z'), score: null });
    expect(late).toMatchObject({ lateCount: 1, leadDaysSum: -1, scoreSum: 0, scoreCount: 0 });
  });

  test('a deadline on anything but a hand-in does not count', () => {
    expect(fold({ kind: 'view' })).toMatchObject({ dueCount: 0, lateCount: 0, leadDaysSum: 0 });
  });

  test.each([
    ['2026-03-28T23:30:00Z', 'Europe/Rome', '2026-03-29', 1], // half past midnight, before the clock jumps
    ['2026-03-29T01:30:00Z', 'Europe/Rome', '2026-03-29', 7], // 03:30: half past two does not exist
    ['2026-10-25T00:30:00Z', 'Europe/Rome', '2026-10-25', 5], // the first 02:30
    ['2026-10-25T01:30:00Z', 'Europe/Rome', '2026-10-25', 5], // the second 02:30
    ['2024-02-29T23:30:00Z', 'UTC', '2024-02-29', 47],
    ['2024-02-29T23:30:00Z', 'Europe/Rome', '2024-03-01', 1],
    ['2026-01-01T03:00:00Z', 'America/New_York', '2025-12-31', 44],
  ])('%s in %s falls on %s', (at, timeZone, day, slot) => {
    expect(fold({ at: new Date(at) }, timeZone)).toMatchObject({
      day: parseSchoolDay(day),
      slots: 2 ** slot,
    });
  });

  test('time spent fills the half-hours it touches and stops at midnight', () => {
    const from = (at: string, seconds: number) => fold({ at: new Date(at), seconds }, 'UTC').slots;
    expect(from('2026-03-10T08:00:00Z', 3600)).toBe(2 ** 16 + 2 ** 17);
    expect(from('2026-03-10T08:00:00Z', 3660)).toBe(2 ** 16 + 2 ** 17 + 2 ** 18);
    expect(from('2026-03-10T23:40:00Z', 7200)).toBe(2 ** 47);
  });

  test('a day-only event keeps its day in every zone and knows no hour', () => {
    const change = {
      at: new Date('2026-03-10T00:00:00Z'),
      dueAt: new Date('2026-03-10T00:00:00Z'),
      dayOnly: true,
    };
    for (const zone of ['America/Los_Angeles', 'Europe/Rome', 'Pacific/Kiritimati']) {
      expect(fold(change, zone)).toMatchObject({
        day: parseSchoolDay('2026-03-10'),
        slots: 0,
        lateCount: 0,
        dueCount: 1,
      });
    }
  });

  test('a day-only hand-in before an exact deadline is judged by the school’s own days', () => {
    const due = new Date('2026-03-11T03:59:00Z'); // 23:59 on the tenth in New York
    const handed = { at: new Date('2026-03-10T00:00:00Z'), dueAt: due, dayOnly: true };
    expect(fold(handed, 'America/New_York')).toMatchObject({ leadDaysSum: 0, lateCount: 0 });
  });
});

describe('merging', () => {
  test('refuses two different days', () => {
    const other = { ...fold({}), day: 1 };
    expect(() => mergeRollup(fold({}), other)).toThrow(
      'rollup: expected 20522/7/3/submit (day/learner/class/kind), got 1/7/3/submit',
    );
  });

  const slots = fc.integer({ min: 0, max: 2 ** 48 - 1 });

  test('the union of slots is the bitwise or of 48-bit numbers', () => {
    fc.assert(
      fc.property(slots, slots, (a, b) => {
        expect(BigInt(unionOfSlots(a, b))).toBe(BigInt(a) | BigInt(b));
      }),
    );
  });

  test('the order of events does not matter', () => {
    const event = fc.record({
      minute: fc.integer({ min: 0, max: 5000 }),
      kind: fc.constantFrom('view', 'submit', 'grade' as const),
      score: fc.option(fc.integer({ min: 0, max: 100 })),
      quantity: fc.integer({ min: 0, max: 9 }),
    });
    const fill = (events: readonly ActivityEvent[]) => {
      const rollups = new Map<string, DailyRollup>();
      for (const one of events) addToRollups(rollups, foldEvent(one, who));
      return new Map([...rollups].sort(([a], [b]) => (a < b ? -1 : 1)));
    };
    fc.assert(
      fc.property(fc.array(event), fc.func(fc.integer()), (drawn, rank) => {
        const events = drawn.map(({ minute, ...rest }) => ({
          ...base,
          ...rest,
          at: new Date(base.at.getTime() + minute * 60_000),
          dueAt: null,
        }));
        const shuffled = events.toSorted((a, b) => rank(a) - rank(b));
        expect(fill(shuffled)).toEqual(fill(events));
      }),
    );
  });
});
