import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import { dayKinds, type DayKind, schoolYear, type SchoolYear, schoolYearOf } from './calendar.ts';
import { pick, streamOf, wholeBetween } from './chance.ts';
import { drawPersonInto, teacherShares } from './names.ts';
import { drawPerson, type Person } from './person.ts';
import { type Subject, subjects } from './subjects.ts';
import { type ZoneClock, zoneClock } from './zone-clock.ts';

export interface SchoolOptions {
  readonly seed: number;
  /** All who ever entered, those who have left among them. */
  readonly learners: number;
  /** Running at the same time. */
  readonly classes: number;
  /** The first day not lived yet: today. Its school year is the running one. */
  readonly before: SchoolDay;
  /** Whole school years before the running one. */
  readonly years: number;
  readonly timeZone?: string;
  /** False: the same school in which nobody games, to tell what was deserved. Default true. */
  readonly gaming?: boolean;
}

/** A home class in one school year. */
export interface SimulatedClass {
  readonly index: number;
  /** `2025-3B`: the class as the events carry it. */
  readonly externalId: string;
  readonly name: string;
  readonly year: number;
  readonly yearGroup: number;
  readonly section: number;
  readonly startsOn: SchoolDay;
  readonly endsOn: SchoolDay;
}

export interface SimulatedAssignment {
  readonly externalId: string;
  readonly classIndex: number;
  readonly title: string;
  readonly subject: string;
  readonly opensOn: SchoolDay;
  readonly dueOn: SchoolDay;
  readonly dueAt: Date;
  /** Share of the final mark, 0 to 100. */
  readonly weight: number;
}

/** A written test: a grade for those present, nothing to hand in. */
export interface SimulatedTest {
  readonly item: string;
  readonly on: SchoolDay;
}

export interface SimulatedTeacher {
  readonly index: number;
  readonly name: string;
  /** Classes of the running year. */
  readonly classIndexes: readonly number[];
}

/** The school before anyone lives in it: cheap to build, the same from the same options. */
export interface School {
  readonly options: Required<SchoolOptions>;
  readonly clock: ZoneClock;
  readonly years: readonly SchoolYear[];
  readonly firstYear: number;
  readonly yearGroups: readonly number[];
  readonly classes: readonly SimulatedClass[];
  readonly teachers: readonly SimulatedTeacher[];
  readonly people: readonly Person[];
  /** By class index, in order of due day. */
  readonly assignments: readonly (readonly SimulatedAssignment[])[];
  readonly tests: readonly (readonly SimulatedTest[])[];
  kindOf(day: SchoolDay): DayKind;
  /** The class of a year group and section in the school year that began in `year`. */
  classAt(year: number, yearGroup: number, section: number): SimulatedClass | null;
}

const streams = { names: 201, teachers: 202, seats: 203, work: 204 } as const;
const highestYearGroup = 5;

export function buildSchool(given: SchoolOptions): School {
  const options = { timeZone: 'Europe/Rome', gaming: true, ...given };
  checkOptions(options);
  const lastYear = schoolYearOf(options.before);
  const firstYear = lastYear - options.years;
  const years = Array.from({ length: options.years + 1 }, (_, i) => schoolYear(firstYear + i));
  const yearGroups = sectionsByYearGroup(options.classes);
  const classes = years.flatMap((year, i) => classesOf(year, firstYear + i, yearGroups, i * options.classes));
  const clock = zoneClock(options.timeZone);
  const { kindOf } = dayKinds(years);
  const offsets = yearGroups.map((_, group) => yearGroups.slice(0, group).reduce((sum, n) => sum + n, 0));
  return {
    options,
    clock,
    years,
    firstYear,
    yearGroups,
    classes,
    teachers: hireTeachers(options, classes),
    people: admitPeople(options, firstYear, years, yearGroups),
    assignments: classes.map((each) => planAssignments(options.seed, each, years, kindOf, clock)),
    tests: classes.map((each) => planTests(options.seed, each, years, kindOf)),
    kindOf,
    classAt: (year, yearGroup, section) => {
      const sections = yearGroups[yearGroup - 1];
      if (sections === undefined || year < firstYear || year > lastYear) return null;
      const offset = (offsets[yearGroup - 1] ?? 0) + (section % sections);
      return classes[(year - firstYear) * options.classes + offset] ?? null;
    },
  };
}

function checkOptions({ learners, classes, years, before }: SchoolOptions): void {
  const check = (name: string, value: number, low: number, high: number) => {
    if (!(Number.isInteger(value) && value >= low && value <= high)) {
      throw new RangeError(`${name}: expected a whole number from ${low} to ${high}, got ${value}`);
    }
  };
  check('classes', classes, 1, 130);
  check('learners', learners, classes, 20_000);
  check('years', years, 0, 10);
  check('before', before, 0, 100_000);
}

/** How many sections each year group has: 24 classes are 5, 5, 5, 5 and 4. */
function sectionsByYearGroup(classes: number): number[] {
  const groups = Math.min(highestYearGroup, classes);
  return Array.from({ length: groups }, (_, group) => Math.floor((classes + groups - 1 - group) / groups));
}

