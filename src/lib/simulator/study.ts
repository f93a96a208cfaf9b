import type { ActivityEvent, ActivityKind } from '#lib/domain/activity/event.ts';
import { type SchoolDay, weekday } from '#lib/domain/activity/school-day.ts';
import { poisson, type Random } from '#lib/ml/core/random.ts';
import { between, chance, gaussian, pickIndex, sigmoid, wholeBetween } from './chance.ts';
import type { Diary } from './diary.ts';
import type { Person } from './person.ts';
import type { School } from './school.ts';
import type { LearnerState } from './state.ts';
import { subjects } from './subjects.ts';

export function study(
  school: School,
  person: Person,
  state: LearnerState,
  random: Random,
  diary: Diary,
): LearnerState {
  const pressure = state.handIns.filter(({ on }) => on - state.day <= 3).length;
  const isSick = state.day < state.sickUntil;
  const mean = sessionsExpected(school, person, state, pressure) * (isSick ? 0.3 : 1);
  const sessions = poisson(random, mean);
  const done = sessions === 0 ? 0 : studyEvents(school, person, state, sessions, random, diary);
  return done === 0 ? state : { ...state, preparation: state.preparation + done };
}

const sessionsOnUsualDay = 0.29;
const shareOfKind = { lessons: 1, weekend: 0.8, holiday: 0.28, summer: 0.05 } as const;

/** How many times a learner sits down to study on a day. */
export function sessionsExpected(
  school: School,
  person: Person,
  state: LearnerState,
  pressure: number,
): number {
  const { traits } = person;
  // Who has given up does not study a little less, but hardly at all.
  const notGivenUp = sigmoid(2.5 * (state.motivation + 1.9));
  const will = notGivenUp * Math.exp(0.7 * state.motivation + 0.25 * traits.conscientiousness);
  const rhythm = (traits.weekdays[weekday(state.day)] ?? 1) * shareOfKind[school.kindOf(state.day)];
  return Math.min(5, sessionsOnUsualDay * will * rhythm * (1 + 0.5 * Math.min(2, pressure)));
}

/** What people do while they study: how often, how much of it at a time, how long one of it takes. */
interface Habit {
  readonly kind: ActivityKind;
  readonly weight: (person: Person, state: LearnerState) => number;
  readonly usualQuantity: number;
  readonly secondsEach: number;
  /** What it adds to preparation, in exercises. */
  readonly value: number;
}

const habits: readonly Habit[] = [
  { kind: 'view', weight: () => 2.6, usualQuantity: 1.5, secondsEach: 20, value: 0 },
  { kind: 'browse', weight: () => 1.6, usualQuantity: 2, secondsEach: 35, value: 0 },
  { kind: 'read', weight: () => 2.8, usualQuantity: 3, secondsEach: 110, value: 0.5 },
  { kind: 'resource', weight: () => 1.7, usualQuantity: 1, secondsEach: 150, value: 0.7 },
  {
    kind: 'practice',
    weight: (person, state) =>
      2.4 * Math.exp(0.25 * person.traits.conscientiousness + 0.2 * state.motivation),
    usualQuantity: 4,
    secondsEach: 75,
    value: 1,
  },
  { kind: 'lookup', weight: () => 0.8, usualQuantity: 1, secondsEach: 40, value: 0.1 },
  { kind: 'link', weight: () => 0.6, usualQuantity: 0.6, secondsEach: 60, value: 0.1 },
  { kind: 'forum', weight: social(1), usualQuantity: 1.5, secondsEach: 45, value: 0 },
  { kind: 'post', weight: social(0.32), usualQuantity: 0.2, secondsEach: 150, value: 0.2 },
  { kind: 'collaborate', weight: social(0.6), usualQuantity: 1, secondsEach: 400, value: 0.8 },
  { kind: 'help', weight: helpfulness, usualQuantity: 0.3, secondsEach: 240, value: 0.5 },
];

