import fc from 'fast-check';
import { type ActivityKind, activityKinds, passiveKinds } from '../../activity/event.ts';
import type { DailyRollup } from '../../activity/rollup.ts';
import { type SchoolDay, weekday } from '../../activity/school-day.ts';
import {
  buildHistory,
  type LearnerHistory,
  type MeasureContext,
  schoolCalendar,
} from '../../features/index.ts';

/** A Monday. */
export const firstDay: SchoolDay = 20_696;

/** A term of half a year with two weeks of holidays in it. */
export const context: MeasureContext = {
  calendar: schoolCalendar([
    { kind: 'term', startsOn: firstDay, endsOn: firstDay + 200 },
    { kind: 'holiday', startsOn: firstDay + 63, endsOn: firstDay + 76 },
  ]),
  classHistory: null,
};

/** One kind on one day, as a learner of this class would leave it. */
export function rollup(day: SchoolDay, kind: ActivityKind, more: Partial<DailyRollup> = {}): DailyRollup {
  const isTimed = !passiveKinds.has(kind);
  return {
    learnerId: 1,
    classId: 1,
    day,
    kind,
    count: 1,
    quantity: 1,
    seconds: 0,
    scoreSum: 0,
    scoreCount: 0,
    dueCount: 0,
    lateCount: 0,
    leadDaysSum: 0,
    slots: isTimed ? 2 ** 30 : 0,
    ...more,
  };
}

/** A mark, 0 to 100. */
export function mark(day: SchoolDay, score: number): DailyRollup {
  return rollup(day, 'grade', { scoreSum: score, scoreCount: 1 });
}

/** Work handed in so many days before its deadline; negative is late. */
export function handIn(day: SchoolDay, leadDays: number): DailyRollup {
  return rollup(day, 'submit', { dueCount: 1, lateCount: leadDays < 0 ? 1 : 0, leadDaysSum: leadDays });
}

export function historyOf(rollups: readonly DailyRollup[], before: SchoolDay): LearnerHistory {
  return buildHistory(rollups, { from: firstDay, before, joinedOn: firstDay });
}

/** Monday to Friday in [from, before). */
export function weekdays(from: SchoolDay, before: SchoolDay): readonly SchoolDay[] {
  return Array.from({ length: before - from }, (_, index) => from + index).filter((day) => weekday(day) < 5);
}

const randomRollup = fc
  .record({
    day: fc.integer({ min: 0, max: 139 }),
    kind: fc.constantFrom(...activityKinds),
    count: fc.integer({ min: 1, max: 4 }),
    score: fc.integer({ min: 0, max: 100 }),
    lead: fc.integer({ min: -3, max: 6 }),
    slots: fc.constantFrom(0, 1, 2 ** 20, 2 ** 30 + 2 ** 33),
  })
  .map(({ day, kind, count, score, lead, slots }) => {
    if (kind === 'grade') return mark(firstDay + day, score);
    if (kind === 'submit') return handIn(firstDay + day, lead);
    return rollup(firstDay + day, kind, { count, quantity: count, slots, seconds: slots === 0 ? 0 : 600 });
  });

/** Learners of twenty weeks with busy days, quiet weeks and everything the kinds allow. */
export const histories: fc.Arbitrary<LearnerHistory> = fc
  .array(randomRollup, { maxLength: 120 })
  .map((rollups) => historyOf(rollups, firstDay + 140));
