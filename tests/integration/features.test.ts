import { beforeAll, expect, test } from 'vitest';
import type { DailyRollup } from '#lib/domain/activity/rollup.ts';
import { formatSchoolDay, parseSchoolDay } from '#lib/domain/activity/school-day.ts';
import { catalogueVersion, featureCatalogue, measure } from '#lib/domain/features/index.ts';
import type { Database, SchoolScope } from '#lib/server/platform/db/client.ts';
import {
  calendarSpans,
  classes,
  classMembers,
  classRollups,
  dailyRollups,
  learnerFeatures,
  learners,
} from '#lib/server/platform/db/schema.ts';
import { loadLearner, loadLearners, loadSnapshots, saveFeatures } from '#lib/server/features/index.ts';
import { addSchool, testDatabase } from '../support/database.ts';

const monday = parseSchoolDay('2026-09-07');
const date = formatSchoolDay;
let database: Database;
let schoolId: number;
const inSchool = <T>(work: (scope: SchoolScope) => Promise<T>) => database.withSchool(schoolId, work);

function rollup(learnerId: number, day: number, change: Partial<DailyRollup> = {}): DailyRollup {
  const zeros = { scoreSum: 0, scoreCount: 0, dueCount: 0, lateCount: 0, leadDaysSum: 0 };
  const rest = { kind: 'view' as const, count: 1, quantity: 1, seconds: 0, slots: 0, classId: 1 };
  return { learnerId, day, ...zeros, ...rest, ...change };
}

async function addRollups({ tx, schoolId }: SchoolScope, rows: readonly DailyRollup[]) {
  await tx.insert(dailyRollups).values(rows.map((row) => ({ ...row, schoolId, day: date(row.day) })));
}

/** Ada (1) is in class 1 and, three weeks on, in class 2 instead; Bruno (2) in class 1 until day 14; Carla (3) nowhere. */
async function fill(scope: SchoolScope) {
  const { tx, schoolId } = scope;
  const span = { startsOn: date(monday), endsOn: date(monday + 200) };
  await tx.insert(calendarSpans).values([{ schoolId, kind: 'term', name: 'year', ...span }]);
  await tx
    .insert(classes)
    .values([1, 2].map((id) => ({ schoolId, id, externalId: `c${id}`, name: `${id}`, ...span })));
  await tx.insert(learners).values(
    [1, 2, 3].map((id) => ({
      schoolId,
      id,
      externalId: `l${id}`,
      name: `${id}`,
      joinedOn: date(monday),
      leftOn: id === 2 ? date(monday + 14) : null,
    })),
  );
  await tx.insert(classMembers).values([
    { schoolId, classId: 1, learnerId: 1, joinedOn: date(monday), leftOn: date(monday + 21) },
    { schoolId, classId: 2, learnerId: 1, joinedOn: date(monday + 21) },
    { schoolId, classId: 1, learnerId: 2, joinedOn: date(monday), leftOn: date(monday + 14) },
  ]);
  await addRollups(scope, [
    rollup(1, monday, { count: 6, quantity: 12.5, slots: 2 ** 47 + 2 ** 20, seconds: 1800 }),
    rollup(1, monday, { kind: 'grade', scoreSum: 170, scoreCount: 2 }),
    rollup(1, monday + 25, { classId: 2, count: 3 }),
    rollup(2, monday + 1, { count: 2 }),
  ]);
  const day = (classId: number, on: number, count: number, scoreSum = 0, scoreCount = 0) => ({
    ...{ schoolId, classId, day: date(on), count, quantity: count, scoreSum, scoreCount },
  });
  await tx
    .insert(classRollups)
    .values([day(1, monday, 6, 170, 2), day(1, monday + 1, 2), day(2, monday + 25, 3)]);
}

beforeAll(async () => {
  database = await testDatabase();
  schoolId = await addSchool(database);
  await inSchool(fill);
});

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

function valueOf(measurement: { readonly values: Float64Array }, id: string): number {
  return measurement.values[featureCatalogue.findIndex((feature) => feature.id === id)];
}

test('a learner is measured from the stored rollups, the calendar and the class', async () => {
  const measured = await inSchool((scope) => loadLearner(scope, 1, monday + 5));
  expect(measured).toMatchObject({ learnerId: 1, before: monday + 5 });
  expect(valueOf(measured, 'events-7')).toBe(6);
  expect(valueOf(measured, 'quantity-7')).toBe(12.5);
  expect(valueOf(measured, 'hours-28')).toBe(0.5);
  expect(valueOf(measured, 'sessions-28')).toBe(2);
  expect(valueOf(measured, 'night-share-28')).toBe(0.5);
  expect(valueOf(measured, 'mean-score')).toBe(85);
  expect(valueOf(measured, 'school-day-share-28')).toBe(1 / 5);
  expect(valueOf(measured, 'class-activity-ratio-28')).toBe(6 / (8 / 2));
});

test('days from `before` on are not read', async () => {
  const measured = await inSchool((scope) => loadLearner(scope, 1, monday));
  expect(valueOf(measured, 'events-7')).toBeNaN();
});

