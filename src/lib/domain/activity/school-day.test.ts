import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatSchoolDay, localMoment, parseSchoolDay, weekday, weekStart } from './school-day.ts';

const days = fc.integer({ min: parseSchoolDay('2000-01-01'), max: parseSchoolDay('2060-12-31') });

describe('school days', () => {
  test('a day is written and read back the same', () => {
    fc.assert(fc.property(days, (day) => parseSchoolDay(formatSchoolDay(day)) === day));
  });

  test('a week starts on its Monday', () => {
    expect(weekday(parseSchoolDay('2026-11-22'))).toBe(6);
    fc.assert(fc.property(days, (day) => weekday(weekStart(day)) === 0 && day - weekStart(day) < 7));
  });

  test.each(['2026-02-29', '2026-13-01', '26-01-01', '', '2026-1-1'])('refuses %j', (text) => {
    expect(() => parseSchoolDay(text)).toThrow('expected a calendar date as yyyy-mm-dd');
  });
});

describe('the local moment of an instant', () => {
  test('follows summer time on the days it begins and ends', () => {
    expect(localMoment(new Date('2026-03-29T00:59:59Z'), 'Europe/Rome')).toMatchObject({ minute: 119 });
    expect(localMoment(new Date('2026-03-29T01:00:00Z'), 'Europe/Rome')).toMatchObject({ minute: 180 });
    expect(localMoment(new Date('2026-10-25T00:59:59Z'), 'Europe/Rome')).toMatchObject({ minute: 179 });
    expect(localMoment(new Date('2026-10-25T01:00:00Z'), 'Europe/Rome')).toMatchObject({ minute: 120 });
  });

  test('follows clocks that change within a quarter of an hour', () => {
    const before = new Date('2009-11-01T02:30:00Z');
    const after = new Date('2009-11-01T02:31:00Z');
    expect(localMoment(before, 'America/St_Johns')).toMatchObject({ minute: 0 });
    expect(localMoment(after, 'America/St_Johns')).toMatchObject({ minute: 23 * 60 + 1 });
  });

  test('is what the platform says, wherever the school is', () => {
    const zones = fc.constantFrom(
      'Europe/Rome',
      'America/St_Johns',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
      'Pacific/Apia',
      'UTC',
    );
    const instants = fc.date({
      min: new Date('2000-01-01T00:00:00Z'),
      max: new Date('2040-01-01T00:00:00Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, zones, (at, timeZone) => {
        const text = at.toLocaleString('sv-SE', { timeZone });
        const { day, minute } = localMoment(at, timeZone);
        const clock = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
        return text.startsWith(`${formatSchoolDay(day)} ${clock}`);
      }),
      { numRuns: 2000 },
    );
  });
});
