import { activityKinds, type ActivityEvent } from '#lib/domain/activity/event.ts';
import { formatSchoolDay } from '#lib/domain/activity/school-day.ts';
import { textArray } from '#lib/server/activity/column-arrays.ts';
import { createDirectory, type Directory } from '#lib/server/activity/directory.ts';
import { readEvent } from '#lib/server/activity/event-schema.ts';
import { place } from '#lib/server/activity/ingest.ts';
import { withOffset } from '#lib/server/activity/local-time.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Database } from '#lib/server/platform/db/client.ts';
import type { TextRecord } from './delimited-text.ts';
import type { ImportBatch, ImportSource } from './import-run.ts';
import {
  columnIndexes,
  fingerprintOf,
  ImportError,
  openSourceFile,
  refusalOf,
  type RefusedRow,
  type SourceFile,
} from './source-file.ts';

/** What a column can stand for; `time` and `value` are the event's at and quantity. */
export const mappableFields = [
  'learner',
  'time',
  'kind',
  'value',
  'id',
  'class',
  'seconds',
  'score',
  'due',
  'item',
] as const;
export type MappableField = (typeof mappableFields)[number];

export const requiredFields = ['learner', 'time', 'kind'] as const satisfies MappableField[];

/** Which column of the file stands for which field. */
export type ColumnMap = Readonly<Partial<Record<MappableField, string>>>;

export interface EventsFileOptions {
  readonly map: ColumnMap;
  /** The file's own words for kinds, such as `Login` for `view`. */
  readonly kinds: Readonly<Record<string, string>>;
  /** Adds learners the school does not have yet, named by their id. */
  readonly createsLearners: boolean;
}

interface Place {
  readonly database: Database;
  readonly clock: Clock;
  readonly schoolId: number;
}

const rowsPerBatch = 10_000;

/** `learner=student_id,time=when` as a map. @throws ImportError naming what is wrong */
export function parseMap(text: string): ColumnMap {
  const pairs = text.split(',').map((pair) => {
    const [field = '', ...column] = pair.split('=');
    if (!isMappable(field) || column.length === 0)
      throw new ImportError(
        `--map: expected FIELD=COLUMN with a field of ${mappableFields.join(', ')}, got ${pair}`,
      );
    return [field, column.join('=')] as const;
  });
  return requireFields(Object.fromEntries(pairs));
}

/** `Login=view, Quiz=practice` as a map. @throws ImportError naming what is wrong */
export function parseKinds(text: string): Readonly<Record<string, string>> {
  const pairs = text.split(',').filter((pair) => pair.trim() !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [word = '', kind = ''] = pair.split('=').map((part) => part.trim());
      if (!activityKinds.some((known) => known === kind))
        throw new ImportError(
          `kinds: expected WORD=KIND with a kind of ${activityKinds.join(', ')}, got ${pair}`,
        );
      return [word, kind];
    }),
  );
}

/** @throws ImportError naming a field that must have a column and has none */
export function requireFields(map: ColumnMap): ColumnMap {
  const missing = requiredFields.filter((field) => !map[field]);
  if (missing.length > 0)
    throw new ImportError(`map: expected a column for ${missing.join(' and ')}, got none`);
  return map;
}

export function isMappable(field: string): field is MappableField {
  return mappableFields.some((known) => known === field);
}

/**
 * A file of events as a source. Rows with ids are counted once whatever file they come from; rows without are
 * counted by their place, so that the same file counts once.
 */
export async function openEventsFile(
  place: Place,
  path: string,
  options: EventsFileOptions,
  { dryRun }: { readonly dryRun: boolean },
): Promise<ImportSource> {
  const file = await openSourceFile(path);
  const read = await rowReader(place, file, options);
  return {
    kind: 'events',
    label: file.name,
    fingerprint: await fingerprintOf([path], JSON.stringify(options)),
    batches: (position) => batchesOf({ place, file, read, options, dryRun }, position),
  };
}

type RowReading =
  | { readonly ok: true; readonly event: ActivityEvent }
  | { readonly ok: false; readonly errors: readonly RefusedRow[] };

type RowReader = (record: TextRecord) => RowReading;

const eventFields: Readonly<Partial<Record<MappableField, string>>> = { time: 'at', value: 'quantity' };
const numericFields: ReadonlySet<MappableField> = new Set(['value', 'seconds', 'score']);
const timeFields: ReadonlySet<MappableField> = new Set(['time', 'due']);

