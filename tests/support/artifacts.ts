import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type Config, readConfig } from '#lib/server/platform/config.ts';
import type { Database } from '#lib/server/platform/db/client.ts';
import { createLog, type Log } from '#lib/server/platform/log.ts';

/** What training needs of an app, on a folder for artifacts of this test file's own, gone at its end. */
export function trainingApp(database: Database): {
  readonly config: Config;
  readonly database: Database;
  readonly log: Log;
} {
  const folder = mkdtempSync(join(tmpdir(), 'merito-artifacts-'));
  // Each test file has a process environment of its own.
  process.env.MERITO_ARTIFACTS = folder;
  process.env.LOG_LEVEL = 'silent';
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return { config: readConfig(process.env), database, log: createLog('silent') };
}
