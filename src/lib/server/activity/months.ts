import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import { formatSchoolDay } from '#lib/domain/activity/school-day.ts';
import type { Database } from '#lib/server/platform/db/client.ts';

const known = new WeakMap<Database, Set<string>>();

/**
 * Makes the partitions that `days` need. In a transaction of its own: a new partition locks the whole table,
 * and under an open transaction of events that lock could wait in a circle.
 */
export async function ensureMonths(database: Database, days: Iterable<SchoolDay>): Promise<void> {
  const made = known.get(database) ?? new Set();
  known.set(database, made);
  for (const month of monthsOf(days)) {
    if (made.has(month)) continue;
    await database.pool`select merito_ensure_month(${`${month}-01`}::text::date)`;
    made.add(month);
  }
}

/** yyyy-mm of each, in order: processes that make several take their locks in the same order. */
function monthsOf(days: Iterable<SchoolDay>): readonly string[] {
  const months = [...new Set(days)].map((day) => formatSchoolDay(day).slice(0, 7));
  return [...new Set(months)].sort();
}
