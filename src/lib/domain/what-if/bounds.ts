import type { SchoolDay } from '../activity/school-day.ts';
import type { SchoolCalendar } from '../features/index.ts';
import type { DaySpan } from './day-order.ts';
import { type Deed, type DeedBound, type Deeds } from './deeds.ts';
import type { Habits } from './habits.ts';

/** What a learner who looks ahead starts from. */
export interface Situation {
  readonly calendar: SchoolCalendar;
  readonly habits: Habits;
  /** When the work still to hand in is due, ascending; null where the school sends no due dates. */
  readonly due: readonly SchoolDay[] | null;
}

/** More than these on one day is not study but gaming. */
export const mostPerDay = { practices: 3, helps: 2, posts: 2 } as const;

/** Without due dates, hand-ins may come up to so many times as often as they usually do. */
const mostHandInsOverUsual = 2;

/** What can be chosen in the days of the span and how far; a deed of which nothing is possible is left out. */
export function boundsOf(situation: Situation, span: DaySpan): DeedBound[] {
  const { calendar, habits } = situation;
  const days = Math.max(0, span.before - span.from);
  const schoolDays = calendar.countSchoolDays(span.from, span.before);
  const studyable = schoolDays > 0 ? schoolDays : days;
  const most: Readonly<Record<Deed, number>> = {
    'hand-ins': mostHandIns(situation, span),
    'study-days': days,
    practices: mostPerDay.practices * studyable,
    helps: mostPerDay.helps * studyable,
    posts: mostPerDay.posts * studyable,
    lessons: habits.sendsAttendance ? habits.lessonsPerDay * schoolDays : 0,
    'next-mark': habits.getsMarks && days > 0 ? 100 : 0,
  };
  return Object.entries(most)
    .filter(([, top]) => top > 0)
    .map(([deed, top]) => ({ deed: deed as Deed, least: 0, most: top, step: 1 }));
}

function mostHandIns({ due, habits, calendar }: Situation, { from, before }: DaySpan): number {
  if (due !== null) return due.filter((day) => day >= from && day < before).length;
  if (before <= from) return 0;
  const usual = habits.rates['hand-ins'] * calendar.countSchoolDays(from, before);
  return Math.max(1, Math.ceil(mostHandInsOverUsual * usual));
}

/** What this learner usually does in so many school days, within the bounds. The mark is left open: nobody chooses it. */
export function usualDeeds(situation: Situation, span: DaySpan): Deeds {
  const schoolDays = situation.calendar.countSchoolDays(span.from, span.before);
  const usual: Partial<Record<Deed, number>> = {};
  for (const { deed, most } of boundsOf(situation, span)) {
    if (deed === 'next-mark') continue;
    usual[deed] = Math.min(most, Math.round(situation.habits.rates[deed] * schoolDays));
  }
  return usual;
}
