import { type SchoolDay, parseSchoolDay, weekday, weekStart } from '#lib/domain/activity/school-day.ts';

/** A stretch of days, both ends included, as the school's calendar stores it. */
export interface CalendarSpan {
  readonly kind: 'term' | 'holiday';
  readonly name: string;
  readonly startsOn: SchoolDay;
  readonly endsOn: SchoolDay;
}

/** One Italian school year: by law from 1 September to 31 August, with lessons inside it. */
export interface SchoolYear {
  /** `2025/26`. */
  readonly name: string;
  readonly startsOn: SchoolDay;
  readonly endsOn: SchoolDay;
  readonly firstLesson: SchoolDay;
  readonly lastLesson: SchoolDay;
  readonly spans: readonly CalendarSpan[];
}

export type DayKind = 'lessons' | 'weekend' | 'holiday' | 'summer';

const friday = 4;

export function dayOf(year: number, month: number, date: number): SchoolDay {
  const pad = (value: number) => String(value).padStart(2, '0');
  return parseSchoolDay(`${year}-${pad(month)}-${pad(date)}`);
}

/** The year in which the school year that holds `day` began. */
export function schoolYearOf(day: SchoolDay): number {
  const date = new Date(day * 86_400_000);
  return date.getUTCMonth() >= 8 ? date.getUTCFullYear() : date.getUTCFullYear() - 1;
}

/** @see the anonymous Gregorian computus (Meeus, Astronomical Algorithms, chapter 8) */
export function easterSunday(year: number): SchoolDay {
  const [golden, century, ofCentury] = [year % 19, Math.floor(year / 100), year % 100];
  const skipped = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + century - Math.floor(century / 4) - skipped + 15) % 30;
  const leaps = 2 * (century % 4) + 2 * Math.floor(ofCentury / 4);
  const toSunday = (32 + leaps - epact - (ofCentury % 4)) % 7;
  const correction = Math.floor((golden + 11 * epact + 22 * toSunday) / 451);
  const days = epact + toSunday - 7 * correction + 114;
  return dayOf(year, Math.floor(days / 31), (days % 31) + 1);
}

/** The school year that begins in September of `year`: lessons from Monday to Friday. */
export function schoolYear(year: number): SchoolYear {
  const firstLesson = weekStart(dayOf(year, 9, 15));
  const lastLesson = weekStart(dayOf(year + 1, 6, 10) - friday) + friday;
  const winterEnd = dayOf(year + 1, 1, 31);
  return {
    name: `${year}/${String((year + 1) % 100).padStart(2, '0')}`,
    startsOn: dayOf(year, 9, 1),
    endsOn: dayOf(year + 1, 8, 31),
    firstLesson,
    lastLesson,
    spans: [
      { kind: 'term', name: 'Primo quadrimestre', startsOn: firstLesson, endsOn: winterEnd },
      { kind: 'term', name: 'Secondo quadrimestre', startsOn: winterEnd + 1, endsOn: lastLesson },
      ...holidays(year),
    ],
  };
}

function holidays(year: number): CalendarSpan[] {
  const next = year + 1;
  const easter = easterSunday(next);
  const holiday = (name: string, startsOn: SchoolDay, endsOn = startsOn): CalendarSpan => ({
    kind: 'holiday',
    name,
    startsOn,
    endsOn,
  });
  return [
    holiday('Ognissanti', dayOf(year, 11, 1)),
    holiday('Immacolata', dayOf(year, 12, 8)),
    holiday('Vacanze di Natale', dayOf(year, 12, 23), dayOf(next, 1, 6)),
    holiday('Carnevale', easter - 48, easter - 47),
    holiday('Vacanze di Pasqua', easter - 3, easter + 2),
    holiday('Festa della Liberazione', dayOf(next, 4, 25)),
    holiday('Festa del Lavoro', dayOf(next, 5, 1)),
    holiday('Festa della Repubblica', dayOf(next, 6, 2)),
  ];
}

/** What each day from `from` to the end of the last year is; asked once a learner and day, so it is a table. */
export function dayKinds(years: readonly SchoolYear[]): { kindOf(day: SchoolDay): DayKind } {
  const first = years[0];
  const last = years.at(-1);
  if (!first || !last) throw new RangeError('years: expected at least one school year, got none');
  const kinds = Array.from({ length: last.endsOn - first.startsOn + 1 }, (_, offset) =>
    kindIn(years, first.startsOn + offset),
  );
  return { kindOf: (day) => kinds[day - first.startsOn] ?? 'summer' };
}

function kindIn(years: readonly SchoolYear[], day: SchoolDay): DayKind {
  const year = years.find(({ startsOn, endsOn }) => day >= startsOn && day <= endsOn);
  if (!year || day < year.firstLesson || day > year.lastLesson) return 'summer';
  const isHoliday = year.spans.some(
    ({ kind, startsOn, endsOn }) => kind === 'holiday' && day >= startsOn && day <= endsOn,
  );
  if (isHoliday) return 'holiday';
  return weekday(day) > friday ? 'weekend' : 'lessons';
}
