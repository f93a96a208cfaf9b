import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';

/** When a learner was at the school. */
export interface Person {
  readonly id: number;
  readonly joinedOn: SchoolDay;
  /** The first day no longer at the school; null while there. */
  readonly leftOn: SchoolDay | null;
}

const learnersPerBatch = 500;

/** Which learners to measure: these, all, or (with a class) all of the class. */
export type LearnerChoice = readonly number[] | 'all';

/** Learners in batches, each read when asked for. @throws RangeError for an id that is no learner of the school. */
export async function* batchesOfPeople(
  scope: SchoolScope,
  choice: LearnerChoice,
  classId: number | undefined,
): AsyncGenerator<readonly Person[]> {
  if (choice === 'all') yield* batchesOfAll(scope, classId);
  else yield* batchesOfChosen(scope, choice);
}

async function* batchesOfChosen(
  scope: SchoolScope,
  ids: readonly number[],
): AsyncGenerator<readonly Person[]> {
  for (let start = 0; start < ids.length; start += learnersPerBatch) {
    yield readPeople(scope, ids.slice(start, start + learnersPerBatch));
  }
}

/** In the order of `ids`. */
export async function readPeople(
  { sql, schoolId }: SchoolScope,
  ids: readonly number[],
): Promise<readonly Person[]> {
  const people = await sql<Person[]>`
    select id, joined_on - date '1970-01-01' as "joinedOn", left_on - date '1970-01-01' as "leftOn"
    from learners where school_id = ${schoolId} and id = any(${ids}::int[])`;
  const byId = new Map(people.map((person) => [person.id, person]));
  return ids.map((id) => {
    const person = byId.get(id);
    if (!person) throw new RangeError(`learner: expected the id of a learner of this school, got ${id}`);
    return person;
  });
}

async function* batchesOfAll(
  { sql, schoolId }: SchoolScope,
  classId: number | undefined,
): AsyncGenerator<readonly Person[]> {
  const ofClass =
    classId === undefined
      ? sql``
      : sql`and exists (select from class_members m
          where m.school_id = ${schoolId} and m.class_id = ${classId} and m.learner_id = l.id)`;
  for (let after = -1; ;) {
    const people = await sql<Person[]>`
      select id, joined_on - date '1970-01-01' as "joinedOn", left_on - date '1970-01-01' as "leftOn"
      from learners l where school_id = ${schoolId} and id > ${after} ${ofClass}
      order by id limit ${learnersPerBatch}`;
    const last = people.at(-1);
    if (!last) return;
    yield people;
    after = last.id;
  }
}
