import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from '#lib/server/platform/app.ts';
import { systemClock } from '#lib/server/platform/clock.ts';
import { readConfig } from '#lib/server/platform/config.ts';
import { connect, type Database } from '#lib/server/platform/db/client.ts';
import { migrate } from '#lib/server/platform/db/migrate.ts';
import { classes, learners, schools } from '#lib/server/platform/db/schema.ts';
import { startEmbeddedPostgres } from '#lib/server/platform/embedded-postgres.ts';
import { createLog } from '#lib/server/platform/log.ts';

export type BenchApp = Pick<App, 'config' | 'database' | 'clock' | 'log'> & {
  readonly folder: string;
  stop(): Promise<void>;
};

/** An app on a PostgreSQL of its own in a temporary folder, gone after `stop`. */
export async function startTemporaryApp(): Promise<BenchApp> {
  const folder = mkdtempSync(join(tmpdir(), 'merito-bench-'));
  const postgres = await startEmbeddedPostgres(folder);
  await migrate(postgres.url);
  const database = connect(postgres.url);
  return {
    config: readConfig({}),
    database,
    clock: systemClock,
    log: createLog('error'),
    folder,
    stop: async () => {
      await database.close();
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A school with learner-0 … and one class, 3B. */
export async function addBenchSchool(database: Database, count: number): Promise<number> {
  const rows = await database.system.insert(schools).values({ slug: 'bench', name: 'Bench' }).returning();
  const schoolId = rows[0]?.id;
  if (schoolId === undefined) throw new Error('schools: expected one inserted row');
  await database.withSchool(schoolId, async ({ tx }) => {
    await tx
      .insert(classes)
      .values({ schoolId, externalId: '3B', name: '3B', startsOn: '2025-09-01', endsOn: '2026-06-30' });
    const people = Array.from({ length: count }, (_, i) => ({
      schoolId,
      externalId: `learner-${i}`,
      name: `Learner ${i}`,
      joinedOn: '2025-09-01',
    }));
    for (let i = 0; i < count; i += 1000) await tx.insert(learners).values(people.slice(i, i + 1000));
  });
  return schoolId;
}
