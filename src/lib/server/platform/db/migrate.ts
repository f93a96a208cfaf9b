import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as applyFolder } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';

// Two servers that start together must not both migrate.
const migrationLock = 728_113_001;

/** Brings the database to the newest schema. Safe to call from several processes at once. */
export async function migrate(url: string, folder = 'drizzle'): Promise<void> {
  const client = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    await client`select pg_advisory_lock(${migrationLock})`;
    await applyFolder(drizzle({ client }), { migrationsFolder: folder });
  } finally {
    await client.end({ timeout: 5 });
  }
}
