import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { passiveKinds } from '#lib/domain/activity/event.ts';
import { parseSchoolDay } from '#lib/domain/activity/school-day.ts';
import { buildDemo, type BuiltDemo } from '#lib/server/demo/build-demo.ts';
import { demoPassword, learnerEmail, suggestLogIns } from '#lib/server/demo/accounts.ts';
import { findDemo, refuseDemoSchool, refuseRealSchools } from '#lib/server/demo/demo-school.ts';
import { loadLives } from '#lib/server/demo/lives.ts';
import { honestCrossings, wasDeserved } from '#lib/server/demo/past-reviews.ts';
import { isPassword } from '#lib/server/auth/passwords.ts';
import { readConfig } from '#lib/server/platform/config.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { buildSchool, type School } from '#lib/simulator/index.ts';
import { addSchool, testDatabase } from '../support/database.ts';

// A small school with enough gamers to say something about them.
const size = { seed: 5, learners: 140, classes: 6, years: 1 };
const now = new Date('2026-03-18T11:00:00Z');
const today = '2026-03-18';
const dataFolder = mkdtempSync(join('/tmp', 'merito-demo-'));
const database = await testDatabase();
const config = { ...readConfig({ MERITO_DATA: dataFolder }), isDemo: true };
const rooms = { database, config, clock: { now: () => now } };

let built: BuiltDemo;
let school: School;

beforeAll(async () => {
  built = await buildDemo(rooms, size);
  school = buildSchool(loadLives(rooms, built.schoolId).options);
});

afterAll(() => rmSync(dataFolder, { recursive: true }));

function inSchool<T>(work: (scope: SchoolScope) => Promise<T>): Promise<T> {
  return database.withSchool(built.schoolId, work);
}

describe('the built school', () => {
  test('events, rollups and class rollups tell the same', async () => {
    const [sums] = await inSchool(
      ({ sql }) => sql<{ events: number; rolled: number; active: number; classes: number }[]>`
        select (select count(*)::int from activity_events) as events,
          (select sum(count)::int from daily_rollups) as rolled,
          (select sum(count)::int from daily_rollups where kind <> all(${[...passiveKinds]})) as active,
          (select sum(count)::int from class_rollups) as classes`,
    );
    expect(sums?.events).toBe(built.events);
    expect(sums?.rolled).toBe(built.events);
    expect(sums?.classes).toBe(sums?.active);
    expect(built.events).toBeGreaterThan(size.learners * 300);
  });

  test('nobody is active outside a class, or today or later', async () => {
    const outside = await inSchool(
      ({ sql }) => sql`
        select e.learner_id, e.day from activity_events e
        left join class_members m on m.school_id = e.school_id and m.learner_id = e.learner_id
          and m.class_id = e.class_id and e.day >= m.joined_on and e.day < coalesce(m.left_on, 'infinity')
        where m.learner_id is null or e.day >= ${today}::date limit 3`,
    );
    expect(outside).toEqual([]);
  });

  test('past classes have ended for all, with an outcome', async () => {
    const rows = await inSchool(
      ({ sql }) => sql`
        select m.learner_id from class_members m join classes c on c.school_id = m.school_id and c.id = m.class_id
        where (c.ends_on < ${today}::date) and (m.left_on is null or m.outcome is null)
           or (m.left_on is null) <> (m.outcome is null) limit 3`,
    );
    expect(rows).toEqual([]);
  });

  test('awards carry the day on which the rule was met, within the learner’s time', async () => {
    const [row] = await inSchool(
      ({ sql }) => sql<{ all: number; odd: number; badges: number; learners: number }[]>`
        select count(*) filter (where revoked_at is null)::int as all, count(distinct badge_id)::int as badges,
          count(distinct learner_id)::int as learners,
          count(*) filter (where crossed_on >= ${today}::date or crossed_on < l.joined_on
            or awarded_at > ${now.toISOString()}::timestamptz or awarded_at < crossed_on)::int as odd
        from awards a join learners l on l.school_id = a.school_id and l.id = a.learner_id`,
    );
    expect(row?.odd).toBe(0);
    expect(row?.badges).toBeGreaterThan(12);
    expect(row?.learners).toBeGreaterThan(size.learners / 2);
    expect(built.replay.awards).toBe(row?.all);
  });

  test('teachers have decided about the past and find a queue of the last days', async () => {
    const rows = await inSchool(
      ({ sql }) => sql<{ status: string; count: number; oldest: string }[]>`
        select status, count(*)::int, min(opened_at)::date::text as oldest from reviews group by status`,
    );
    const of = new Map(rows.map((row) => [row.status, row]));
    expect(of.get('approved')?.count).toBeGreaterThan(10);
    expect(of.get('rejected')?.count).toBeGreaterThan(0);
    expect((of.get('open')?.oldest ?? today) >= '2026-03-06').toBe(true);
  });

  test('accounts open with the demo’s password, and the learner to look at holds badges', async () => {
    const rows = await database.system.query.users.findMany();
    expect(rows.filter(({ role }) => role === 'admin')).toHaveLength(1);
    expect(rows.filter(({ role }) => role === 'teacher')).toHaveLength(school.teachers.length);
    const logIns = await inSchool(suggestLogIns);
    const learner = rows.find(({ email }) => email === logIns.learner) ?? expect.fail('no learner to show');
    expect(await isPassword(learner.passwordHash, demoPassword)).toBe(true);
    expect(learner.email).toMatch(new RegExp(learnerEmail('s\\d{4}')));
  });
});