const usualHabit: Habit = { kind: 'view', weight: () => 1, usualQuantity: 1, secondsEach: 20, value: 0 };

function social(weight: number): Habit['weight'] {
  return (person) => weight * Math.exp(0.6 * person.traits.sociability);
}

function helpfulness(person: Person): number {
  const calling = person.archetype === 'helper' ? 3.5 : 1;
  return 0.2 * calling * Math.exp(0.5 * person.traits.sociability + 0.2 * person.traits.ability);
}

const kindsPerSession = 1.5;

/** Writes the sessions of a day; returns how much they prepared, in exercises. */
function studyEvents(
  school: School,
  person: Person,
  state: LearnerState,
  sessions: number,
  random: Random,
  diary: Diary,
): number {
  const weights = weightsOf(person, state);
  let prepared = 0;
  for (let session = 0; session < sessions; session++) {
    let minute = sessionStart(school, person, state.day, random);
    const item = itemOf(random);
    for (let left = 1 + poisson(random, kindsPerSession); left > 0 && minute < 1440; left--) {
      const habit = habits[pickIndex(random, weights)];
      if (!habit) continue;
      const { quantity, seconds } = amountOf(habit, random);
      diary.write(habit.kind, Math.floor(minute), {
        quantity,
        seconds,
        item,
        second: wholeBetween(random, 0, 59),
      });
      prepared += habit.value * quantity;
      minute += seconds / 60 + between(random, 0.5, 6);
    }
  }
  return prepared;
}

function weightsOf(person: Person, state: LearnerState): number[] {
  return habits.map(({ weight }) => weight(person, state));
}

function amountOf(habit: Habit, random: Random): { quantity: number; seconds: number } {
  const quantity = 1 + poisson(random, habit.usualQuantity);
  return { quantity, seconds: Math.round(quantity * habit.secondsEach * between(random, 0.6, 1.5)) };
}

/** A short sitting that ends at `at`, for live pages: one to three events seconds apart. */
export function sessionAt(
  person: Person,
  state: LearnerState,
  homeClass: string,
  at: Date,
  random: Random,
): readonly ActivityEvent[] {
  const weights = weightsOf(person, state);
  const count = wholeBetween(random, 1, 3);
  const item = itemOf(random);
  return Array.from({ length: count }, (_, place): ActivityEvent => {
    const habit = habits[pickIndex(random, weights)] ?? usualHabit;
    return {
      id: `${person.externalId}-live-${at.getTime()}-${place}`,
      learner: person.externalId,
      kind: habit.kind,
      at: new Date(at.getTime() - (count - 1 - place) * 1000),
      dayOnly: false,
      ...amountOf(habit, random),
      score: null,
      dueAt: null,
      class: homeClass,
      source: 'lms',
      item,
    };
  });
}

function itemOf(random: Random): string | null {
  return subjects[Math.floor(random() * subjects.length)]?.id ?? null;
}

const earliest = 6 * 60 + 30;
const latestStart = 23 * 60 + 30;
const night = 24 * 60;

/** Mostly the learner's own hour, sometimes between lessons, sometimes after dinner; owls go on past midnight. */
function sessionStart(school: School, person: Person, day: SchoolDay, random: Random): number {
  const { studyMinute, studySpread } = person.traits;
  const isOwl = studyMinute > 21.5 * 60;
  if (!isOwl && school.kindOf(day) === 'lessons' && chance(random, 0.13)) return gaussian(random, 645, 40);
  if (!isOwl && chance(random, 0.14)) return Math.min(latestStart, gaussian(random, 20.7 * 60, 40));
  const minute = gaussian(random, studyMinute, studySpread);
  // After midnight the clock starts again: the small hours belong to the new day.
  if (minute >= night) return Math.min(minute - night, 119);
  return Math.min(isOwl ? night - 2 : latestStart, Math.max(earliest, minute));
}
