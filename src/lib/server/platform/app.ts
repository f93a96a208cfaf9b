import { join } from 'node:path';
import { type Clock, systemClock } from './clock.ts';
import { type Config, readConfig } from './config.ts';
import { checkServer } from './db/check.ts';
import { connect, type Database } from './db/client.ts';
import { migrate } from './db/migrate.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { createJobs, type Jobs } from './jobs.ts';
import { createLog, type Log } from './log.ts';

/** What every room needs and nobody may make twice. */
export interface App {
  readonly config: Config;
  readonly database: Database;
  readonly log: Log;
  readonly clock: Clock;
  readonly jobs: Jobs;
  stop(): Promise<void>;
}

// The production entry runs as source and the pages as a bundle: two copies of this module, one process.
const slot = Symbol.for('merito.app');
const shared = globalThis as { [slot]?: Promise<App> };

/** The running app; started on the first call. */
export function app(): Promise<App> {
  shared[slot] ??= start(readConfig(process.env));
  return shared[slot];
}

async function start(config: Config): Promise<App> {
  const log = createLog(config.logLevel);
  const embedded = config.databaseUrl
    ? null
    : await startEmbeddedPostgres(join(config.dataFolder, 'postgres'));
  const url = config.databaseUrl ?? embedded?.url;
  if (!url) throw new Error('database: expected DATABASE_URL or an embedded server');
  await checkServer(url, log);
  await migrate(url);
  const database = connect(url);
  const jobs = createJobs(database, log);
  return {
    config,
    database,
    log,
    clock: systemClock,
    jobs,
    stop: async () => {
      await jobs.stop();
      await database.close();
      await embedded?.stop();
    },
  };
}
