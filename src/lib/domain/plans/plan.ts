import { type SchoolDay, weekStart } from '../activity/school-day.ts';
import { type CountedDeed, type DaySpan } from '../what-if/index.ts';

/** So much of each in one week; what is not named is not asked. */
export type PlannedDeeds = Readonly<Partial<Record<CountedDeed, number>>>;

/** One week of a plan: Monday to Sunday, the first one from the day the plan begins. */
export interface PlannedWeek extends DaySpan {
  readonly deeds: PlannedDeeds;
}

export interface Plan {
  readonly kind: 'plan';
  /** Without the empty weeks at the end; an empty one in between is a rest that the rule asks for. */
  readonly weeks: readonly PlannedWeek[];
  /** The day on whose evening the rule is met when all is done. */
  readonly reachedOn: SchoolDay;
  /** The first day left out when the plan was made: with one step less, the rule is not met by then. */
  readonly by: SchoolDay;
}

/** Why nothing a learner can decide reaches a badge in the weeks looked at. */
export type WhyNoPlan =
  | 'needs marks' // only a teacher's mark can close the gap
  | 'needs others' // what classmates do decides as well
  | 'needs work' // there is too little to hand in until then
  | 'needs a badge' // another badge comes first, and is itself out of reach
  | 'needs a break' // it is for coming back, and nobody should stay away for a badge
  | 'needs time'; // it takes longer than that

export type PlanAnswer =
  | Plan
  /** The rule is met already. */
  | { readonly kind: 'met' }
  /** The rule will be met on that day's evening though nothing is done. */
  | { readonly kind: 'by-itself'; readonly on: SchoolDay }
  /** Nothing a learner can decide reaches it in the weeks looked at. */
  | { readonly kind: 'none'; readonly why: WhyNoPlan };

/** How far ahead plans look. */
export const mostWeeks = 8;

/** The weeks from a day on: the first ends with its own Sunday. */
export function weeksFrom(from: SchoolDay, count: number): DaySpan[] {
  const monday = weekStart(from);
  return Array.from({ length: count }, (_, i) => ({
    from: Math.max(from, monday + 7 * i),
    before: monday + 7 * (i + 1),
  }));
}
