import { formatSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import {
  buildClassHistory,
  type ClassDay,
  type ClassHistory,
  type ClassMembers,
} from '#lib/domain/features/index.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';

/** The time a learner spent in a class. */
export interface Membership {
  readonly classId: number;
  readonly learnerId: number;
  readonly joinedOn: SchoolDay;
  /** The first day no longer in the class; null while enrolled. */
  readonly leftOn: SchoolDay | null;
}

/** Memberships of these learners, the latest first. */
export async function readMemberships(
  { sql, schoolId }: SchoolScope,
  learnerIds: readonly number[],
): Promise<readonly Membership[]> {
  return sql<Membership[]>`
    select class_id as "classId", learner_id as "learnerId", joined_on - date '1970-01-01' as "joinedOn",
      left_on - date '1970-01-01' as "leftOn"
    from class_members where school_id = ${schoolId} and learner_id = any(${learnerIds}::int[])
    order by joined_on desc, class_id desc`;
}

/** The histories of many classes up to a day, kept between batches of learners. */
export interface ClassShelf {
  fetch(classIds: readonly number[]): Promise<ReadonlyMap<number, ClassHistory>>;
}

// About 10 KB for a year of one class: the shelf stays below 20 MB.
const mostOnShelf = 2000;

export function classShelf(scope: SchoolScope, before: SchoolDay): ClassShelf {
  const shelf = new Map<number, ClassHistory>();
  return {
    async fetch(classIds) {
      if (shelf.size > mostOnShelf) shelf.clear();
      const missing = [...new Set(classIds)].filter((id) => !shelf.has(id));
      for (const one of await readClassHistories(scope, missing, before)) shelf.set(one.classId, one);
      return shelf;
    },
  };
}

async function readClassHistories(
  scope: SchoolScope,
  classIds: readonly number[],
  before: SchoolDay,
): Promise<readonly ClassHistory[]> {
  if (classIds.length === 0) return [];
  const [days, members] = await Promise.all([
    readClassDays(scope, classIds, before),
    readClassMembers(scope, classIds),
  ]);
  const membersOf = Map.groupBy(members, ({ classId }) => classId);
  return classIds.map((id) => buildClassHistory(id, days.get(id) ?? [], membersOf.get(id) ?? [], before));
}

interface InClass {
  readonly classId: number;
}

/** One line of JSON a class, [day, count, score sum, score count, day, …]: rows cost Node four times as much. */
async function readClassDays(
  { sql, schoolId }: SchoolScope,
  classIds: readonly number[],
  before: SchoolDay,
): Promise<ReadonlyMap<number, readonly ClassDay[]>> {
  const lines = await sql<(InClass & { readonly cells: string })[]>`
    select class_id as "classId", '[' || string_agg(
      concat_ws(',', day - date '1970-01-01', count, score_sum, score_count), ',') || ']' as cells
    from class_rollups
    where school_id = ${schoolId} and class_id = any(${classIds}::int[]) and day < ${formatSchoolDay(before)}
    group by class_id`;
  return new Map(lines.map(({ classId, cells }) => [classId, classDaysOf(JSON.parse(cells))]));
}

function classDaysOf(cells: readonly number[]): readonly ClassDay[] {
  const days: ClassDay[] = [];
  for (let i = 0; i < cells.length; i += 4) {
    days.push({
      day: cells[i],
      count: cells[i + 1],
      scoreSum: cells[i + 2],
      scoreCount: cells[i + 3],
    });
  }
  return days;
}

async function readClassMembers(
  { sql, schoolId }: SchoolScope,
  classIds: readonly number[],
): Promise<readonly (ClassMembers & InClass)[]> {
  return sql<(ClassMembers & InClass)[]>`
    select class_id as "classId", joined_on - date '1970-01-01' as "joinedOn",
      left_on - date '1970-01-01' as "leftOn", count(*)::int as learners
    from class_members where school_id = ${schoolId} and class_id = any(${classIds}::int[])
    group by class_id, joined_on, left_on`;
}
