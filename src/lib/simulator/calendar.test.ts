import { expect, test } from 'vitest';
import { formatSchoolDay, parseSchoolDay, weekday } from '#lib/domain/activity/school-day.ts';
import { dayKinds, easterSunday, schoolYear, schoolYearOf } from './calendar.ts';
import { zoneClock } from './zone-clock.ts';

// From the tables of the Astronomical Almanac.
test.each([
  [1961, '1961-04-02'],
  [2000, '2000-04-23'],
  [2008, '2008-03-23'],
  [2024, '2024-03-31'],
  [2025, '2025-04-20'],
  [2026, '2026-04-05'],
  [2027, '2027-03-28'],
  [2038, '2038-04-25'],
])('Easter %i', (year, date) => {
  expect(formatSchoolDay(easterSunday(year))).toBe(date);
});

test('lessons run from Monday to Friday, about 200 to 210 of them a year', () => {
  for (let year = 2020; year < 2035; year++) {
    const made = schoolYear(year);
    const { kindOf } = dayKinds([made]);
    const days = [...Array(made.endsOn - made.startsOn + 1).keys()].map((offset) => made.startsOn + offset);
    const lessons = days.filter((day) => kindOf(day) === 'lessons');
    expect(lessons.length).toBeGreaterThan(165);
    expect(lessons.length).toBeLessThan(180);
    expect(lessons.every((day) => weekday(day) < 5)).toBe(true);
  }
});

test.each([
  ['2025-11-01', 'holiday'],
  ['2025-12-08', 'holiday'],
  ['2025-12-25', 'holiday'],
  ['2026-01-06', 'holiday'],
  ['2026-01-07', 'lessons'],
  ['2026-04-06', 'holiday'], // Easter Monday
  ['2026-04-25', 'holiday'],
  ['2026-05-01', 'holiday'],
  ['2026-06-02', 'holiday'],
  ['2026-05-09', 'weekend'],
  ['2026-07-15', 'summer'],
  ['2025-09-03', 'summer'],
])('%s is %s', (date, kind) => {
  expect(dayKinds([schoolYear(2025)]).kindOf(parseSchoolDay(date))).toBe(kind);
});

test('a school year turns on the first of September', () => {
  expect(schoolYearOf(parseSchoolDay('2026-08-31'))).toBe(2025);
  expect(schoolYearOf(parseSchoolDay('2026-09-01'))).toBe(2026);
});

test.each(['Europe/Rome', 'America/New_York', 'Asia/Kolkata', 'UTC'])(
  'minutes of a day in %s come back',
  (zone) => {
    const clock = zoneClock(zone);
    const from = parseSchoolDay('2026-03-01');
    for (let day = from; day < from + 300; day += 1) {
      for (const minute of [0, 5, 90, 300, 719, 1439]) {
        expect(clock.momentOf(clock.instantOf(day, minute))).toEqual({ day, minute });
      }
    }
  },
);