function classesOf(
  { name, startsOn, endsOn }: SchoolYear,
  year: number,
  yearGroups: readonly number[],
  firstIndex: number,
): SimulatedClass[] {
  const seats = yearGroups.flatMap((sections, group) =>
    Array.from({ length: sections }, (_, section) => ({ yearGroup: group + 1, section })),
  );
  return seats.map(({ yearGroup, section }, i) => {
    const label = `${yearGroup}${String.fromCharCode(65 + section)}`;
    return {
      index: firstIndex + i,
      externalId: `${year}-${label}`,
      name: `${label} ${name}`,
      year,
      yearGroup,
      section,
      startsOn,
      endsOn,
    };
  });
}

function hireTeachers({ seed, classes }: SchoolOptions, all: readonly SimulatedClass[]): SimulatedTeacher[] {
  const random = streamOf(seed, streams.teachers);
  const taken = new Set<string>();
  const count = Math.max(2, Math.ceil((classes * 2) / 3));
  const current = all.slice(-classes);
  return Array.from({ length: count }, (_, index) => ({
    index,
    name: drawPersonInto(taken, random, teacherShares).name,
    classIndexes: current
      .filter((_, place) => place % count === index || (place * 5 + 3) % count === index)
      .map((each) => each.index),
  }));
}

// Each September about a fifth of a five-year school is new.
const newcomersShare = 0.2;

function admitPeople(
  { seed, learners, before, years: pastYears, classes }: SchoolOptions,
  firstYear: number,
  years: readonly SchoolYear[],
  yearGroups: readonly number[],
): Person[] {
  const random = streamOf(seed, streams.seats);
  const names = streamOf(seed, streams.names);
  const taken = new Set<string>();
  const founders = Math.round(learners / (1 + newcomersShare * pastYears));
  const seats = classesOf(years[0] ?? schoolYear(firstYear), firstYear, yearGroups, 0);
  return Array.from({ length: learners }, (_, index) => {
    const newcomer = index - founders;
    const wave = newcomer < 0 ? 0 : 1 + (newcomer % Math.max(1, pastYears));
    const first = wave === 0 ? seats[index % classes] : null;
    const joinedOn = (years[wave] ?? schoolYear(firstYear + wave)).startsOn;
    const yearGroup = first?.yearGroup ?? (random() < 0.88 ? 1 : wholeBetween(random, 1, yearGroups.length));
    const graduation = joinedOn + 365 * (yearGroups.length - yearGroup + 1);
    const seat = {
      index,
      joinedOn,
      yearGroup,
      section: first?.section ?? Math.floor(newcomer / Math.max(1, pastYears)) % (yearGroups[0] ?? 1),
      named: drawPersonInto(taken, names),
      life: { from: joinedOn, before: Math.min(before, graduation) },
    };
    return drawPerson(seed, seat);
  });
}

function yearOf(years: readonly SchoolYear[], each: SimulatedClass): SchoolYear {
  const year = years.find(({ startsOn }) => startsOn === each.startsOn);
  if (!year) throw new RangeError(`class ${each.externalId}: expected a school year that starts with it`);
  return year;
}

type KindOf = (day: SchoolDay) => DayKind;

function nextLesson(day: SchoolDay, kindOf: KindOf): SchoolDay {
  let lesson = day;
  while (kindOf(lesson) !== 'lessons' && lesson < day + 40) lesson++;
  return lesson;
}

/** Work to hand in, about one every nine days of lessons, in all subjects by turns. */
function planAssignments(
  seed: number,
  each: SimulatedClass,
  years: readonly SchoolYear[],
  kindOf: KindOf,
  clock: ZoneClock,
): SimulatedAssignment[] {
  const random = streamOf(seed, streams.work, each.index, 1);
  const year = yearOf(years, each);
  const made: SimulatedAssignment[] = [];
  let day = year.firstLesson + wholeBetween(random, 12, 18);
  for (;;) {
    const dueOn = nextLesson(day, kindOf);
    if (dueOn > year.lastLesson - 3) return made;
    const subject: Subject = pick(random, subjects);
    const number = made.length + 1;
    made.push({
      externalId: `${each.externalId}-c${String(number).padStart(2, '0')}`,
      classIndex: each.index,
      title: `${subject.name}: ${pick(random, subject.topics)}`,
      subject: subject.id,
      opensOn: Math.max(year.firstLesson, dueOn - 10),
      dueOn,
      dueAt: clock.instantOf(dueOn, 23 * 60 + 59),
      weight: pick(random, [2, 3, 5]),
    });
    day = dueOn + wholeBetween(random, 5, 13);
  }
}

/** Tests in class, about one every eighteen days. */
function planTests(
  seed: number,
  each: SimulatedClass,
  years: readonly SchoolYear[],
  kindOf: KindOf,
): SimulatedTest[] {
  const random = streamOf(seed, streams.work, each.index, 2);
  const year = yearOf(years, each);
  const made: SimulatedTest[] = [];
  let day = year.firstLesson + wholeBetween(random, 18, 26);
  for (;;) {
    const on = nextLesson(day, kindOf);
    if (on > year.lastLesson - 5) return made;
    made.push({ item: `verifica di ${pick(random, subjects).name.toLowerCase()} ${made.length + 1}`, on });
    day = on + wholeBetween(random, 12, 24);
  }
}
