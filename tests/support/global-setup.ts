import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { migrate } from '#lib/server/platform/db/migrate.ts';
import { startEmbeddedPostgres } from '#lib/server/platform/embedded-postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A migrated, empty database: the template of every test database. */
    templateUrl: string;
  }
}

/** One real PostgreSQL for the whole test run; each test file copies the migrated template. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join('/tmp', 'merito-test-'));
  const server = await startEmbeddedPostgres(folder);
  await migrate(server.url);
  project.provide('templateUrl', server.url);
  return async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
