import type { ActivityKind } from './event.ts';
import type { SchoolDay } from './school-day.ts';

/** Half-hour slots of a day; slot k covers minutes 30k to 30k+29. */
export const slotsPerDay = 48;

/**
 * All a learner did of one kind, in one class, on one day. Every field merges by addition, and `slots`
 * by bitwise or, so the order in which events arrive does not matter.
 */
export interface DailyRollup {
  readonly learnerId: number;
  /** 0 when the event named no class. */
  readonly classId: number;
  readonly day: SchoolDay;
  readonly kind: ActivityKind;
  readonly count: number;
  readonly quantity: number;
  readonly seconds: number;
  readonly scoreSum: number;
  readonly scoreCount: number;
  /** Hand-ins with a deadline. */
  readonly dueCount: number;
  readonly lateCount: number;
  /** Days between hand-in and deadline, summed: positive is early, negative late. */
  readonly leadDaysSum: number;
  /** Bit k set: active in half-hour slot k. An integer below 2^48; 0 when only the day is known. */
  readonly slots: number;
}
