import type { SchoolDay } from '#lib/domain/activity/school-day.ts';

export type Outcome = 'distinction' | 'pass' | 'fail' | 'withdrawn';

export interface SimulatedMembership {
  readonly classIndex: number;
  readonly joinedOn: SchoolDay;
  /** The first day no longer in the class; null while enrolled. */
  readonly leftOn: SchoolDay | null;
  readonly outcome: Outcome | null;
  readonly background: Readonly<Record<string, number>>;
}

export interface PlannedHandIn {
  readonly place: number;
  readonly on: SchoolDay;
}

export interface AwaitedGrade {
  readonly item: string;
  readonly on: SchoolDay;
  readonly score: number;
}

/** All that changes in a learner from day to day: plain numbers, so that it can be saved and gone on with. */
export interface LearnerState {
  /** The next day to live. */
  readonly day: SchoolDay;
  readonly motivation: number;
  /** How much was studied lately, in exercises; it fades by a tenth a day. */
  readonly preparation: number;
  readonly sickUntil: SchoolDay;
  readonly memberships: readonly SimulatedMembership[];
  readonly repeats: number;
  readonly handIns: readonly PlannedHandIn[];
  readonly grades: readonly AwaitedGrade[];
  readonly year: {
    readonly scores: number;
    readonly graded: number;
    readonly lessons: number;
    readonly absences: number;
  };
  /** Badges felt lately; each further one lifts less. */
  readonly awardsFelt: number;
  readonly hasLeft: boolean;
}

export function currentMembership(state: LearnerState): SimulatedMembership | null {
  const last = state.memberships.at(-1);
  return last && last.leftOn === null ? last : null;
}
