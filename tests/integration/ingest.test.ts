import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { sql } from 'drizzle-orm';
import { activityKinds } from '#lib/domain/activity/event.ts';
import { addToRollups, foldEvent } from '#lib/domain/activity/fold.ts';
import type { DailyRollup } from '#lib/domain/activity/rollup.ts';
import { formatSchoolDay } from '#lib/domain/activity/school-day.ts';
import { readEvent } from '#lib/server/activity/event-schema.ts';
import { createIngest, type Ingest } from '#lib/server/activity/ingest.ts';
import { createLog } from '#lib/server/platform/log.ts';
import type { Database } from '#lib/server/platform/db/client.ts';
import { classes, learners } from '#lib/server/platform/db/schema.ts';
import { addSchool, testDatabase } from '../support/database.ts';

const now = new Date('2026-03-20T12:00:00Z');
const clock = { now: () => now };
const log = createLog('silent');
const timeZone = 'Europe/Rome';
const ids = new Map<string, number>();
let database: Database;
let ingest: Ingest;
let schoolId: number;

async function addPeople(school: number, names: readonly string[]): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  await database.withSchool(school, async ({ tx }) => {
    for (const name of names) {
      const rows = await tx
        .insert(learners)
        .values({ schoolId: school, externalId: name, name, joinedOn: '2025-09-01' })
        .returning();
      for (const row of rows) found.set(name, row.id);
    }
    const rows = await tx
      .insert(classes)
      .values({
        schoolId: school,
        externalId: '3B',
        name: '3B',
        startsOn: '2025-09-01',
        endsOn: '2026-06-30',
      })
      .returning();
    for (const row of rows) found.set('3B', row.id);
  });
  return found;
}

beforeAll(async () => {
  database = await testDatabase();
  schoolId = await addSchool(database);
  for (const [name, id] of await addPeople(schoolId, ['ada', 'bo', 'cem'])) ids.set(name, id);
  ingest = createIngest(database, { clock, log });
});

function event(change: Readonly<Record<string, unknown>> = {}) {
  const sent = {
    id: crypto.randomUUID(),
    learner: 'ada',
    kind: 'view',
    at: '2026-03-10T09:10:00+01:00',
    ...change,
  };
  const reading = readEvent(sent, 0, { now, timeZone });
  if (!reading.ok) throw new Error(JSON.stringify(reading.errors));
  return reading.event;
}

async function rowsOf(school: number, table: string): Promise<readonly Record<string, unknown>[]> {
  return database.withSchool(school, ({ tx }) => tx.execute(sql.raw(`select * from ${table}`)));
}

