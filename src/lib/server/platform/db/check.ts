import postgres from 'postgres';
import type { Log } from '../log.ts';

const oldest = 15;

/** Refuses a PostgreSQL too old for the schema, and says aloud when the role would walk through the second wall. */
export async function checkServer(url: string, log: Pick<Log, 'warn'>): Promise<void> {
  const sql = postgres(url, { max: 1, connect_timeout: 10, onnotice: () => undefined });
  try {
    const [server] = await sql<{ version: number; role: string; passes: boolean }[]>`
      select current_setting('server_version_num')::int as version, rolname as role,
        rolsuper or rolbypassrls as passes
      from pg_roles where rolname = current_user`;
    if (!server) throw new Error('DATABASE_URL: expected a role that pg_roles lists');
    const fault = versionFault(server.version);
    if (fault) throw new Error(fault);
    if (server.passes)
      log.warn(
        { role: server.role },
        'DATABASE_URL: this role is a superuser or bypasses row-level security, so the wall between schools rests on ' +
          'the queries alone. Use a role that is neither.',
      );
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** The refusal of a server version as PostgreSQL counts it (150004 is 15.4), or null for one that will do. */
export function versionFault(version: number): string | null {
  const major = Math.floor(version / 10_000);
  if (major >= oldest) return null;
  return `DATABASE_URL: expected PostgreSQL ${oldest} or later, got ${major}. Upgrade that server, or unset DATABASE_URL and an embedded one starts by itself.`;
}
