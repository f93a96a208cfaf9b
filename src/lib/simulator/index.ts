import type { ActivityEvent } from '#lib/domain/activity/event.ts';
import { newLearner, stepLearner } from './learner.ts';
import type { Archetype, Person, Span, Tactic } from './person.ts';
import { buildSchool, type School, type SchoolOptions } from './school.ts';
import type { LearnerState, SimulatedMembership } from './state.ts';

export {
  type CalendarSpan,
  type DayKind,
  easterSunday,
  type SchoolYear,
  schoolYear,
  schoolYearOf,
} from './calendar.ts';
export { encourage, type LivedDay, newLearner, stepLearner } from './learner.ts';
export { currentMembership, type LearnerState, type Outcome, type SimulatedMembership } from './state.ts';
export { eventsForNow, type LivedSchoolDay, newLearners, nextDayEvents } from './live.ts';
export type { Archetype, Person, ProtectedAttributes, Tactic } from './person.ts';
export {
  buildSchool,
  type School,
  type SchoolOptions,
  type SimulatedAssignment,
  type SimulatedClass,
  type SimulatedTeacher,
} from './school.ts';

/** One learner's whole history. */
export interface SimulatedLearner {
  readonly person: Person;
  readonly memberships: readonly SimulatedMembership[];
  /** The first day no longer in the school; null while there. */
  readonly leftOn: number | null;
  /** In the order of time. */
  readonly events: readonly ActivityEvent[];
  /** As of the end of the history, to live on from. */
  readonly state: LearnerState;
}

/** What only the simulator knows: for tests, never an input. */
export interface LearnerTruth {
  readonly archetype: Archetype;
  readonly tactic: Tactic | null;
  /** 0: blatant, towards 1: careful; null for the honest. */
  readonly care: number | null;
  readonly gamingSpans: readonly Span[];
}

export interface SimulatedSchool extends School {
  readonly learners: readonly SimulatedLearner[];
  /** By learner index. */
  readonly truth: readonly LearnerTruth[];
}

/** Lives one learner from entry to the last day before `school.options.before`; needs no other learner. */
export function simulateLearner(school: School, person: Person): SimulatedLearner {
  const events: ActivityEvent[] = [];
  let state = newLearner(person);
  while (state.day < school.options.before) {
    if (state.hasLeft) state = { ...state, day: school.options.before };
    else {
      const lived = stepLearner(school, person, state);
      events.push(...lived.events);
      state = lived.state;
    }
  }
  return { person, memberships: state.memberships, leftOn: leftOn(state), events, state };
}

function leftOn(state: LearnerState): number | null {
  return state.hasLeft ? (state.memberships.at(-1)?.leftOn ?? null) : null;
}

/** The whole school in memory, about 200 bytes an event; a loader takes `simulateLearner` one by one instead. */
export function simulateSchool(options: SchoolOptions): SimulatedSchool {
  const school = buildSchool(options);
  return {
    ...school,
    learners: school.people.map((person) => simulateLearner(school, person)),
    truth: school.people.map(truthOf),
  };
}

export function truthOf({ archetype, plan }: Person): LearnerTruth {
  const { tactic = null, care = null, spans: gamingSpans = [] } = plan.gaming ?? {};
  return { archetype, tactic, care, gamingSpans };
}
