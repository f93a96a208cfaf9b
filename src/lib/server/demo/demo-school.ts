import { eq, sql } from 'drizzle-orm';
import type { App } from '#lib/server/platform/app.ts';
import { jobRuns, schools } from '#lib/server/platform/db/schema.ts';

/** The name under which the building of the demo school stands among the school's jobs. */
export const demoJob = 'demo';

export type DemoState =
  | { readonly kind: 'none' }
  | { readonly kind: 'unfinished'; readonly schoolId: number }
  | { readonly kind: 'ready'; readonly schoolId: number; readonly builtAt: Date };

type Doors = Pick<App, 'database'>;

/** Whether this database holds a demo school, and whether it was built to its end. */
export async function findDemo({ database }: Doors): Promise<DemoState> {
  const rows = await database.system
    .select({ schoolId: schools.id, builtAt: schools.createdAt, status: jobRuns.status })
    .from(schools)
    .leftJoin(jobRuns, sql`${jobRuns.schoolId} = ${schools.id} and ${jobRuns.kind} = ${demoJob}`)
    .where(eq(schools.isDemo, true));
  const row = rows[0];
  if (!row) return { kind: 'none' };
  const { schoolId, builtAt, status } = row;
  return status === 'done' ? { kind: 'ready', schoolId, builtAt } : { kind: 'unfinished', schoolId };
}

/** The passwords of a demo school are public: outside demo mode no server may open on it. */
export async function refuseDemoSchool(app: Pick<App, 'database' | 'config'>): Promise<void> {
  if (app.config.isDemo) return;
  const demo = await findDemo(app);
  if (demo.kind === 'none') return;
  throw new Error(
    'This database holds the demo school, whose passwords everybody knows. ' +
      'Use another database (DATABASE_URL or MERITO_DATA), or look at the demo with: npm run demo',
  );
}

/** The demo must not move in with real people. */
export async function refuseRealSchools({ database }: Doors): Promise<void> {
  const rows = await database.system
    .select({ slug: schools.slug })
    .from(schools)
    .where(eq(schools.isDemo, false));
  if (rows.length === 0) return;
  throw new Error(
    `The demo expects a database of its own; this one holds ${rows.length} other school(s), ` +
      `${JSON.stringify(rows[0]?.slug)} first. Unset DATABASE_URL to let the demo keep its own.`,
  );
}

/** Empties the demo's own database, append-only log included. Only for the one below the demo's data folder. */
export async function emptyDatabase({ database }: Doors): Promise<void> {
  for (const name of ['public', 'drizzle', 'pgboss']) {
    await database.pool.unsafe(`drop schema if exists ${name} cascade`);
  }
  await database.pool.unsafe('create schema public');
}
