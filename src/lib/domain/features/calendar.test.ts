import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSchoolDay, weekday } from '../activity/school-day.ts';
import { type CalendarSpan, schoolCalendar } from './calendar.ts';

const span = (kind: 'term' | 'holiday', startsOn: string, endsOn: string): CalendarSpan => ({
  kind,
  startsOn: parseSchoolDay(startsOn),
  endsOn: parseSchoolDay(endsOn),
});

describe('schoolCalendar', () => {
  const year = schoolCalendar([
    span('holiday', '2026-12-23', '2027-01-06'),
    span('term', '2026-09-07', '2027-06-09'),
  ]);
  const isOpen = (date: string) => year.isSchoolDay(parseSchoolDay(date));

  test('school days lie in a term, in no holiday, Monday to Friday', () => {
    expect(isOpen('2026-09-04')).toBe(false); // Friday before the term
    expect(isOpen('2026-09-07')).toBe(true);
    expect(isOpen('2026-09-12')).toBe(false); // Saturday
    expect(isOpen('2026-12-22')).toBe(true);
    expect(isOpen('2026-12-23')).toBe(false);
    expect(isOpen('2027-01-06')).toBe(false);
    expect(isOpen('2027-01-07')).toBe(true);
    expect(isOpen('2027-06-09')).toBe(true);
    expect(isOpen('2027-06-10')).toBe(false);
  });

  test('a leap day is a day like any other', () => {
    const leap = schoolCalendar([span('term', '2024-02-26', '2024-03-03')]);
    expect(leap.isSchoolDay(parseSchoolDay('2024-02-29'))).toBe(true);
    expect(leap.countSchoolDays(parseSchoolDay('2024-02-26'), parseSchoolDay('2024-03-04'))).toBe(5);
  });

  test('without terms every weekday counts, but for the holidays', () => {
    const always = schoolCalendar([span('holiday', '2026-12-23', '2027-01-06')]);
    expect(always.isSchoolDay(parseSchoolDay('2031-07-07'))).toBe(true);
    expect(always.isSchoolDay(parseSchoolDay('2026-12-24'))).toBe(false);
    expect(schoolCalendar([]).isSchoolDay(parseSchoolDay('1969-12-31'))).toBe(true);
    expect(schoolCalendar([]).isSchoolDay(parseSchoolDay('1969-12-28'))).toBe(false);
  });

  test('a span that ends before it starts is refused', () => {
    expect(() => schoolCalendar([span('term', '2026-09-07', '2026-09-06')])).toThrow(
      'term: expected an end on or after 2026-09-07, got 2026-09-06',
    );
  });

  test('the count of any stretch is that of its days one by one', () => {
    const day = fc.integer({ min: -60, max: 60 });
    const anySpan = fc
      .tuple(fc.constantFrom('term' as const, 'holiday' as const), day, fc.nat(30))
      .map(([kind, startsOn, length]) => ({ kind, startsOn, endsOn: startsOn + length }));
    fc.assert(
      fc.property(fc.array(anySpan, { maxLength: 4 }), day, day, (spans, from, before) => {
        const covers = (kind: string, on: number) =>
          spans.some((one) => one.kind === kind && one.startsOn <= on && on <= one.endsOn);
        const hasTerms = spans.some(({ kind }) => kind === 'term');
        const isOpen = (on: number) =>
          weekday(on) < 5 && !covers('holiday', on) && (!hasTerms || covers('term', on));
        const calendar = schoolCalendar(spans);
        let expected = 0;
        for (let on = from; on < before; on++) {
          expect(calendar.isSchoolDay(on)).toBe(isOpen(on));
          if (isOpen(on)) expected++;
        }
        expect(calendar.countSchoolDays(from, before)).toBe(expected);
      }),
    );
  });
});
