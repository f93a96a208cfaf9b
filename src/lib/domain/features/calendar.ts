import { formatSchoolDay, type SchoolDay, weekday } from '../activity/school-day.ts';

export interface CalendarSpan {
  readonly kind: 'term' | 'holiday';
  readonly startsOn: SchoolDay;
  /** The last day, included. */
  readonly endsOn: SchoolDay;
}

/** Which days are school days: Monday to Friday, in a term, in no holiday. */
export interface SchoolCalendar {
  isSchoolDay(day: SchoolDay): boolean;
  /** School days in [from, before). */
  countSchoolDays(from: SchoolDay, before: SchoolDay): number;
}

const workdaysPerWeek = 5;

/** A school that names no term is always in term; holidays count all the same. */
export function schoolCalendar(spans: Iterable<CalendarSpan>): SchoolCalendar {
  const all = [...spans];
  for (const span of all) checkSpan(span);
  const hasTerms = all.some(({ kind }) => kind === 'term');
  const from = all.reduce((first, span) => Math.min(first, span.startsOn), Infinity);
  const before = all.reduce((last, span) => Math.max(last, span.endsOn + 1), -Infinity);
  const counts = all.length === 0 ? new Int32Array(1) : countedSchoolDays(all, from, before, hasTerms);
  return calendarOf(all.length === 0 ? 0 : from, counts, hasTerms ? noDays : workdaysBefore);
}

function checkSpan({ kind, startsOn, endsOn }: CalendarSpan): void {
  if (endsOn >= startsOn) return;
  throw new RangeError(
    `${kind}: expected an end on or after ${formatSchoolDay(startsOn)}, got ${formatSchoolDay(endsOn)}`,
  );
}

/** Element i: school days in [from, from + i). */
function countedSchoolDays(
  spans: readonly CalendarSpan[],
  from: SchoolDay,
  before: SchoolDay,
  hasTerms: boolean,
): Int32Array {
  const isOpen = new Uint8Array(before - from).fill(hasTerms ? 0 : 1);
  for (const kind of ['term', 'holiday'] as const) {
    for (const span of spans) {
      if (span.kind === kind)
        isOpen.fill(kind === 'term' ? 1 : 0, span.startsOn - from, span.endsOn + 1 - from);
    }
  }
  const counts = new Int32Array(isOpen.length + 1);
  for (let i = 0; i < isOpen.length; i++) {
    counts[i + 1] = counts[i] + (isOpen[i] === 1 && isWorkday(from + i) ? 1 : 0);
  }
  return counts;
}

/** `outside` counts the school days before a day, up to a constant, where the counted days end. */
function calendarOf(
  from: SchoolDay,
  counts: Int32Array,
  outside: (day: SchoolDay) => number,
): SchoolCalendar {
  const last = from + counts.length - 1;
  const atFrom = outside(from);
  const beyondLast = counts[counts.length - 1] - outside(last);
  const position = (day: SchoolDay): number => {
    if (day < from) return outside(day) - atFrom;
    return day <= last ? counts[day - from] : outside(day) + beyondLast;
  };
  return {
    isSchoolDay: (day) => position(day + 1) > position(day),
    countSchoolDays: (start, end) => (end > start ? position(end) - position(start) : 0),
  };
}

function isWorkday(day: SchoolDay): boolean {
  return weekday(day) < workdaysPerWeek;
}

function noDays(): number {
  return 0;
}

/** Mondays to Fridays before `day`, counted from a fixed Monday. */
function workdaysBefore(day: SchoolDay): number {
  const today = weekday(day);
  return ((day - today + 3) / 7) * workdaysPerWeek + Math.min(today, workdaysPerWeek);
}
