import type { DailyRollup } from '#lib/domain/activity/rollup.ts';
import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import {
  buildHistory,
  type ClassHistory,
  type LearnerHistory,
  measureAll,
  type MeasureContext,
  type SchoolCalendar,
} from '#lib/domain/features/index.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { loadCalendar } from './calendar.ts';
import { type ClassShelf, classShelf, type Membership, readMemberships } from './classes.ts';
import { batchesOfPeople, type LearnerChoice, type Person, readPeople } from './people.ts';
import { readRollups } from './rollups.ts';

/** One learner, measured from the days before `before`. */
export interface Measurement {
  readonly learnerId: number;
  readonly before: SchoolDay;
  readonly history: LearnerHistory;
  readonly context: MeasureContext;
  /** In the order of the feature catalogue; NaN where not measured. */
  readonly values: Float64Array;
}

export interface MeasureOptions {
  /** Look at this class alone: its rollups, its members, the time the learner spent in it. */
  readonly classId?: number;
}

/** One learner as of several days, oldest first, without those on which the learner was not (yet, any more) there. */
export interface Snapshots {
  readonly learnerId: number;
  readonly measurements: readonly Measurement[];
}

/** One learner measured, with all that it was measured from. */
export interface MeasuredDays {
  readonly person: Person;
  readonly rollups: readonly DailyRollup[];
  readonly measurement: Measurement;
}

/** Measures one learner. @throws RangeError when the learner is none of the school, or not of the class asked for. */
export async function loadLearner(
  scope: SchoolScope,
  learnerId: number,
  before: SchoolDay,
  options: MeasureOptions = {},
): Promise<Measurement> {
  return (await loadLearnerDays(scope, learnerId, before, options)).measurement;
}

/** The same with the days it rests on. */
export async function loadLearnerDays(
  scope: SchoolScope,
  learnerId: number,
  before: SchoolDay,
  options: MeasureOptions = {},
): Promise<MeasuredDays> {
  const [calendar, people, rollups, memberships] = await Promise.all([
    loadCalendar(scope),
    readPeople(scope, [learnerId]),
    readRollups(scope, [learnerId], before, options.classId),
    readMemberships(scope, [learnerId]),
  ]);
  const known = { calendar, shelf: classShelf(scope, before) };
  const [measured] = await measureBatch({ people, rollups, memberships }, [before], options, known);
  if (!measured) throw new RangeError(`learner: expected one of class ${options.classId}, got ${learnerId}`);
  return {
    person: people[0],
    rollups: rollups.get(learnerId) ?? [],
    measurement: measured.measureAt(before),
  };
}

/** Measures many learners, a batch at a time; the next batch is read while this one is measured. */
export async function* loadLearners(
  scope: SchoolScope,
  learnerIds: LearnerChoice,
  before: SchoolDay,
  options: MeasureOptions = {},
): AsyncGenerator<Measurement> {
  for await (const loaded of loadAll(scope, learnerIds, [before], options)) yield loaded.measureAt(before);
}

/** Each learner's history is read once and measured as of each of `days`: what training learns from. */
export async function* loadSnapshots(
  scope: SchoolScope,
  days: readonly SchoolDay[],
  options: MeasureOptions & { readonly learnerIds?: readonly number[] } = {},
): AsyncGenerator<Snapshots> {
  const inOrder = [...new Set(days)].sort((a, b) => a - b);
  if (inOrder.length === 0) return;
  for await (const loaded of loadAll(scope, options.learnerIds ?? 'all', inOrder, options)) {
    const present = inOrder.filter((day) => wasPresent(loaded.presence, day));
    yield { learnerId: loaded.learnerId, measurements: present.map(loaded.measureAt) };
  }
}

type Presence = Pick<Person, 'joinedOn' | 'leftOn'>;

/** Whether the day before `before` lies between joining and leaving. */
function wasPresent({ joinedOn, leftOn }: Presence, before: SchoolDay): boolean {
  return joinedOn < before && (leftOn === null || leftOn >= before);
}

interface Loaded {
  readonly learnerId: number;
  readonly presence: Presence;
  readonly measureAt: (before: SchoolDay) => Measurement;
}

