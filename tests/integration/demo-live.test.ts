import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, expect, test } from 'vitest';
import { seededRandom } from '#lib/ml/core/random.ts';
import { buildDemo } from '#lib/server/demo/build-demo.ts';
import { startLiveSchool } from '#lib/server/demo/live-school.ts';
import { loadLives } from '#lib/server/demo/lives.ts';
import { writeMoves } from '#lib/server/demo/moves.ts';
import { readConfig } from '#lib/server/platform/config.ts';
import { buildSchool, eventsForNow, nextDayEvents } from '#lib/simulator/index.ts';
import { testDatabase } from '../support/database.ts';

const size = { seed: 3, learners: 30, classes: 3, years: 0 };
const dataFolder = mkdtempSync(join('/tmp', 'merito-demo-'));
const database = await testDatabase();
const config = { ...readConfig({ MERITO_DATA: dataFolder }), isDemo: true };
const monday = new Date('2026-03-16T09:00:00Z');
const roomsAt = (time: string) => ({
  database,
  config,
  clock: { now: () => new Date(time) },
  log: pino({ level: 'silent' }),
});
const { schoolId } = await buildDemo({ database, config, clock: { now: () => monday } }, size);
const built = loadLives({ config }, schoolId);
const school = buildSchool(built.options);

afterAll(() => rmSync(dataFolder, { recursive: true }));

/** Events by day since the building, those of live visitors apart. */
async function countByDay(): Promise<Record<string, number>> {
  const rows = await database.withSchool(
    schoolId,
    ({ sql }) => sql<{ day: string; count: number }[]>`
      select day::text, count(*)::int from activity_events
      where day >= '2026-03-16' and event_id not like '%-live-%' group by day`,
  );
  return Object.fromEntries(rows.map(({ day, count }) => [day, count]));
}

async function runLive(time: string): Promise<void> {
  const live = startLiveSchool(roomsAt(time), loadLives({ config }, schoolId));
  await live.stop();
}

test('days slept through are caught up once, today up to now', async () => {
  await runLive('2026-03-18T12:00:00Z');
  const first = await countByDay();
  const lived = nextDayEvents(school, built.states, built.options.before);
  expect(first['2026-03-16']).toBe(lived.events.length);
  expect(Object.keys(first).sort()).toEqual(['2026-03-16', '2026-03-17', '2026-03-18']);

  await runLive('2026-03-18T12:00:10Z');
  expect(await countByDay()).toEqual(first);

  await runLive('2026-03-18T23:30:00Z');
  const evening = await countByDay();
  expect(evening['2026-03-18']).toBeGreaterThan(first['2026-03-18'] ?? 0);
  expect(evening['2026-03-17']).toBe(first['2026-03-17']);
});

test('whoever sits down now is enrolled, in the own class, and no id comes twice', () => {
  const { states } = nextDayEvents(school, built.states, built.options.before);
  const random = seededRandom(1);
  const ids = new Set<string>();
  let events = 0;
  for (let minute = 0; minute < 1440; minute += 5) {
    const at = new Date(Date.UTC(2026, 2, 17, 0, minute));
    for (const event of eventsForNow(school, states, at, random)) {
      const index = school.people.findIndex(({ externalId }) => externalId === event.learner);
      const last = states[index]?.memberships.at(-1);
      expect(last?.leftOn).toBeNull();
      expect(event.class).toBe(school.classes[last?.classIndex ?? -1]?.externalId);
      expect(event.at.getTime()).toBeLessThanOrEqual(at.getTime());
      ids.add(event.id);
      events++;
    }
  }
  expect(events).toBeGreaterThan(288);
  expect(ids.size).toBe(events);
});

test('after the last year nobody is enrolled, and the live school stays silent', () => {
  const gone = built.states.map((state) => ({ ...state, hasLeft: true }));
  expect(eventsForNow(school, gone, new Date('2027-10-01T15:00:00Z'), seededRandom(1))).toEqual([]);
});

test('who leaves or changes class while the demo runs does so in the school’s books too', async () => {
  const [person] = school.people;
  const [state] = built.states;
  if (!person || !state) expect.fail('expected a learner');
  const [membership] = state.memberships;
  if (!membership) expect.fail('expected a membership');
  const leftOn = built.options.before + 1;
  const gone = {
    ...state,
    hasLeft: true,
    memberships: [{ ...membership, leftOn, outcome: 'withdrawn' as const }],
  };
  const later = [gone, ...built.states.slice(1)];
  for (let time = 0; time < 2; time++) {
    await database.withSchool(schoolId, (scope) => writeMoves(scope, school, built.states, later));
  }
  const rows = await database.withSchool(
    schoolId,
    ({ sql }) => sql`
      select m.outcome, m.left_on::text as "leftClass", l.left_on::text as "leftSchool"
      from class_members m join learners l on l.school_id = m.school_id and l.id = m.learner_id
      where l.external_id = ${person.externalId}`,
  );
  expect([...rows]).toEqual([{ outcome: 'withdrawn', leftClass: '2026-03-17', leftSchool: '2026-03-17' }]);
});
