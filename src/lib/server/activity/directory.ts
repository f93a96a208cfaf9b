import { and, eq, inArray } from 'drizzle-orm';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Database, SchoolScope } from '#lib/server/platform/db/client.ts';
import { classes, learners, schools } from '#lib/server/platform/db/schema.ts';

/** The school's own ids and what they stand for here. */
export interface DirectoryEntry {
  readonly timeZone: string;
  readonly learners: ReadonlyMap<string, number>;
  readonly classes: ReadonlyMap<string, number>;
}

export interface Directory {
  timeZone(schoolId: number): Promise<string>;
  /** Looks up what it does not know yet; an id that is in no map is unknown to the school. */
  lookUp(
    schoolId: number,
    learnerNames: Iterable<string>,
    classNames: Iterable<string>,
  ): Promise<DirectoryEntry>;
}

interface Kept {
  readonly timeZone: string;
  readonly since: number;
  readonly learners: Map<string, number>;
  readonly classes: Map<string, number>;
}

// How long a learner who was renamed or removed may still be found under the old id.
const keptMs = 30_000;

/** Keeps the ids it has seen, so that most events are placed without a query. */
export function createDirectory(database: Database, clock: Clock): Directory {
  const kept = new Map<number, Kept>();

  async function entryOf(schoolId: number): Promise<Kept> {
    const known = kept.get(schoolId);
    const now = clock.now().getTime();
    if (known && now - known.since < keptMs) return known;
    const timeZone = await database.withSchool(schoolId, timeZoneOf);
    const fresh = { timeZone, since: now, learners: new Map(), classes: new Map() };
    kept.set(schoolId, fresh);
    return fresh;
  }

  return {
    timeZone: async (schoolId) => (await entryOf(schoolId)).timeZone,
    lookUp: async (schoolId, learnerNames, classNames) => {
      const entry = await entryOf(schoolId);
      const newLearners = missing(entry.learners, learnerNames);
      const newClasses = missing(entry.classes, classNames);
      if (newLearners.length + newClasses.length > 0) {
        await database.withSchool(schoolId, async (scope) => {
          await learn(scope, learners, newLearners, entry.learners);
          await learn(scope, classes, newClasses, entry.classes);
        });
      }
      return entry;
    },
  };
}

function missing(known: ReadonlyMap<string, number>, names: Iterable<string>): string[] {
  return [...new Set(names)].filter((name) => !known.has(name));
}

/** The time zone of the scope's school. @throws RangeError when there is no such school */
export async function timeZoneOf({ tx, schoolId }: SchoolScope): Promise<string> {
  const rows = await tx.select({ timeZone: schools.timeZone }).from(schools).where(eq(schools.id, schoolId));
  const row = rows[0];
  if (!row) throw new RangeError(`school: expected the id of a school, got ${schoolId}`);
  return row.timeZone;
}

/** Adds what the school knows of `names` to `found`. */
async function learn(
  { tx, schoolId }: SchoolScope,
  table: typeof learners | typeof classes,
  names: string[],
  found: Map<string, number>,
): Promise<void> {
  if (names.length === 0) return;
  const rows = await tx
    .select({ id: table.id, externalId: table.externalId })
    .from(table)
    .where(and(eq(table.schoolId, schoolId), inArray(table.externalId, names)));
  for (const row of rows) found.set(row.externalId, row.id);
}
