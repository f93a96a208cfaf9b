import type { ActivityEvent } from '#lib/domain/activity/event.ts';
import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import { normal, type Random } from '#lib/ml/core/random.ts';
import { chance, gaussian, sigmoid, streamOf, wholeBetween } from './chance.ts';
import { Diary } from './diary.ts';
import { gamedEvents } from './gaming.ts';
import { isGaming, motivationTarget, type Person } from './person.ts';
import type { School } from './school.ts';
import { currentMembership, type LearnerState, type Outcome } from './state.ts';
import { study } from './study.ts';
import { goToLessons, handIn, planHandIns, receiveGrades, takeTests } from './work.ts';

export interface LivedDay {
  readonly state: LearnerState;
  /** In the order of time. */
  readonly events: readonly ActivityEvent[];
}

const dayStream = 301;
const freshYear = { scores: 0, graded: 0, lessons: 0, absences: 0 };

export function newLearner(person: Person): LearnerState {
  return {
    day: person.joinedOn,
    motivation: motivationTarget(person, person.joinedOn),
    preparation: 4,
    sickUntil: 0,
    memberships: [],
    repeats: 0,
    handIns: [],
    grades: [],
    year: freshYear,
    awardsFelt: 0,
    hasLeft: false,
  };
}

/** A badge lifts motivation, less with each one that came shortly before. The state of a policy's action. */
export function encourage(person: Person, state: LearnerState): LearnerState {
  const lift = person.traits.awardResponse / (1 + state.awardsFelt);
  return { ...state, motivation: state.motivation + lift, awardsFelt: state.awardsFelt + 1 };
}

/** Lives one day. Chance comes from (seed, learner, day) alone, so any day can be lived again. */
export function stepLearner(school: School, person: Person, given: LearnerState): LivedDay {
  const day = given.day;
  if (given.hasLeft) return { state: { ...given, day: day + 1 }, events: [] };
  const random = streamOf(school.options.seed, dayStream, person.index, day);
  const diary = new Diary(school, person, day);
  let state = turnYear(school, person, given, diary);
  if (state.hasLeft) return { state: { ...state, day: day + 1 }, events: diary.inOrder() };
  state = feel(school, person, state, random);
  if (leavesToday(school, state, random)) return leave(state, diary);
  state = goToLessons(school, person, state, random, diary);
  state = planHandIns(school, person, state);
  state = handIn(school, person, state, random, diary);
  state = takeTests(school, person, state, random);
  state = receiveGrades(state, diary);
  state = study(school, person, state, random, diary);
  if (school.options.gaming && isGaming(person, day)) gamedEvents(school, person, diary);
  return { state: { ...state, day: day + 1 }, events: diary.inOrder() };
}

// ── The school year ──────────────────────────────────────────────────────────────────────────────

function turnYear(school: School, person: Person, state: LearnerState, diary: Diary): LearnerState {
  const current = currentMembership(state);
  const homeClass = current ? school.classes[current.classIndex] : undefined;
  if (homeClass) diary.class = homeClass.externalId;
  if (homeClass && state.day <= homeClass.endsOn) return state;
  if (!current || !homeClass)
    return enter(school, person, state, person.entry.yearGroup, person.entry.section, diary);
  const outcome = judge(state);
  const closed = closeMembership(state, outcome);
  const { yearGroup, section } = homeClass;
  if (outcome !== 'fail') {
    if (yearGroup >= school.yearGroups.length) return { ...closed, hasLeft: true };
    return enter(
      school,
      person,
      closed,
      yearGroup + 1,
      nextSection(school, person, yearGroup, section),
      diary,
    );
  }
  return enter(school, person, { ...closed, repeats: state.repeats + 1 }, yearGroup, section, diary);
}

/** Where the next year group has fewer sections, a class that ends is spread over the others. */
function nextSection(school: School, person: Person, yearGroup: number, section: number): number {
  const sections = school.yearGroups[yearGroup] ?? 1;
  return section < sections ? section : person.index % sections;
}

function closeMembership(state: LearnerState, outcome: Outcome): LearnerState {
  const last = state.memberships.at(-1);
  if (!last) throw new RangeError('membership: expected one to close, got none');
  return {
    ...state,
    memberships: [...state.memberships.slice(0, -1), { ...last, leftOn: state.day, outcome }],
  };
}

function enter(
  school: School,
  person: Person,
  state: LearnerState,
  yearGroup: number,
  section: number,
  diary: Diary,
): LearnerState {
  const year = school.years.findIndex(({ startsOn, endsOn }) => state.day >= startsOn && state.day <= endsOn);
  const entered = school.classAt(school.firstYear + year, yearGroup, section);
  if (!entered) return { ...state, hasLeft: true };
  const background = {
    yearGroup,
    entryMark: person.entryMark,
    earlierAttempts: state.repeats,
    lastYearMean:
      state.year.graded > 0 ? Math.round(state.year.scores / state.year.graded) : person.entryMark,
  };
  diary.class = entered.externalId;
  diary.register('enrol');
  const membership = {
    classIndex: entered.index,
    joinedOn: state.day,
    leftOn: null,
    outcome: null,
    background,
  };
  return {
    ...state,
    memberships: [...state.memberships, membership],
    year: freshYear,
    handIns: [],
    grades: [],
  };
}

const passMark = 60;
const distinctionMark = 84;
// By law a year counts only with three quarters of the lessons attended.
const longestAbsence = 0.25;

function judge({ year }: LearnerState): Outcome {
  const mean = year.graded > 0 ? year.scores / year.graded : 0;
  if (mean < passMark || year.absences > longestAbsence * year.lessons) return 'fail';
  return mean >= distinctionMark ? 'distinction' : 'pass';
}

// ── Feeling ──────────────────────────────────────────────────────────────────────────────────────

// Half of the way back to the own level takes about two weeks.
const pull = 0.045;
const blowsPerDay = 0.005;

function feel(school: School, person: Person, state: LearnerState, random: Random): LearnerState {
  const target = motivationTarget(person, state.day);
  const drift = pull * (target - state.motivation) + person.traits.volatility * normal(random);
  const blow = chance(random, blowsPerDay) ? gaussian(random, -0.35, 0.6) : 0;
  return {
    ...state,
    motivation: state.motivation + drift + blow,
    preparation: state.preparation * 0.9,
    awardsFelt: state.awardsFelt * 0.97,
    sickUntil: fallIll(school, state, random),
  };
}

function fallIll(school: School, state: LearnerState, random: Random): SchoolDay {
  if (state.day < state.sickUntil || school.kindOf(state.day) === 'summer') return state.sickUntil;
  const month = new Date(state.day * 86_400_000).getUTCMonth();
  const isWinter = month <= 2 || month >= 10;
  return chance(random, isWinter ? 0.007 : 0.003) ? state.day + wholeBetween(random, 2, 6) : state.sickUntil;
}

/** Leaving is rare until motivation has collapsed; then a few in a hundred leave each day of lessons. */
function leavesToday(school: School, state: LearnerState, random: Random): boolean {
  const hazard = 0.00003 + 0.055 * sigmoid(-5 * (state.motivation + 2.4));
  return school.kindOf(state.day) === 'lessons' && chance(random, hazard);
}

function leave(state: LearnerState, diary: Diary): LivedDay {
  diary.register('withdraw');
  // The day of the letter is the last one in the class.
  const closed = closeMembership({ ...state, day: state.day + 1 }, 'withdrawn');
  return { state: { ...closed, hasLeft: true, handIns: [], grades: [] }, events: diary.inOrder() };
}
