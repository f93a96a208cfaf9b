import type { ActivityEvent } from '#lib/domain/activity/event.ts';
import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { Random } from '#lib/ml/core/random.ts';
import { pickIndex } from './chance.ts';
import { newLearner, stepLearner } from './learner.ts';
import { isGaming, type Person } from './person.ts';
import type { School } from './school.ts';
import { currentMembership, type LearnerState } from './state.ts';
import { sessionAt, sessionsExpected } from './study.ts';

/** What the whole school does on one day, and how everyone stands after it. */
export interface LivedSchoolDay {
  readonly states: readonly LearnerState[];
  /** In the order of time. */
  readonly events: readonly ActivityEvent[];
}

/** Lives `day` for everyone whose life stands there. @throws RangeError when a life stands elsewhere. */
export function nextDayEvents(
  school: School,
  states: readonly LearnerState[],
  day: SchoolDay,
): LivedSchoolDay {
  const lived = states.map((state, index) => {
    if (state.day !== day)
      throw new RangeError(`day: expected ${state.day} for learner ${index}, got ${day}`);
    return stepLearner(school, personAt(school, index), state);
  });
  const events = lived.flatMap((one) => one.events);
  return {
    states: lived.map(({ state }) => state),
    events: events.sort((a, b) => a.at.getTime() - b.at.getTime()),
  };
}

export function newLearners(school: School): LearnerState[] {
  return school.people.map(newLearner);
}

/**
 * One learner sits down now: a few events up to `at`, by someone who might well study at this hour. Empty when
 * nobody is enrolled. Ids carry the instant, so they meet no other.
 */
export function eventsForNow(
  school: School,
  states: readonly LearnerState[],
  at: Date,
  random: Random,
): readonly ActivityEvent[] {
  const { day, minute } = school.clock.momentOf(at);
  const weights = states.map((state, index) =>
    likelihood(school, personAt(school, index), state, day, minute),
  );
  if (!weights.some((weight) => weight > 0)) return [];
  const index = pickIndex(random, weights);
  const state = states[index];
  const membership = state && currentMembership(state);
  const homeClass = membership && school.classes[membership.classIndex];
  if (!state || !homeClass) return [];
  return sessionAt(personAt(school, index), state, homeClass.externalId, at, random);
}

/** How often somebody studies on such a day, times how well the hour suits them. */
function likelihood(
  school: School,
  person: Person,
  state: LearnerState,
  day: SchoolDay,
  minute: number,
): number {
  if (state.hasLeft || !currentMembership(state)) return 0;
  const { studyMinute, studySpread } = person.traits;
  const away = Math.abs(minute - (studyMinute % 1440));
  const distance = Math.min(away, 1440 - away) / studySpread;
  const hour = 0.02 + Math.exp(-0.5 * distance * distance);
  const eagerness = isGaming(person, day) ? 3 : 1;
  return hour * eagerness * sessionsExpected(school, person, { ...state, day }, 0);
}

function personAt(school: School, index: number): Person {
  const person = school.people[index];
  if (!person) throw new RangeError(`learner: expected an index below ${school.people.length}, got ${index}`);
  return person;
}
