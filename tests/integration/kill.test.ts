import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { connect, type Database } from '#lib/server/platform/db/client.ts';
import { migrate } from '#lib/server/platform/db/migrate.ts';
import { startEmbeddedPostgres } from '#lib/server/platform/embedded-postgres.ts';
import { testDatabase } from '../support/database.ts';
import { crashPostgres, revivePostgres } from '../support/kill/crash-postgres.ts';
import {
  addKillSchool,
  killChild,
  readStored,
  type Senders,
  startChild,
  startSenders,
} from '../support/kill/harness.ts';

const pause = (ms: number) => new Promise((wake) => setTimeout(wake, ms));

async function untilMoreThan({ acknowledged }: Senders, count: number): Promise<void> {
  while (acknowledged.size <= count) await pause(10);
}

/** Which acknowledged events are not there; fails at once where one counts twice or came from nowhere. */
async function lostEvents(
  database: Database,
  schoolId: number,
  senders: Senders,
): Promise<readonly string[]> {
  const stored = await readStored(database, schoolId);
  expect(new Set(stored.ids).size).toBe(stored.ids.length);
  expect(stored.ids.every((id) => senders.sent.has(id))).toBe(true);
  expect(stored).toMatchObject({
    receipts: stored.ids.length,
    inRollups: stored.ids.length,
    inClassRollups: stored.ids.length,
  });
  const ids = new Set(stored.ids);
  return [...senders.acknowledged].filter((id) => !ids.has(id));
}

const patience = 240_000;

test(
  '20 times kill -9 of the server during ingest: no acknowledged event lost, none counted twice',
  { timeout: patience },
  async () => {
    const database = await testDatabase();
    const { schoolId, token } = await addKillSchool(database);
    let current = await startChild(database.url);
    onTestFinished(() => killChild(current));
    const senders = startSenders(token, () => current.port);
    for (let kill = 0; kill < 20; kill++) {
      const next = await startChild(database.url);
      const victim = current;
      current = next;
      // Requests are under way at the victim at whatever stage this pause leaves them.
      await pause((kill * 7) % 23);
      await killChild(victim);
      await pause(50 + ((kill * 37) % 60));
    }
    await senders.stop();
    expect(senders.answers.get(0)).toBeGreaterThan(0);
    expect(await lostEvents(database, schoolId, senders)).toEqual([]);
  },
);

describe('PostgreSQL that falls and comes back', () => {
  let folder: string;
  let url: string;
  let database: Database;
  let stopPostgres: () => Promise<void>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'merito-kill-'));
    const started = await startEmbeddedPostgres(folder);
    ({ url, stop: stopPostgres } = started);
    await migrate(url);
    database = connect(url);
  }, patience);

  afterAll(async () => {
    await database.close();
    await stopPostgres();
    rmSync(folder, { recursive: true, force: true });
  }, patience);

  async function fall(): Promise<void> {
    await crashPostgres(folder);
    await pause(300);
    stopPostgres = await revivePostgres(folder, url);
  }

  test(
    'loses nothing that was acknowledged, and the server answers 503 meanwhile and recovers',
    { timeout: patience },
    async () => {
      const { schoolId, token } = await addKillSchool(database, 'durable');
      const child = await startChild(url);
      onTestFinished(() => killChild(child));
      const senders = startSenders(token, () => child.port);
      for (let crash = 0; crash < 3; crash++) {
        await untilMoreThan(senders, senders.acknowledged.size + 100);
        await fall();
      }
      await untilMoreThan(senders, senders.acknowledged.size + 100);
      await senders.stop();
      expect(child.process.exitCode).toBeNull();
      expect(senders.answers.get(503)).toBeGreaterThan(0);
      expect([...senders.answers.keys()].filter((status) => status !== 200 && status !== 503)).toEqual([]);
      expect(await lostEvents(database, schoolId, senders)).toEqual([]);
    },
  );

  test('the same with asynchronous commit loses some: the test can fail', { timeout: patience }, async () => {
    await database.pool`alter role current_user set synchronous_commit = off`;
    const { schoolId, token } = await addKillSchool(database, 'careless');
    let lost: readonly string[] = [];
    for (let crash = 0; crash < 6 && lost.length === 0; crash++) {
      const child = await startChild(url);
      const senders = startSenders(token, () => child.port, { run: `careless-${crash}` });
      await untilMoreThan(senders, 100);
      await crashPostgres(folder);
      const acknowledged = new Set(senders.acknowledged);
      stopPostgres = await revivePostgres(folder, url);
      const stored = new Set((await readStored(database, schoolId)).ids);
      lost = [...acknowledged].filter((id) => !stored.has(id));
      await senders.stop();
      await killChild(child);
    }
    expect(lost.length).toBeGreaterThan(0);
  });
});
