import { drizzle } from 'drizzle-orm/postgres-js';
import { sql as statement } from 'drizzle-orm';
import postgres from 'postgres';
import { openLingeringSocket } from './lingering-socket.ts';
import * as schema from './schema.ts';

function open(client: postgres.Sql) {
  return drizzle({ client, schema });
}

/** Drizzle over a pool. Unscoped: row-level security shows it no row of any school. */
export type Drizzle = ReturnType<typeof open>;
export type Transaction = Parameters<Parameters<Drizzle['transaction']>[0]>[0];

/** A transaction that sees one school and nothing else. The first argument of every function that touches data. */
export interface SchoolScope {
  readonly schoolId: number;
  readonly tx: Transaction;
  /** postgres.js on the same transaction, for COPY and set-based writes. */
  readonly sql: postgres.TransactionSql;
}

export interface Database {
  readonly url: string;
  /** Sees all schools. For the doors (log-in, set-up) and for walking the schools; for nothing else. */
  readonly system: Drizzle;
  /** The unscoped pool, for migrations, health checks and LISTEN. */
  readonly pool: postgres.Sql;
  /** Runs `work` in one transaction that sees only `schoolId`; commits when it resolves, rolls back when it throws. */
  withSchool<T>(schoolId: number, work: (scope: SchoolScope) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface ConnectOptions {
  /** Connections of the main pool; 10 unless told. */
  readonly connections?: number;
}

/** Opens the pools lazily: no connection is made before the first query. */
export function connect(url: string, options: ConnectOptions = {}): Database {
  // `socket` is an option of postgres.js that its types leave out.
  const shared: postgres.Options<Record<string, never>> & { socket: typeof openLingeringSocket } = {
    onnotice: () => undefined,
    connect_timeout: 10,
    idle_timeout: 60,
    socket: openLingeringSocket,
    // postgres.js would wait up to 20 seconds before it looks again whether the server is back.
    backoff: () => 0.25,
  };
  const pool = postgres(url, { ...shared, max: options.connections ?? 10 });
  const systemPool = postgres(url, { ...shared, max: 4, connection: { 'merito.scope': 'system' } });
  const scoped = open(pool);
  return {
    url,
    pool,
    system: open(systemPool),
    withSchool: (schoolId, work) =>
      scoped.transaction(async (tx) => {
        await tx.execute(statement`select set_config('merito.school_id', ${String(schoolId)}, true)`);
        return work({ schoolId, tx, sql: rawSql(tx) });
      }),
    close: async () => {
      await Promise.all([pool.end({ timeout: 5 }), systemPool.end({ timeout: 5 })]);
    },
  };
}

/** Drizzle keeps postgres.js' handle of the transaction on its session, without a public type for it. */
function rawSql(tx: Transaction): postgres.TransactionSql {
  const session: { client?: unknown } = tx._.session as object;
  if (typeof session.client !== 'function')
    throw new Error('drizzle: expected a postgres.js client on the session');
  return session.client as postgres.TransactionSql;
}