interface Batch {
  readonly people: readonly Person[];
  readonly rollups: ReadonlyMap<number, readonly DailyRollup[]>;
  readonly memberships: readonly Membership[];
}

interface School {
  readonly calendar: SchoolCalendar;
  readonly shelf: ClassShelf;
}

async function* loadAll(
  scope: SchoolScope,
  choice: LearnerChoice,
  days: readonly SchoolDay[],
  options: MeasureOptions,
): AsyncGenerator<Loaded> {
  const before = Math.max(...days);
  const known = { calendar: await loadCalendar(scope), shelf: classShelf(scope, before) };
  const batches = readBatches(scope, choice, before, options);
  let next = batches.next();
  for (;;) {
    const { value: batch, done } = await next;
    if (done) return;
    next = batches.next();
    // A failure of the batch read ahead is met at its own await, not as an unhandled rejection before it.
    next.catch(() => undefined);
    yield* await measureBatch(batch, days, options, known);
  }
}

async function* readBatches(
  scope: SchoolScope,
  choice: LearnerChoice,
  before: SchoolDay,
  { classId }: MeasureOptions,
): AsyncGenerator<Batch, undefined> {
  for await (const people of batchesOfPeople(scope, choice, classId)) {
    const ids = people.map(({ id }) => id);
    const [rollups, memberships] = await Promise.all([
      readRollups(scope, ids, before, classId),
      readMemberships(scope, ids),
    ]);
    yield { people, rollups, memberships };
  }
}

/** People who were never in the class asked for are left out. */
async function measureBatch(
  batch: Batch,
  days: readonly SchoolDay[],
  options: MeasureOptions,
  { calendar, shelf }: School,
): Promise<readonly Loaded[]> {
  const membershipsOf = Map.groupBy(batch.memberships, ({ learnerId }) => learnerId);
  const chosen = batch.people.map((person) => ({
    person,
    memberships: (membershipsOf.get(person.id) ?? []).filter(
      ({ classId }) => options.classId === undefined || classId === options.classId,
    ),
  }));
  const wanted = chosen.flatMap(({ memberships }) =>
    days.flatMap((day) => classAt(memberships, day, options)?.classId ?? []),
  );
  const classes = await shelf.fetch(wanted);
  const before = Math.max(...days);
  return chosen.flatMap(({ person, memberships }) => {
    const presence = options.classId === undefined ? person : memberships[0];
    if (!presence) return [];
    const rollups = batch.rollups.get(person.id) ?? [];
    return {
      learnerId: person.id,
      presence,
      measureAt: measurer(person.id, historyOf(rollups, presence, before), (day) =>
        contextOf(calendar, classes, classAt(memberships, day, options)),
      ),
    };
  });
}

function measurer(
  learnerId: number,
  history: LearnerHistory,
  contextAt: (before: SchoolDay) => MeasureContext,
): (before: SchoolDay) => Measurement {
  return (before) => {
    const context = contextAt(before);
    return { learnerId, before, history, context, values: measureAll(history, context, before) };
  };
}

function historyOf(
  rollups: readonly DailyRollup[],
  { joinedOn }: Presence,
  before: SchoolDay,
): LearnerHistory {
  const from = rollups.reduce((first, { day }) => Math.min(first, day), Math.min(joinedOn, before));
  return buildHistory(rollups, { from, before, joinedOn });
}

/** The class asked for, or the one joined last among those the learner was in on the day before `before`. */
function classAt(
  memberships: readonly Membership[],
  before: SchoolDay,
  { classId }: MeasureOptions,
): Membership | undefined {
  return classId === undefined
    ? memberships.find((membership) => wasPresent(membership, before))
    : memberships[0];
}

function contextOf(
  calendar: SchoolCalendar,
  classes: ReadonlyMap<number, ClassHistory>,
  membership: Membership | undefined,
): MeasureContext {
  if (!membership) return { calendar, classHistory: null };
  const classHistory = classes.get(membership.classId);
  if (!classHistory) throw new Error(`class ${membership.classId}: expected its history on the shelf`);
  return { calendar, classHistory, joinedClassOn: membership.joinedOn };
}
