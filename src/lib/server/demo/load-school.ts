import { placeEvent, writeActivity } from '#lib/server/activity/write-activity.ts';
import { ensureMonths } from '#lib/server/activity/months.ts';
import type { Database, SchoolScope } from '#lib/server/platform/db/client.ts';
import {
  assignments,
  calendarSpans,
  classes,
  classMembers,
  learners,
  protectedAttributes,
} from '#lib/server/platform/db/schema.ts';
import { formatSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import {
  type LearnerState,
  type School,
  simulateLearner,
  type SimulatedLearner,
} from '#lib/simulator/index.ts';

/** The database's ids by the simulator's indexes. */
export interface LoadedSchool {
  readonly learnerIds: readonly number[];
  readonly classIds: readonly number[];
  /** Where each learner's life stands, to be lived on. */
  readonly states: readonly LearnerState[];
  readonly events: number;
}

const learnersPerBatch = 20;
// One batch is written by the database while the next is simulated.
const batchesInFlight = 2;

/** Writes the simulated school: calendar, classes, people and two years of activity, learner by learner. */
export async function loadSchool(
  database: Database,
  schoolId: number,
  school: School,
  at: Date,
  onProgress: (share: number) => void = () => undefined,
): Promise<LoadedSchool> {
  const ids = await database.withSchool(schoolId, (scope) => writeFrame(scope, school));
  await ensureMonths(database, monthStarts(school));
  const states: LearnerState[] = [];
  const writing: Promise<void>[] = [];
  let events = 0;
  for (let from = 0; from < school.people.length; from += learnersPerBatch) {
    const batch = school.people
      .slice(from, from + learnersPerBatch)
      .map((person) => simulateLearner(school, person));
    for (const { state, events: lived } of batch) {
      states.push(state);
      events += lived.length;
    }
    if (writing.length >= batchesInFlight) await writing.shift();
    writing.push(database.withSchool(schoolId, (scope) => writeLearners(scope, school, ids, batch, at)));
    onProgress(Math.min(1, (from + learnersPerBatch) / school.people.length));
  }
  await Promise.all(writing);
  return { ...ids, states, events };
}

type Ids = Pick<LoadedSchool, 'learnerIds' | 'classIds'>;

function monthStarts({ years, options }: School): SchoolDay[] {
  const first = years[0]?.startsOn ?? options.before;
  return Array.from({ length: Math.max(0, options.before - first) + 1 }, (_, i) => first + i);
}

async function writeFrame(scope: SchoolScope, school: School): Promise<Ids> {
  await writeCalendar(scope, school);
  const classIds = await writeClasses(scope, school);
  const learnerIds = await writePeople(scope, school);
  await writeAssignments(scope, school, classIds);
  return { classIds, learnerIds };
}

async function writeCalendar({ tx, schoolId }: SchoolScope, { years }: School): Promise<void> {
  const spans = years.flatMap((year) => year.spans);
  await tx.insert(calendarSpans).values(
    spans.map(({ kind, name, startsOn, endsOn }) => ({
      schoolId,
      kind,
      name,
      startsOn: formatSchoolDay(startsOn),
      endsOn: formatSchoolDay(endsOn),
    })),
  );
}

async function writeClasses({ tx, schoolId }: SchoolScope, school: School): Promise<number[]> {
  const rows = await tx
    .insert(classes)
    .values(
      school.classes.map(({ externalId, name, startsOn, endsOn }) => ({
        schoolId,
        externalId,
        name,
        startsOn: formatSchoolDay(startsOn),
        endsOn: formatSchoolDay(endsOn),
      })),
    )
    .returning({ id: classes.id, externalId: classes.externalId });
  return inOrderOf(school.classes, rows);
}

async function writePeople({ tx, schoolId }: SchoolScope, { people }: School): Promise<number[]> {
  const rows = await tx
    .insert(learners)
    .values(
      people.map(({ externalId, name, joinedOn }) => ({
        schoolId,
        externalId,
        name,
        joinedOn: formatSchoolDay(joinedOn),
      })),
    )
    .returning({ id: learners.id, externalId: learners.externalId });
  const learnerIds = inOrderOf(people, rows);
  await tx.insert(protectedAttributes).values(
    people.flatMap((person, index) =>
      Object.entries(person.protectedAttributes).map(([attribute, value]) => ({
        schoolId,
        learnerId: idAt(learnerIds, index),
        attribute,
        value,
      })),
    ),
  );
  return learnerIds;
}

async function writeAssignments(
  { tx, schoolId }: SchoolScope,
  school: School,
  classIds: readonly number[],
): Promise<void> {
  const rows = school.assignments.flat().map((work) => ({
    schoolId,
    classId: idAt(classIds, work.classIndex),
    externalId: work.externalId,
    title: work.title,
    dueOn: formatSchoolDay(work.dueOn),
    weight: work.weight,
  }));
  if (rows.length > 0) await tx.insert(assignments).values(rows);
}

async function writeLearners(
  scope: SchoolScope,
  school: School,
  ids: Ids,
  batch: readonly SimulatedLearner[],
  at: Date,
): Promise<void> {
  const { timeZone } = school.options;
  const classOf = new Map(school.classes.map((each, index) => [each.externalId, idAt(ids.classIds, index)]));
  const placed = batch.flatMap(({ person, events }) => {
    const learnerId = idAt(ids.learnerIds, person.index);
    return events.map((event) =>
      // History comes as an import does: by position, without receipts.
      placeEvent(event, null, { learnerId, classId: classOf.get(event.class ?? '') ?? 0, timeZone }),
    );
  });
  await writeActivity(scope, placed, at);
  await writeMemberships(scope, ids, batch);
  await writeLeavers(scope, ids, batch);
}

async function writeMemberships(
  { tx, schoolId }: SchoolScope,
  ids: Ids,
  batch: readonly SimulatedLearner[],
): Promise<void> {
  const rows = batch.flatMap(({ person, memberships }) =>
    memberships.map(({ classIndex, joinedOn, leftOn, outcome, background }) => ({
      schoolId,
      classId: idAt(ids.classIds, classIndex),
      learnerId: idAt(ids.learnerIds, person.index),
      joinedOn: formatSchoolDay(joinedOn),
      leftOn: leftOn === null ? null : formatSchoolDay(leftOn),
      outcome,
      background,
    })),
  );
  if (rows.length > 0) await tx.insert(classMembers).values(rows);
}

async function writeLeavers(
  { sql, schoolId }: SchoolScope,
  ids: Ids,
  batch: readonly SimulatedLearner[],
): Promise<void> {
  for (const { person, leftOn } of batch) {
    if (leftOn === null) continue;
    await sql`
      update learners set left_on = ${formatSchoolDay(leftOn)}
      where school_id = ${schoolId} and id = ${idAt(ids.learnerIds, person.index)}`;
  }
}

function inOrderOf(
  wanted: readonly { readonly externalId: string }[],
  rows: readonly { readonly id: number; readonly externalId: string }[],
): number[] {
  const byName = new Map(rows.map(({ id, externalId }) => [externalId, id]));
  return wanted.map(({ externalId }) => {
    const id = byName.get(externalId);
    if (id === undefined) throw new Error(`demo: expected a row for ${externalId}, found none`);
    return id;
  });
}

export function idAt(ids: readonly number[], index: number): number {
  const id = ids[index];
  if (id === undefined) throw new RangeError(`demo: expected an id for index ${index}, found none`);
  return id;
}