/** Turns a record into an event by way of the same schema that guards the API. */
async function rowReader({ database, clock, schoolId }: Place, file: SourceFile, options: EventsFileOptions) {
  const timeZone = await createDirectory(database, clock).timeZone(schoolId);
  const context = { now: clock.now(), timeZone };
  const mapped = Object.entries(options.map).filter(([, column]) => column) as [MappableField, string][];
  const at = columnIndexes(
    file,
    mapped.map(([, column]) => column),
  );
  const columnOf = new Map(mapped.map(([field, column]) => [eventFields[field] ?? field, column]));

  const read: RowReader = (record) => {
    if (record.fault !== null) return { ok: false, errors: [refusalOf(file, record)] };
    const sent: Record<string, unknown> = { id: `line-${record.line}`, source: 'import' };
    for (const [field, column] of mapped) {
      const value = valueOf(field, record.cells[at[column] ?? -1]?.trim() ?? '', timeZone, options);
      if (value !== null) sent[eventFields[field] ?? field] = value;
    }
    const reading = readEvent(sent, record.line, context);
    if (reading.ok) return reading;
    const errors = reading.errors.map(({ field, expected, got }) => {
      const column = columnOf.get(field) ?? field;
      return { file: file.name, line: record.line, column, expected, got };
    });
    return { ok: false, errors };
  };
  return read;
}

/** A cell as the API's schema wants it; null for an empty one. What is no number stays text, for the schema to refuse. */
function valueOf(
  field: MappableField,
  cell: string,
  timeZone: string,
  { kinds }: EventsFileOptions,
): unknown {
  if (cell === '') return null;
  if (field === 'kind') return Object.hasOwn(kinds, cell) ? kinds[cell] : cell;
  if (timeFields.has(field)) return withOffset(cell, timeZone);
  if (!numericFields.has(field)) return cell;
  const number = Number(cell.replace(',', '.'));
  return Number.isNaN(number) ? cell : number;
}

interface Reading {
  readonly place: Place;
  readonly file: SourceFile;
  readonly read: RowReader;
  readonly options: EventsFileOptions;
  readonly dryRun: boolean;
}

async function* batchesOf(reading: Reading, position: number): AsyncGenerator<ImportBatch> {
  const { file, place: at } = reading;
  const directory = createDirectory(at.database, at.clock);
  let row = 0;
  let records: TextRecord[] = [];
  for await (const { rows, bytesRead } of file.chunks()) {
    for (const record of rows) {
      if (++row <= position) continue;
      records.push(record);
      if (row % rowsPerBatch !== 0) continue;
      yield await toBatch(reading, directory, records, row, bytesRead / file.size);
      records = [];
    }
  }
  if (row > position) yield await toBatch(reading, directory, records, row, 1);
}

async function toBatch(
  reading: Reading,
  directory: Directory,
  records: readonly TextRecord[],
  position: number,
  fraction: number,
): Promise<ImportBatch> {
  const refused: RefusedRow[] = [];
  const events: ActivityEvent[] = [];
  const lines: number[] = [];
  for (const record of records) {
    const row = reading.read(record);
    if (!row.ok) refused.push(...row.errors);
    else {
      events.push(row.event);
      lines.push(record.line);
    }
  }
  const placed = await placeAll(reading, directory, events);
  for (const { index, field, expected, got } of placed.refused) {
    const column = reading.options.map[field === 'class' ? 'class' : 'learner'] ?? field;
    refused.push({ file: reading.file.name, line: lines[index] ?? 0, column, expected, got });
  }
  refused.sort((a, b) => a.line - b.line);
  return { placed: placed.placed, refused, position, fraction };
}

async function placeAll(reading: Reading, directory: Directory, events: readonly ActivityEvent[]) {
  const { options, dryRun, place: at } = reading;
  if (options.createsLearners && !dryRun) await createLearners(at, events);
  const learnerNames = events.map(({ learner }) => learner);
  const classNames = events.map((event) => event.class).filter((name) => name !== null);
  const known = await directory.lookUp(at.schoolId, learnerNames, classNames);
  const isPretending = options.createsLearners && dryRun;
  const entry = isPretending ? { ...known, learners: new Map(learnerNames.map((name) => [name, 0])) } : known;
  const { placed, refused } = place(events, entry);
  const counted = options.map.id ? placed : placed.map((event) => ({ ...event, eventId: null }));
  return { placed: counted, refused };
}

/** Learners whose first event is here join on its day. */
async function createLearners(
  { database, schoolId }: Place,
  events: readonly ActivityEvent[],
): Promise<void> {
  const joined = new Map<string, number>();
  for (const { learner, at } of events)
    joined.set(learner, Math.min(joined.get(learner) ?? Infinity, at.getTime()));
  const days = [...joined.values()].map((time) => formatSchoolDay(Math.floor(time / 86_400_000)));
  await database.withSchool(
    schoolId,
    ({ sql }) => sql`
      insert into learners (school_id, external_id, name, joined_on)
      select ${schoolId}::int, e.id, e.id, joined_on::date
      from unnest(${textArray([...joined.keys()])}::text[], ${textArray(days)}::text[]) as e(id, joined_on)
      on conflict (school_id, external_id) do nothing`,
  );
}
