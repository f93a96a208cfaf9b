import { sql } from 'drizzle-orm';
import type { SchoolScope } from '../platform/db/client.ts';

// Whoever decides about a learner's badges holds that learner's lock to the end of the transaction, so that an
// evaluation and a teacher never decide at once. Ingestion takes none and never waits for a decision. A replay decides
// about the whole school: it holds the school's lock alone, which all others share.

const school = (scope: SchoolScope) => sql`hashtext('merito_decisions'), ${scope.schoolId}::int`;

/** Waits until nobody else decides about these learners. */
export async function lockLearners(scope: SchoolScope, learnerIds: readonly number[]): Promise<void> {
  await scope.tx.execute(sql`select pg_advisory_xact_lock_shared(${school(scope)})`);
  // In one order everywhere: two transactions that lock several learners cannot wait for each other.
  for (const id of [...new Set(learnerIds)].sort((a, b) => a - b)) {
    await scope.tx.execute(sql`select pg_advisory_xact_lock(${scope.schoolId}::int, ${id}::int)`);
  }
}

/** False when someone else decides about this learner, or about the whole school, right now. */
export async function tryLockLearner(scope: SchoolScope, learnerId: number): Promise<boolean> {
  const rows = await scope.tx.execute<{ taken: boolean }>(sql`
    select pg_try_advisory_xact_lock_shared(${school(scope)})
      and pg_try_advisory_xact_lock(${scope.schoolId}::int, ${learnerId}::int) as taken`);
  return rows[0].taken;
}

/** Waits until nobody decides about anyone in the school. */
export async function lockSchool(scope: SchoolScope): Promise<void> {
  await scope.tx.execute(sql`select pg_advisory_xact_lock(${school(scope)})`);
}
