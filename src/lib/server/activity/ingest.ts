import type { ActivityEvent } from '#lib/domain/activity/event.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Database } from '#lib/server/platform/db/client.ts';
import { announce } from '#lib/server/platform/live-messages.ts';
import type { Log } from '#lib/server/platform/log.ts';
import { createDoor, faultOf } from './database-faults.ts';
import { createDirectory, type Directory, type DirectoryEntry } from './directory.ts';
import type { FieldError } from './event-schema.ts';
import { createGroupCommit, type GroupCommit } from './group-commit.ts';
import { ensureMonths } from './months.ts';
import { firstOfEachId, placeEvent, type PlacedEvent, writeActivity } from './write-activity.ts';

/** What became of a request's events. Everything accepted is committed. */
export interface Receipt {
  readonly accepted: number;
  /** Accepted before, here or in an earlier request. */
  readonly repeated: number;
  /** By place in the array that was given. */
  readonly refused: readonly FieldError[];
}

export interface Ingest {
  /** Resolves after the commit. @throws DatabaseAwayError, OverloadedError or UnstorableError */
  accept(schoolId: number, events: readonly ActivityEvent[], options?: AcceptOptions): Promise<Receipt>;
  /** The school's IANA time zone. */
  timeZone(schoolId: number): Promise<string>;
}

export interface AcceptOptions {
  /** One event refused: none accepted. */
  readonly atomic?: boolean;
}

export interface IngestDependencies {
  readonly clock: Clock;
  readonly log: Log;
  /** Transactions of one school at the same time under load; 2 unless told. */
  readonly lanes?: number;
}

const attempts = 5;

/** Takes events in. One a process and database: it is the sharing of commits that makes it fast. */
export function createIngest(database: Database, { clock, log, lanes = 2 }: IngestDependencies): Ingest {
  const directory = createDirectory(database, clock);
  const commits = new Map<number, GroupCommit<PlacedEvent>>();
  const door = createDoor();

  function commitsOf(schoolId: number): GroupCommit<PlacedEvent> {
    const known = commits.get(schoolId);
    if (known) return known;
    const commit = (placed: readonly PlacedEvent[]) =>
      commitEvents({ database, clock, log }, schoolId, placed);
    const made = createGroupCommit({ commit, isOwnFault: (error) => faultOf(error) !== 'away', lanes });
    commits.set(schoolId, made);
    return made;
  }

  return {
    timeZone: (schoolId) => door.pass(() => directory.timeZone(schoolId)),
    accept: (schoolId, events, { atomic = false } = {}) =>
      door.pass(async () => {
        const { placed, refused } = place(events, await lookUp(directory, schoolId, events));
        if (placed.length === 0 || (atomic && refused.length > 0))
          return { accepted: 0, repeated: 0, refused };
        const accepted = await commitsOf(schoolId).add(placed);
        return { accepted, repeated: placed.length - accepted, refused };
      }),
  };
}

type Writing = Required<Pick<IngestDependencies, 'clock' | 'log'>> & { readonly database: Database };

/** Commits each event id once; resolves with the events that are new. */
async function commitEvents(
  { database, clock, log }: Writing,
  schoolId: number,
  placed: readonly PlacedEvent[],
): Promise<ReadonlySet<PlacedEvent>> {
  const once = firstOfEachId(placed);
  const write = () =>
    database.withSchool(schoolId, async (scope) => {
      const fresh = await writeActivity(scope, once, clock.now());
      const accepted = fresh.length;
      if (accepted > 0) await announce(scope, { role: 'admin' }, { type: 'activity', accepted });
      return new Set(fresh);
    });
  await ensureMonths(
    database,
    once.map(({ rollup }) => rollup.day),
  );
  for (let attempt = 1; ; attempt++) {
    try {
      return await write();
    } catch (error) {
      if (faultOf(error) !== 'again' || attempt === attempts) throw error;
      log.warn({ attempt, schoolId }, 'ingest: the database asks to try again');
    }
  }
}

function lookUp(
  directory: Directory,
  schoolId: number,
  events: readonly ActivityEvent[],
): Promise<DirectoryEntry> {
  const learnerNames = events.map(({ learner }) => learner);
  const classNames = events.map((event) => event.class).filter((name) => name !== null);
  return directory.lookUp(schoolId, learnerNames, classNames);
}

/** Sorts events into those whose learner and class the school has, and the refused. */
export function place(
  events: readonly ActivityEvent[],
  entry: DirectoryEntry,
): { readonly placed: readonly PlacedEvent[]; readonly refused: readonly FieldError[] } {
  const placed: PlacedEvent[] = [];
  const refused: FieldError[] = [];
  for (const [index, event] of events.entries()) {
    const learnerId = entry.learners.get(event.learner);
    const classId = event.class === null ? 0 : entry.classes.get(event.class);
    if (learnerId === undefined) refused.push(unknownId(index, 'learner', event.learner));
    else if (classId === undefined) refused.push(unknownId(index, 'class', event.class ?? ''));
    else placed.push(placeEvent(event, event.id, { learnerId, classId, timeZone: entry.timeZone }));
  }
  return { placed, refused };
}

function unknownId(index: number, field: 'learner' | 'class', got: string): FieldError {
  return { index, field, expected: `the id of a ${field} of this school`, got };
}