describe('gamers', () => {
  test('almost no award without a person was undeserved, and most of what was gamed reached a teacher', async () => {
    const cases = await inSchool(systemCases);
    const undeserved = cases.filter(({ isDeserved }) => !isDeserved);
    const automatic = cases.filter(({ verdict }) => verdict === 'award');
    const wrong = undeserved.filter(({ verdict }) => verdict === 'award');
    expect(undeserved.length).toBeGreaterThan(10);
    // A small school has a handful of gamers, so the share is coarse: the whole one (npm run demo) has 0.8 %.
    expect(wrong.length / automatic.length).toBeLessThan(0.03);
    expect(wrong.length / undeserved.length).toBeLessThan(0.5);
  });

  async function systemCases(scope: SchoolScope) {
    const learnerIds = await idsInOrder(scope, 'learners');
    const classIds = await idsInOrder(scope, 'classes');
    const loaded = { learnerIds, classIds, states: [], events: 0 };
    const honest = await honestCrossings(scope, school, loaded);
    const rows = await scope.sql<{ learner: number; badge: string; verdict: string; day: number }[]>`
      select learner_id as learner, badge_id as badge, verdict, crossed_on - date '1970-01-01' as day
      from decisions where actor = 'system'`;
    return rows.map(({ learner, badge, verdict, day }) => ({
      verdict,
      isDeserved: wasDeserved(honest, learner, badge, day),
    }));
  }

  /** Ids in the order in which the simulator counts. */
  async function idsInOrder({ sql }: SchoolScope, table: 'learners' | 'classes'): Promise<number[]> {
    const rows = await sql<{ id: number; name: string }[]>`select id, external_id as name from ${sql(table)}`;
    const byName = new Map(rows.map(({ id, name }) => [name, id]));
    const wanted = table === 'learners' ? school.people : school.classes;
    return wanted.map(({ externalId }) => byName.get(externalId) ?? expect.fail(externalId));
  }
});

describe('walls around the demo', () => {
  test('found again as finished', async () => {
    expect(await findDemo(rooms)).toMatchObject({ kind: 'ready', schoolId: built.schoolId });
  });

  test('a building that was interrupted is not taken for a school', async () => {
    const other = await testDatabase();
    const broken = { ...rooms, database: other };
    expect(await findDemo(broken)).toEqual({ kind: 'none' });
    const stopped = buildDemo(broken, { ...size, learners: 20, years: 0 }, (step) => {
      if (step.startsWith('awards')) throw new Error('killed');
    });
    await expect(stopped).rejects.toThrow('killed');
    expect(await findDemo(broken)).toMatchObject({ kind: 'unfinished' });
  });

  test('outside demo mode no server opens on it', async () => {
    await expect(refuseDemoSchool(rooms)).resolves.toBeUndefined();
    const real = { database, config: { ...config, isDemo: false } };
    await expect(refuseDemoSchool(real)).rejects.toThrow('This database holds the demo school');
  });

  test('the demo does not move in with real people', async () => {
    await expect(refuseRealSchools(rooms)).resolves.toBeUndefined();
    const real = await testDatabase();
    await addSchool(real, 'galilei');
    await expect(refuseRealSchools({ database: real })).rejects.toThrow('1 other school(s), "galilei" first');
  });
});

test('the year of the small school began in September', () => {
  expect(school.years.map(({ startsOn }) => startsOn)).toEqual(
    ['2024-09-01', '2025-09-01'].map(parseSchoolDay),
  );
});
