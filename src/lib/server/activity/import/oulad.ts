import type { ActivityEvent, ActivityKind } from '#lib/domain/activity/event.ts';
import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import { placeEvent, type PlacedEvent } from '#lib/server/activity/write-activity.ts';
import type { Database } from '#lib/server/platform/db/client.ts';
import type { ImportBatch, ImportSource } from './import-run.ts';
import { type OuladIds, saveOuladSchool } from './oulad-school.ts';
import {
  findOuladFiles,
  isUnknown,
  type OuladFiles,
  type OuladMember,
  type OuladTables,
  readOuladTables,
  wholeNumber,
} from './oulad-tables.ts';
import type { TextRecord } from './delimited-text.ts';
import { columnIndexes, fingerprintOf, refusalOf, type RefusedRow, type SourceFile } from './source-file.ts';

const millisecondsPerDay = 86_400_000;
const defaultBatch = 20_000;

/** An OULAD folder, read and understood; its rows can be turned into events once the school has ids for them. */
export interface OuladFolder {
  readonly tables: OuladTables;
  /** Rows of the small tables that were not taken. */
  readonly refused: readonly RefusedRow[];
  /** The source of its activity: registrations, then hand-ins, then clicks. */
  source(ids: OuladIds, options?: { readonly rowsPerBatch?: number }): ImportSource;
}

/** Reads the folder's small tables. @throws ImportError when a table or a column is missing */
export async function openOuladFolder(folder: string): Promise<OuladFolder> {
  const files = await findOuladFiles(folder);
  const refused: RefusedRow[] = [];
  const tables = await readOuladTables(files, (row) => refused.push(row));
  const all = [...Object.values(files.small), files.studentAssessment, ...files.clicks];
  const fingerprint = await fingerprintOf(
    all.map(({ path }) => path),
    'oulad 1',
  );
  return {
    tables,
    refused,
    source: (ids, { rowsPerBatch = defaultBatch } = {}) => ({
      kind: 'oulad',
      label: folder,
      fingerprint,
      batches: (position) => batchesOf({ files, tables, ids, smallRefused: refused, rowsPerBatch }, position),
    }),
  };
}

/** People, classes and deadlines into the school; returns the ids that its activity needs. */
export function saveOuladFolder(
  database: Database,
  schoolId: number,
  { tables }: OuladFolder,
): Promise<OuladIds> {
  return database.withSchool(schoolId, (scope) => saveOuladSchool(scope, tables));
}

/** Ids for a dry run, which must not touch the school. */
export function pretendIds({ tables }: OuladFolder): OuladIds {
  const numbered = (names: Iterable<string>) => new Map([...names].map((name, i) => [name, i + 1]));
  return { learners: numbered(tables.learners), classes: numbered(tables.classes.keys()) };
}

/** What one row of a log gives: events, or the reason why not. */
type RowReading = readonly PlacedEvent[] | Omit<RefusedRow, 'file' | 'line'>;
type RowReader = (cells: readonly string[]) => RowReading;

interface Reading {
  readonly files: OuladFiles;
  readonly tables: OuladTables;
  readonly ids: OuladIds;
  readonly smallRefused: readonly RefusedRow[];
  readonly rowsPerBatch: number;
}

/** All rows as numbered by their order: registrations, hand-ins, clicks. The first `position` are passed over. */
async function* batchesOf(
  { files, tables, ids, smallRefused, rowsPerBatch }: Reading,
  position: number,
): AsyncGenerator<ImportBatch> {
  const members = tables.members.length;
  if (position === 0)
    yield { placed: enrolments(tables, ids), refused: smallRefused, position: members, fraction: 0 };
  const logs = [
    { file: files.studentAssessment, read: handInReader(files.studentAssessment, tables, ids) },
    ...files.clicks.map((file) => ({ file, read: clickReader(file, tables, ids) })),
  ];
  yield* batchRows({ logs, first: members, rowsPerBatch }, position);
}

interface Log {
  readonly file: SourceFile;
  readonly read: RowReader;
}

/** The rows of the logs one after the other, numbered from `first` + 1, in batches of `rowsPerBatch`. */
async function* batchRows(
  { logs, first, rowsPerBatch }: { logs: readonly Log[]; first: number; rowsPerBatch: number },
  position: number,
): AsyncGenerator<ImportBatch> {
  const totalBytes = logs.reduce((sum, { file }) => sum + file.size, 0);
  let [row, bytesBefore] = [first, 0];
  let batch = newBatch();
  for (const { file, read } of logs) {
    for await (const { rows, bytesRead } of file.chunks()) {
      for (const record of rows) {
        if (++row <= position) continue;
        take(batch, record, file, read);
        if (row % rowsPerBatch !== 0) continue;
        yield { ...batch, position: row, fraction: (bytesBefore + bytesRead) / totalBytes };
        batch = newBatch();
      }
    }
    bytesBefore += file.size;
  }
  if (row > position) yield { ...batch, position: row, fraction: 1 };
}

interface Batching {
  readonly placed: PlacedEvent[];
  readonly refused: RefusedRow[];
}

function newBatch(): Batching {
  return { placed: [], refused: [] };
}

/** Adds what a record gives to `batch`, which it changes. */
function take(batch: Batching, record: TextRecord, file: SourceFile, read: RowReader): void {
  if (record.fault !== null) return void batch.refused.push(refusalOf(file, record));
  const reading = read(record.cells);
  if (isRefusal(reading)) batch.refused.push({ file: file.name, line: record.line, ...reading });
  else for (const event of reading) batch.placed.push(event);
}

