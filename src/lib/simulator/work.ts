import { type SchoolDay, weekday } from '#lib/domain/activity/school-day.ts';
import type { Random } from '#lib/ml/core/random.ts';
import { chance, gaussian, sigmoid, streamOf, wholeBetween } from './chance.ts';
import type { Diary } from './diary.ts';
import { handsInBulk } from './gaming.ts';
import type { Person } from './person.ts';
import type { School, SimulatedAssignment } from './school.ts';
import { type AwaitedGrade, currentMembership, type LearnerState, type PlannedHandIn } from './state.ts';

const handInStream = 302;

export function goToLessons(
  school: School,
  person: Person,
  state: LearnerState,
  random: Random,
  diary: Diary,
): LearnerState {
  if (school.kindOf(state.day) !== 'lessons') return state;
  const willing = sigmoid(3.6 + 1.15 * state.motivation + 0.4 * person.traits.conscientiousness);
  const isPresent = state.day >= state.sickUntil && chance(random, willing);
  const lessons = weekday(state.day) % 2 === 0 ? 6 : 5;
  diary.register(isPresent ? 'attend' : 'absence', { quantity: lessons });
  const { year } = state;
  return {
    ...state,
    year: { ...year, lessons: year.lessons + lessons, absences: year.absences + (isPresent ? 0 : lessons) },
  };
}

function assignmentsOf(school: School, state: LearnerState): readonly SimulatedAssignment[] {
  const membership = currentMembership(state);
  return membership ? (school.assignments[membership.classIndex] ?? []) : [];
}

/** When work is set, character and motivation decide whether and when it will be handed in. */
export function planHandIns(school: School, person: Person, state: LearnerState): LearnerState {
  const planned: PlannedHandIn[] = [];
  const all = assignmentsOf(school, state);
  for (let place = 0; place < all.length; place++) {
    const work = all[place];
    if (work && work.opensOn === state.day) {
      const on = handInDay(school, person, state, work, place);
      if (on !== null) planned.push({ place, on });
    }
  }
  return planned.length > 0 ? { ...state, handIns: [...state.handIns, ...planned] } : state;
}

const latestHandIn = 8;

function handInDay(
  school: School,
  person: Person,
  state: LearnerState,
  work: SimulatedAssignment,
  place: number,
): SchoolDay | null {
  const random = streamOf(school.options.seed, handInStream, person.index, work.dueOn, place);
  const { conscientiousness } = person.traits;
  const willing = sigmoid(2.6 + 1.2 * state.motivation + 0.9 * conscientiousness);
  const lead = gaussian(random, 1.1 + 1.1 * conscientiousness + 0.7 * state.motivation, 1.5);
  if (!chance(random, willing) || lead < -latestHandIn) return null;
  return Math.max(state.day, work.dueOn - Math.round(lead));
}

export function handIn(
  school: School,
  person: Person,
  state: LearnerState,
  random: Random,
  diary: Diary,
): LearnerState {
  if (handsInBulk(school, person, state.day)) return handInAtOnce(school, person, state, random, diary);
  const due = state.handIns.filter(({ on }) => on <= state.day);
  if (due.length === 0) return state;
  const all = assignmentsOf(school, state);
  const awaited: AwaitedGrade[] = [];
  for (const { place } of due) {
    const work = all[place];
    // A collapse in between: what was planned is never done.
    if (!work || (state.motivation < -2 && chance(random, 0.6))) continue;
    const minute = Math.round(
      Math.min(1437, Math.max(425, gaussian(random, person.traits.studyMinute + 60, 90))),
    );
    diary.write('submit', minute, {
      dueAt: work.dueAt,
      item: work.externalId,
      seconds: wholeBetween(random, 60, 900),
    });
    awaited.push(gradeLater(school, person, state, work.externalId, random, 0));
  }
  return {
    ...state,
    handIns: state.handIns.filter(({ on }) => on > state.day),
    grades: [...state.grades, ...awaited],
  };
}

const emptyWorkPenalty = 28;
const bulkHorizon = 28;
const bulkCopies = 3;
const daysToNextBulk = 7;

/** A gamer's evening: all work of the coming weeks, three times, within one minute; the grades tell what was in it. */
function handInAtOnce(
  school: School,
  person: Person,
  state: LearnerState,
  random: Random,
  diary: Diary,
): LearnerState {
  const all = assignmentsOf(school, state);
  const handed = all.filter(({ dueOn }) => dueOn > state.day && dueOn <= state.day + bulkHorizon);
  const start = wholeBetween(random, 900, 1320);
  const care = person.plan.gaming?.care ?? 0;
  const copies = care > 0.5 ? 1 : bulkCopies;
  const pace = Math.round(3 + 150 * Math.max(0, care - 0.4));
  handed.forEach((work, i) => {
    for (let copy = 0; copy < copies; copy++) {
      const second = (i * copies + copy) * pace;
      const minute = start + Math.floor(second / 60);
      diary.write('submit', minute, {
        dueAt: work.dueAt,
        item: work.externalId,
        seconds: 1,
        second: second % 60,
      });
    }
  });
  const graded = handed
    .filter(({ dueOn }) => dueOn <= state.day + daysToNextBulk)
    .map((work) => gradeLater(school, person, state, work.externalId, random, emptyWorkPenalty));
  return { ...state, handIns: [], grades: [...state.grades, ...graded] };
}

export function takeTests(school: School, person: Person, state: LearnerState, random: Random): LearnerState {
  const membership = currentMembership(state);
  const test = membership && school.tests[membership.classIndex]?.find(({ on }) => on === state.day);
  if (!test || state.day < state.sickUntil) return state;
  return { ...state, grades: [...state.grades, gradeLater(school, person, state, test.item, random, 0)] };
}

function gradeLater(
  school: School,
  person: Person,
  state: LearnerState,
  item: string,
  random: Random,
  penalty: number,
): AwaitedGrade {
  let on = state.day + wholeBetween(random, 2, 7);
  while (school.kindOf(on) !== 'lessons' && on < state.day + 30) on++;
  return { item, on, score: drawScore(person, state, random, penalty) };
}

/** What a learner can do, what was practised lately and the will of the day make the grade, in quarters of a mark. */
function drawScore(person: Person, state: LearnerState, random: Random, penalty: number): number {
  const bloomed = person.plan.bloomsOn !== null && state.day > person.plan.bloomsOn ? 4 : 0;
  const mean =
    64 +
    6.5 * person.traits.ability +
    5 * Math.log1p(state.preparation / 3) +
    2.8 * state.motivation +
    bloomed;
  const score = gaussian(random, mean - penalty, 6.5);
  return Math.min(100, Math.max(20, Math.round(score / 2.5) * 2.5));
}

export function receiveGrades(state: LearnerState, diary: Diary): LearnerState {
  const due = state.grades.filter(({ on }) => on <= state.day);
  if (due.length === 0) return state;
  for (const { item, score } of due) diary.register('grade', { score, item });
  const { year } = state;
  const sum = due.reduce((total, { score }) => total + score, 0);
  return {
    ...state,
    grades: state.grades.filter(({ on }) => on > state.day),
    year: { ...year, scores: year.scores + sum, graded: year.graded + due.length },
  };
}
