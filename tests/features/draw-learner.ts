import fc from 'fast-check';
import { activityKinds, passiveKinds } from '#lib/domain/activity/event.ts';
import { addToRollups } from '#lib/domain/activity/fold.ts';
import type { DailyRollup } from '#lib/domain/activity/rollup.ts';
import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import {
  buildClassHistory,
  buildHistory,
  type CalendarSpan,
  type ClassDay,
  type ClassMembers,
  type LearnerHistory,
  type MeasureContext,
  schoolCalendar,
} from '#lib/domain/features/index.ts';

/** A Monday; all that is drawn lies on the 120 days from here on. */
export const drawnFrom: SchoolDay = 20_503;
export const drawnDays = 120;

/** All that a measure may look at, as plain data. */
export interface DrawnLearner {
  readonly joinedOn: SchoolDay;
  readonly rollups: readonly DailyRollup[];
  readonly spans: readonly CalendarSpan[];
  readonly classDays: readonly ClassDay[];
  readonly members: readonly ClassMembers[];
  readonly joinedClassOn: SchoolDay;
}

const whole = (min: number, max: number) => fc.integer({ min, max });
export const anyDay = whole(drawnFrom, drawnFrom + drawnDays - 1);

/** One rollup of class 0, 1 or 2. Whole and half numbers, so that sums are exact in any order. */
export const anyRollup: fc.Arbitrary<DailyRollup> = fc
  .record({
    day: anyDay,
    classId: whole(0, 2),
    kind: fc.constantFrom(...activityKinds),
    count: whole(1, 5),
    halves: whole(0, 20),
    seconds: fc.oneof(fc.constant(0), whole(0, 4000)),
    scores: fc.array(whole(0, 100), { maxLength: 2 }),
    isDue: fc.boolean(),
    lead: whole(-5, 9),
    slots: fc.oneof(
      fc.constant(0),
      whole(0, 2 ** 48 - 1),
      whole(0, 47).map((slot) => 2 ** slot),
    ),
  })
  .map(({ halves, scores, isDue, lead, ...rest }) => ({
    ...rest,
    learnerId: 1,
    quantity: halves / 2,
    scoreSum: scores.reduce((sum, score) => sum + score, 0),
    scoreCount: scores.length,
    dueCount: isDue && rest.kind === 'submit' ? 1 : 0,
    lateCount: isDue && rest.kind === 'submit' && lead < 0 ? 1 : 0,
    leadDaysSum: isDue && rest.kind === 'submit' ? lead / 2 : 0,
  }));

const anySpan: fc.Arbitrary<CalendarSpan> = fc
  .tuple(fc.constantFrom('term' as const, 'holiday' as const), anyDay, whole(0, 60))
  .map(([kind, startsOn, length]) => ({ kind, startsOn, endsOn: startsOn + length }));

const anyClassDay: fc.Arbitrary<ClassDay> = fc
  .record({ day: anyDay, count: whole(0, 9), scores: fc.array(whole(0, 100), { maxLength: 3 }) })
  .map(({ day, count, scores }) => ({
    ...{ day, count },
    scoreSum: scores.reduce((sum, score) => sum + score, 0),
    scoreCount: scores.length,
  }));

const anyMembers: fc.Arbitrary<ClassMembers> = fc
  .tuple(anyDay, fc.option(whole(0, 60)), whole(1, 3))
  .map(([joinedOn, stay, learners]) => ({
    joinedOn,
    leftOn: stay === null ? null : joinedOn + stay,
    learners,
  }));

export const anyLearner: fc.Arbitrary<DrawnLearner> = fc.record({
  joinedOn: whole(drawnFrom - 5, drawnFrom + 40),
  rollups: fc
    .oneof(
      fc.array(anyRollup, { maxLength: 40 }),
      fc.array(anyRollup, { minLength: 60, maxLength: 150, size: 'max' }),
    )
    .map(merged),
  spans: fc.array(anySpan, { maxLength: 3 }),
  classDays: fc.uniqueArray(anyClassDay, { selector: ({ day }) => day, maxLength: 40 }),
  members: fc.array(anyMembers, { maxLength: 4 }),
  joinedClassOn: whole(drawnFrom, drawnFrom + 60),
});

/** As the database holds them: one row for a day, kind and class. */
export function merged(rollups: readonly DailyRollup[]): readonly DailyRollup[] {
  const rows = new Map<string, DailyRollup>();
  for (const rollup of rollups) addToRollups(rows, rollup);
  return [...rows.values()];
}

export function activeRows(rollups: readonly DailyRollup[]): readonly DailyRollup[] {
  return rollups.filter(({ kind }) => !passiveKinds.has(kind));
}

/** The history of what is known of the learner on the morning of `before`. */
export function historyBefore(drawn: DrawnLearner, before: SchoolDay): LearnerHistory {
  const from = Math.min(drawnFrom - 5, before);
  return buildHistory(drawn.rollups, { from, before, joinedOn: drawn.joinedOn });
}

export function contextBefore(drawn: DrawnLearner, before: SchoolDay): MeasureContext {
  return {
    calendar: schoolCalendar(drawn.spans),
    classHistory: buildClassHistory(1, drawn.classDays, drawn.members, before),
    joinedClassOn: drawn.joinedClassOn,
  };
}