test('the class is the one the learner is in at that time', async () => {
  const classAt = async (before: number) =>
    (await inSchool((scope) => loadLearner(scope, 1, before))).context.classHistory?.classId;
  expect(await classAt(monday + 21)).toBe(1);
  expect(await classAt(monday + 22)).toBe(2);
  const outside = await inSchool((scope) => loadLearner(scope, 3, monday + 22));
  expect(outside.context.classHistory).toBeNull();
  expect(valueOf(outside, 'class-activity-ratio-28')).toBeNaN();
  expect(valueOf(outside, 'events-7')).toBe(0);
  expect(valueOf(outside, 'days-since-active')).toBeNaN();
});

test('a chosen class restricts the rollups and the days', async () => {
  const measured = await inSchool((scope) => loadLearner(scope, 1, monday + 28, { classId: 2 }));
  expect(valueOf(measured, 'events-28')).toBe(3);
  expect(valueOf(measured, 'days-known')).toBe(7);
  expect(valueOf(measured, 'mean-score')).toBeNaN();
  expect(measure('class-activity-ratio', 7, measured.history, measured.context, monday + 28)).toBe(1);
});

test('strangers are refused by name', async () => {
  await expect(inSchool((scope) => loadLearner(scope, 99, monday))).rejects.toThrow(
    'learner: expected the id of a learner of this school, got 99',
  );
  await expect(inSchool((scope) => loadLearner(scope, 3, monday, { classId: 1 }))).rejects.toThrow(
    'learner: expected one of class 1, got 3',
  );
  const other = await addSchool(database, 'other');
  await expect(database.withSchool(other, (scope) => loadLearner(scope, 1, monday))).rejects.toThrow(
    'learner: expected the id of a learner of this school, got 1',
  );
});

test('many learners measure like one', async () => {
  const before = monday + 30;
  const all = await inSchool((scope) => collect(loadLearners(scope, 'all', before)));
  expect(all.map(({ learnerId }) => learnerId)).toEqual([1, 2, 3]);
  for (const measured of all) {
    const alone = await inSchool((scope) => loadLearner(scope, measured.learnerId, before));
    expect(measured.values).toEqual(alone.values);
  }
  const some = await inSchool((scope) => collect(loadLearners(scope, [3, 1], before)));
  expect(some.map(({ learnerId }) => learnerId)).toEqual([3, 1]);
});

test('batches follow on each other', async () => {
  const many = await addSchool(database, 'many');
  const count = 1203;
  const ids = await database.withSchool(many, async (scope) => {
    await scope.sql`insert into learners (school_id, id, external_id, name, joined_on)
      select ${many}::int, n, n::text, n::text, '2026-09-07' from generate_series(1, ${count}::int) n`;
    await addRollups(scope, [rollup(1, monday), rollup(501, monday), rollup(count, monday)]);
    const measured = await collect(loadLearners(scope, 'all', monday + 1));
    return measured.map((one) => (valueOf(one, 'events-7') === 1 ? one.learnerId : null));
  });
  expect(ids).toHaveLength(count);
  expect(ids.filter((id) => id !== null)).toEqual([1, 501, count]);
});

test('snapshots measure each past day as it was measured then, for those who were there', async () => {
  const days = [monday + 30, monday + 10, monday + 22, monday];
  const snapshots = await inSchool((scope) => collect(loadSnapshots(scope, days)));
  const seen = snapshots.map(({ learnerId, measurements }) => [
    learnerId,
    measurements.map(({ before }) => before - monday),
  ]);
  expect(seen).toEqual([
    [1, [10, 22, 30]],
    [2, [10]],
    [3, [10, 22, 30]],
  ]);
  for (const { learnerId, measurements } of snapshots) {
    for (const { before, values } of measurements) {
      const then = await inSchool((scope) => loadLearner(scope, learnerId, before));
      expect(values).toEqual(then.values);
    }
  }
});

test('snapshots of a class hold its members while they are members', async () => {
  const snapshots = await inSchool((scope) =>
    collect(loadSnapshots(scope, [monday + 7, monday + 21, monday + 22], { classId: 1 })),
  );
  expect(
    snapshots.map(({ learnerId, measurements }) => [learnerId, measurements.map(({ before }) => before)]),
  ).toEqual([
    [1, [monday + 7, monday + 21]],
    [2, [monday + 7]],
  ]);
});

test('features are kept, the newest only, with null for what was not measured', async () => {
  const at = new Date('2026-09-12T10:00:00Z');
  const rows = await inSchool(async (scope) => {
    await saveFeatures(scope, await loadLearner(scope, 1, monday + 1), at);
    await saveFeatures(scope, await loadLearner(scope, 1, monday + 5), at);
    return scope.tx.select().from(learnerFeatures);
  });
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ learnerId: 1, before: date(monday + 5), catalogueVersion, measuredAt: at });
  const kept = rows[0].values;
  expect(kept).toHaveLength(featureCatalogue.length);
  expect(kept[featureCatalogue.findIndex(({ id }) => id === 'events-7')]).toBe(6);
  expect(kept[featureCatalogue.findIndex(({ id }) => id === 'on-time-row')]).toBeNull();
});