function isRefusal(reading: RowReading): reading is Omit<RefusedRow, 'file' | 'line'> {
  return !Array.isArray(reading);
}

interface Place {
  readonly learnerId: number;
  readonly classId: number;
}

type Details = Partial<Pick<ActivityEvent, 'quantity' | 'score' | 'dueAt' | 'item'>>;

function placed(
  { learnerId, classId }: Place,
  kind: ActivityKind,
  day: SchoolDay,
  details: Details = {},
): PlacedEvent {
  const event: ActivityEvent = {
    id: '',
    learner: '',
    kind,
    at: new Date(day * millisecondsPerDay),
    dayOnly: true,
    quantity: details.quantity ?? 1,
    seconds: 0,
    score: details.score ?? null,
    dueAt: details.dueAt ?? null,
    class: null,
    source: 'import',
    item: details.item ?? null,
  };
  return placeEvent(event, null, { learnerId, classId, timeZone: 'UTC' });
}

function enrolments({ members }: OuladTables, ids: OuladIds): readonly PlacedEvent[] {
  return members.flatMap((member) => {
    const place = placeOf(member, ids);
    const entered = member.registeredOn === null ? [] : [placed(place, 'enrol', member.registeredOn)];
    const left = member.leftOn === null ? [] : [placed(place, 'withdraw', member.leftOn)];
    return [...entered, ...left];
  });
}

function placeOf(member: OuladMember, ids: OuladIds): Place {
  const [learnerId, classId] = [ids.learners.get(member.learner), ids.classes.get(member.class)];
  if (learnerId === undefined || classId === undefined)
    throw new Error(`ids: expected some for ${member.learner} in ${member.class}`);
  return { learnerId, classId };
}

const dayText = 'days from the start of the presentation, -2000 to 2000';

function handInReader(file: SourceFile, tables: OuladTables, ids: OuladIds): RowReader {
  const names = ['id_assessment', 'id_student', 'date_submitted', 'is_banked', 'score'] as const;
  const at = columnIndexes(file, names);
  return (cells) => {
    const cell = (name: (typeof names)[number]) => cells[at[name]] ?? '';
    const refused = (column: (typeof names)[number], expected: string) => ({
      column,
      expected,
      got: cell(column),
    });
    const assignment = tables.assignments.get(cell('id_assessment'));
    if (!assignment) return refused('id_assessment', 'an assessment of assessments');
    const learnerId = ids.learners.get(cell('id_student'));
    const classId = ids.classes.get(assignment.class);
    const owner = tables.classes.get(assignment.class);
    if (learnerId === undefined) return refused('id_student', 'a student of studentInfo');
    if (classId === undefined || !owner) return refused('id_assessment', 'an assessment of a known course');
    const days = wholeNumber(cell('date_submitted'), -2000, 2000);
    if (Number.isNaN(days)) return refused('date_submitted', dayText);
    const score = isUnknown(cell('score')) ? null : Number(cell('score'));
    if (score !== null && !(score >= 0 && score <= 100))
      return refused('score', 'a number from 0 to 100, or nothing');
    const isBanked = /^(1|true)$/i.test(cell('is_banked'));
    const dueAt = assignment.dueOn === null ? null : new Date(assignment.dueOn * millisecondsPerDay);
    return handIn(
      { learnerId, classId },
      owner.startsOn + days,
      { score, dueAt, item: assignment.externalId },
      isBanked,
    );
  };
}

/** A banked result comes from an earlier presentation: a mark without a hand-in. */
function handIn(place: Place, day: SchoolDay, details: Details, isBanked: boolean): readonly PlacedEvent[] {
  const { score, dueAt, item } = details;
  const submitted = isBanked ? [] : [placed(place, 'submit', day, { dueAt, item })];
  return score === null ? submitted : [...submitted, placed(place, 'grade', day, { score, item })];
}

function clickReader(file: SourceFile, tables: OuladTables, ids: OuladIds): RowReader {
  const names = ['code_module', 'code_presentation', 'id_student', 'id_site', 'date', 'sum_click'] as const;
  const at = columnIndexes(file, names);
  return (cells) => {
    const cell = (name: (typeof names)[number]) => cells[at[name]] ?? '';
    const refused = (column: (typeof names)[number], expected: string) => ({
      column,
      expected,
      got: cell(column),
    });
    const className = `${cell('code_module')}-${cell('code_presentation')}`;
    const classId = ids.classes.get(className);
    const owner = tables.classes.get(className);
    if (classId === undefined || !owner) return refused('code_presentation', 'a presentation of courses');
    const learnerId = ids.learners.get(cell('id_student'));
    if (learnerId === undefined) return refused('id_student', 'a student of studentInfo');
    const item = cell('id_site');
    const kind = tables.siteKinds.get(item);
    if (!kind) return refused('id_site', 'a site of vle');
    const days = wholeNumber(cell('date'), -2000, 2000);
    if (Number.isNaN(days)) return refused('date', dayText);
    const quantity = wholeNumber(cell('sum_click'), 0, 1_000_000);
    if (Number.isNaN(quantity)) return refused('sum_click', 'a whole number from 0 to 1000000');
    return [placed({ learnerId, classId }, kind, owner.startsOn + days, { quantity, item })];
  };
}