describe('accept', () => {
  test('an event is stored once, with its rollups and its learner marked for evaluation', async () => {
    const sent = event({ learner: 'cem', class: '3B', kind: 'submit', score: 70, due: '2026-03-10' });
    expect(await ingest.accept(schoolId, [sent])).toEqual({ accepted: 1, repeated: 0, refused: [] });
    expect(await ingest.accept(schoolId, [sent])).toEqual({ accepted: 0, repeated: 1, refused: [] });
    const mine = { learner_id: ids.get('cem') };
    expect(
      (await rowsOf(schoolId, 'activity_events')).filter((row) => row.learner_id === ids.get('cem')),
    ).toEqual([
      expect.objectContaining({
        ...mine,
        event_id: sent.id,
        day: '2026-03-10',
        class_id: ids.get('3B'),
        score: 70,
      }),
    ]);
    expect(await rowsOf(schoolId, 'daily_rollups')).toContainEqual(
      expect.objectContaining({
        ...mine,
        kind: 'submit',
        count: 1,
        due_count: 1,
        late_count: 0,
        score_sum: 70,
      }),
    );
    expect(await rowsOf(schoolId, 'class_rollups')).toEqual([
      expect.objectContaining({ class_id: ids.get('3B'), day: '2026-03-10', count: 1, score_sum: 70 }),
    ]);
    expect(await rowsOf(schoolId, 'pending_evaluations')).toEqual([expect.objectContaining(mine)]);
  });

  test('unknown learners and classes are refused by place and the rest is kept', async () => {
    const receipt = await ingest.accept(schoolId, [
      event(),
      event({ learner: 'nobody' }),
      event({ class: '9Z' }),
    ]);
    expect(receipt).toEqual({
      accepted: 1,
      repeated: 0,
      refused: [
        { index: 1, field: 'learner', expected: 'the id of a learner of this school', got: 'nobody' },
        { index: 2, field: 'class', expected: 'the id of a class of this school', got: '9Z' },
      ],
    });
  });

  test('atomic: one refused, none stored', async () => {
    const good = event();
    const receipt = await ingest.accept(schoolId, [good, event({ learner: 'nobody' })], { atomic: true });
    expect(receipt).toMatchObject({ accepted: 0, repeated: 0, refused: [{ index: 1 }] });
    expect((await ingest.accept(schoolId, [good])).accepted).toBe(1);
  });

  test('a learner who joins later is found without a restart', async () => {
    const sent = event({ learner: 'dora' });
    expect((await ingest.accept(schoolId, [sent])).refused).toHaveLength(1);
    await database.withSchool(schoolId, ({ tx }) =>
      tx.insert(learners).values({ schoolId, externalId: 'dora', name: 'Dora', joinedOn: '2026-03-01' }),
    );
    expect((await ingest.accept(schoolId, [sent])).accepted).toBe(1);
  });

  test('concurrent requests with the same ids, through two processes, count each once', async () => {
    const other = createIngest(database, { clock, log, lanes: 2 });
    const shared = Array.from({ length: 40 }, (_, i) =>
      event({ learner: ['ada', 'bo'][i % 2], class: '3B' }),
    );
    const orders = Array.from({ length: 30 }, (_, i) => [...shared.slice(i), ...shared.slice(0, i)]);
    const receipts = await Promise.all(
      orders.map((order, i) => (i % 2 ? ingest : other).accept(schoolId, order)),
    );
    const sum = (pick: (receipt: (typeof receipts)[number]) => number) =>
      receipts.reduce((total, receipt) => total + pick(receipt), 0);
    expect(sum(({ accepted }) => accepted)).toBe(40);
    expect(sum(({ repeated }) => repeated)).toBe(40 * 29);
    const stored = new Set((await rowsOf(schoolId, 'activity_events')).map((row) => row.event_id));
    expect(shared.every(({ id }) => stored.has(id))).toBe(true);
  });

  test('values that cannot be summed fail their own request and not its neighbours', async () => {
    const huge = Array.from({ length: 9_000 }, () =>
      event({ learner: 'bo', at: '2024-05-05T10:00:00Z', seconds: 86_400 }),
    );
    const tooMuch = [
      ...huge,
      ...huge.map(({ id, ...rest }) => ({ ...rest, id: `${id}-2` })),
      ...huge.map(({ id, ...rest }) => ({ ...rest, id: `${id}-3` })),
    ];
    const results = await Promise.allSettled([
      ingest.accept(schoolId, [event()]),
      ingest.accept(schoolId, tooMuch),
      ingest.accept(schoolId, [event()]),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  test('another school sees nothing and may use the same ids', async () => {
    const second = await addSchool(database, 'volta');
    await addPeople(second, ['ada']);
    const sent = event();
    expect((await ingest.accept(schoolId, [sent])).accepted).toBe(1);
    expect((await ingest.accept(second, [sent])).accepted).toBe(1);
    expect((await ingest.accept(second, [event({ learner: 'bo' })])).refused).toHaveLength(1);
    expect(await rowsOf(second, 'activity_events')).toHaveLength(1);
  });
});

describe('rollups', () => {
  const sentEvent = fc.record({
    id: fc.integer({ min: 0, max: 60 }).map((n) => `r${n}`),
    learner: fc.constantFrom('ada', 'bo', 'nobody'),
    kind: fc.constantFrom(...activityKinds),
    at: fc.constantFrom('2026-03-10', '2026-03-10T23:30:00Z', '2026-02-28T08:00:00Z', '2025-12-31T23:59:59Z'),
    quantity: fc.integer({ min: 0, max: 5 }),
    seconds: fc.constantFrom(0, 600, 7200),
    score: fc.option(fc.integer({ min: 0, max: 100 })),
    due: fc.option(fc.constantFrom('2026-03-09', '2026-03-12')),
    class: fc.option(fc.constantFrom('3B', 'none')),
  });

  test('equal a fold of the stored events, whatever was repeated, refused or atomic', async () => {
    let round = 0;
    const requests = fc.array(fc.tuple(fc.array(sentEvent, { maxLength: 12 }), fc.boolean()), {
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(requests, async (sent) => {
        const school = await addSchool(database, `fold-${++round}`, timeZone);
        const known = await addPeople(school, ['ada', 'bo']);
        await Promise.all(
          sent.map(([events, atomic]) =>
            ingest.accept(
              school,
              events.map((one) => event(one)),
              { atomic },
            ),
          ),
        );
        expect(await rollupsOf(school)).toEqual(await refold(school, known));
      }),
      { numRuns: 25 },
    );
  });

  async function rollupsOf(school: number): Promise<readonly unknown[]> {
    const rows = await rowsOf(school, 'daily_rollups');
    return rows.map(comparable).sort();
  }

  async function refold(school: number, known: ReadonlyMap<string, number>): Promise<readonly unknown[]> {
    const folded = new Map<string, DailyRollup>();
    for (const row of await rowsOf(school, 'activity_events')) {
      const again = event({
        learner: [...known].find(([, id]) => id === row.learner_id)?.[0],
        kind: row.kind,
        at: row.occurred_at ? new Date(String(row.occurred_at)).toISOString() : row.day,
        quantity: row.quantity,
        seconds: row.seconds,
        score: row.score,
      });
      const dueAt = row.due_at ? new Date(String(row.due_at)) : null;
      const owner = { learnerId: Number(row.learner_id), classId: Number(row.class_id), timeZone };
      addToRollups(folded, foldEvent({ ...again, dueAt }, owner));
    }
    return [...folded.values()]
      .map((rollup) =>
        comparable({
          learner_id: rollup.learnerId,
          day: formatSchoolDay(rollup.day),
          kind: rollup.kind,
          class_id: rollup.classId,
          count: rollup.count,
          quantity: rollup.quantity,
          seconds: rollup.seconds,
          score_sum: rollup.scoreSum,
          score_count: rollup.scoreCount,
          due_count: rollup.dueCount,
          late_count: rollup.lateCount,
          lead_days_sum: rollup.leadDaysSum,
          slots: rollup.slots,
        }),
      )
      .sort();
  }

  const columns = [
    'learner_id', 'day', 'kind', 'class_id', 'count', 'quantity', 'seconds', 'score_sum', 'score_count',
    'due_count', 'late_count', 'lead_days_sum', 'slots',
  ]; // prettier-ignore
  function comparable(row: Readonly<Record<string, unknown>>): string {
    return columns
      .map((column) => (column === 'lead_days_sum' ? Number(row[column]).toFixed(6) : String(row[column])))
      .join(' ');
  }
});
