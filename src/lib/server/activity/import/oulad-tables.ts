import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ActivityKind } from '#lib/domain/activity/event.ts';
import { parseSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import {
  columnIndexes,
  ImportError,
  openSourceFile,
  type RefusedRow,
  refusalOf,
  type SourceFile,
} from './source-file.ts';

// The Open University Learning Analytics Dataset, as its publishers describe it (Kuzilek, Hlosta and Zdrahal,
// Scientific Data 4, 170171). Days count from the start of a module presentation, negative before it.

export interface OuladFiles {
  readonly small: Readonly<Record<SmallTable, SourceFile>>;
  readonly studentAssessment: SourceFile;
  /** The click log: one file, or one a module. */
  readonly clicks: readonly SourceFile[];
}

type SmallTable = 'courses' | 'assessments' | 'vle' | 'studentInfo' | 'studentRegistration';

/** Finds the tables of a folder: NAME.csv or NAME.tsv, plain or .gz; the click log may be cut into studentVle*. */
export async function findOuladFiles(folder: string): Promise<OuladFiles> {
  const names = (await readdir(folder)).sort();
  const only = async (table: string) => {
    const found = names.filter((name) => new RegExp(`^${table}\\.(csv|tsv)(\\.gz)?$`, 'i').test(name));
    if (found.length !== 1 || !found[0])
      throw new ImportError(
        `${folder}: expected one file ${table}.csv or .tsv, plain or .gz, got ${found.length}`,
      );
    return openSourceFile(join(folder, found[0]));
  };
  const small = {
    courses: await only('courses'),
    assessments: await only('assessments'),
    vle: await only('vle'),
    studentInfo: await only('studentInfo'),
    studentRegistration: await only('studentRegistration'),
  };
  const logs = names.filter((name) => /^studentVle.*\.(csv|tsv)(\.gz)?$/i.test(name));
  if (logs.length === 0)
    throw new ImportError(`${folder}: expected a click log studentVle*.csv or .tsv, got none`);
  return {
    small,
    studentAssessment: await only('studentAssessment'),
    clicks: await Promise.all(logs.map((name) => openSourceFile(join(folder, name)))),
  };
}

export interface OuladClass {
  /** MODULE-PRESENTATION, such as BBB-2013B. */
  readonly externalId: string;
  readonly module: string;
  readonly presentation: string;
  readonly startsOn: SchoolDay;
  readonly endsOn: SchoolDay;
}

export interface OuladAssignment {
  readonly externalId: string;
  readonly class: string;
  readonly title: string;
  readonly dueOn: SchoolDay | null;
  readonly weight: number;
}

export type Outcome = 'distinction' | 'pass' | 'fail' | 'withdrawn';

export interface OuladMember {
  readonly learner: string;
  readonly class: string;
  /** Null when the day of registration is not known. */
  readonly registeredOn: SchoolDay | null;
  readonly leftOn: SchoolDay | null;
  readonly outcome: Outcome;
  readonly background: Readonly<Record<'credits' | 'earlierAttempts' | 'education', number>>;
  /** For the fairness report alone. */
  readonly protected: Readonly<Record<string, string>>;
}

export interface OuladTables {
  readonly classes: ReadonlyMap<string, OuladClass>;
  readonly assignments: ReadonlyMap<string, OuladAssignment>;
  readonly siteKinds: ReadonlyMap<string, ActivityKind>;
  /** In the order of the file. */
  readonly members: readonly OuladMember[];
  readonly learners: ReadonlySet<string>;
}

// Presentations are named by the month they start in: B is February, J is October.
const startMonths: Readonly<Record<string, string>> = { B: '02', J: '10' };

const kindsOfSites: Readonly<Record<string, ActivityKind>> = {
  homepage: 'view',
  subpage: 'browse',
  sharedsubpage: 'browse',
  folder: 'browse',
  page: 'browse',
  dualpane: 'browse',
  htmlactivity: 'browse',
  repeatactivity: 'browse',
  oucontent: 'read',
  resource: 'resource',
  forumng: 'forum',
  url: 'link',
  quiz: 'practice',
  externalquiz: 'practice',
  questionnaire: 'practice',
  ouwiki: 'collaborate',
  ouelluminate: 'collaborate',
  oucollaborate: 'collaborate',
  glossary: 'lookup',
  dataplus: 'lookup',
};

const outcomes: Readonly<Record<string, Outcome>> = {
  Distinction: 'distinction',
  Pass: 'pass',
  Fail: 'fail',
  Withdrawn: 'withdrawn',
};

const educationLevels = [
  'No Formal quals',
  'Lower Than A Level',
  'A Level or Equivalent',
  'HE Qualification',
  'Post Graduate Qualification',
];

type Refuse = (row: RefusedRow) => void;

/** Reads everything but the two logs: some tens of thousands of rows, whatever the size of the click log. */
export async function readOuladTables({ small }: OuladFiles, refuse: Refuse): Promise<OuladTables> {
  const classes = await readClasses(small.courses, refuse);
  const registrations = await readRegistrations(small.studentRegistration, classes, refuse);
  const members = await readMembers(small.studentInfo, classes, registrations, refuse);
  return {
    classes,
    assignments: await readAssignments(small.assessments, classes, refuse),
    siteKinds: await readSites(small.vle, refuse),
    members,
    learners: new Set(members.map(({ learner }) => learner)),
  };
}

/** The original writes what it does not know as a question mark, some copies as nothing. */
export function isUnknown(cell: string): boolean {
  return cell === '' || cell === '?';
}

/** A cell that must be a whole number from `least` to `most`; anything else is NaN. */
export function wholeNumber(cell: string, least: number, most: number): number {
  const value = /^-?\d+$/.test(cell) ? Number(cell) : NaN;
  return value >= least && value <= most ? value : NaN;
}

type Cells<Name extends string> = Readonly<Record<Name, string>>;

/** Walks a small table; `read` returns what is wrong with a row, or null once it has taken it. */
async function eachRow<Name extends string>(
  file: SourceFile,
  names: readonly Name[],
  refuse: Refuse,
  read: (cells: Cells<Name>) => { column: Name; expected: string } | null,
): Promise<void> {
  const at = columnIndexes(file, names);
  for await (const { rows } of file.chunks()) {
    for (const record of rows) {
      const { line, cells } = record;
      const row = Object.fromEntries(names.map((name) => [name, cells[at[name]] ?? ''])) as Cells<Name>;
      const wrong = record.fault === null ? read(row) : null;
      if (record.fault !== null) refuse(refusalOf(file, record));
      else if (wrong) refuse({ file: file.name, line, ...wrong, got: row[wrong.column] });
    }
  }
}

async function readClasses(file: SourceFile, refuse: Refuse): Promise<Map<string, OuladClass>> {
  const classes = new Map<string, OuladClass>();
  const names = ['code_module', 'code_presentation', 'module_presentation_length'] as const;
  await eachRow(file, names, refuse, (row) => {
    const month = startMonths[row.code_presentation.slice(4)];
    if (!month || !/^\d{4}.$/.test(row.code_presentation))
      return { column: 'code_presentation', expected: 'a year and B or J' };
    const length = wholeNumber(row.module_presentation_length, 1, 2000);
    if (Number.isNaN(length))
      return { column: 'module_presentation_length', expected: 'days from 1 to 2000' };
    const startsOn = parseSchoolDay(`${row.code_presentation.slice(0, 4)}-${month}-01`);
    const externalId = `${row.code_module}-${row.code_presentation}`;
    const { code_module: module, code_presentation: presentation } = row;
    classes.set(externalId, { externalId, module, presentation, startsOn, endsOn: startsOn + length });
    return null;
  });
  return classes;
}

async function readAssignments(
  file: SourceFile,
  classes: ReadonlyMap<string, OuladClass>,
  refuse: Refuse,
): Promise<Map<string, OuladAssignment>> {
  const assignments = new Map<string, OuladAssignment>();
  const names = [
    'code_module',
    'code_presentation',
    'id_assessment',
    'assessment_type',
    'date',
    'weight',
  ] as const;
  await eachRow(file, names, refuse, (row) => {
    const owner = classes.get(`${row.code_module}-${row.code_presentation}`);
    if (!owner) return { column: 'code_presentation', expected: 'a presentation of courses' };
    const date = isUnknown(row.date) ? null : wholeNumber(row.date, -2000, 2000);
    if (Number.isNaN(date)) return { column: 'date', expected: 'days from the start, or nothing' };
    const weight = isUnknown(row.weight) ? 0 : Number(row.weight);
    if (!(weight >= 0 && weight <= 100)) return { column: 'weight', expected: 'a number from 0 to 100' };
    assignments.set(row.id_assessment, {
      externalId: row.id_assessment,
      class: owner.externalId,
      title: `${row.assessment_type} ${row.id_assessment}`,
      dueOn: date === null ? null : owner.startsOn + date,
      weight,
    });
    return null;
  });
  return assignments;
}

async function readSites(file: SourceFile, refuse: Refuse): Promise<Map<string, ActivityKind>> {
  const kinds = new Map<string, ActivityKind>();
  await eachRow(file, ['id_site', 'activity_type'], refuse, (row) => {
    const kind = kindsOfSites[row.activity_type];
    if (!kind) return { column: 'activity_type', expected: `one of ${Object.keys(kindsOfSites).join(', ')}` };
    kinds.set(row.id_site, kind);
    return null;
  });
  return kinds;
}

interface Registration {
  readonly registeredOn: SchoolDay | null;
  readonly leftOn: SchoolDay | null;
}

async function readRegistrations(
  file: SourceFile,
  classes: ReadonlyMap<string, OuladClass>,
  refuse: Refuse,
): Promise<Map<string, Registration>> {
  const registrations = new Map<string, Registration>();
  const names = [
    'code_module',
    'code_presentation',
    'id_student',
    'date_registration',
    'date_unregistration',
  ] as const;
  await eachRow(file, names, refuse, (row) => {
    const owner = classes.get(`${row.code_module}-${row.code_presentation}`);
    if (!owner) return { column: 'code_presentation', expected: 'a presentation of courses' };
    const dayOf = (cell: string) =>
      isUnknown(cell) ? null : owner.startsOn + wholeNumber(cell, -2000, 2000);
    const [registeredOn, leftOn] = [dayOf(row.date_registration), dayOf(row.date_unregistration)];
    const expected = 'days from the start, or nothing';
    if (Number.isNaN(registeredOn)) return { column: 'date_registration', expected };
    if (Number.isNaN(leftOn)) return { column: 'date_unregistration', expected };
    registrations.set(`${owner.externalId}/${row.id_student}`, { registeredOn, leftOn });
    return null;
  });
  return registrations;
}

const protectedColumns = {
  gender: 'gender',
  region: 'region',
  imd_band: 'deprivation',
  age_band: 'age',
  disability: 'disability',
} as const;

const memberColumns = [
  'code_module',
  'code_presentation',
  'id_student',
  'highest_education',
  'num_of_prev_attempts',
  'studied_credits',
  'final_result',
  'gender',
  'region',
  'imd_band',
  'age_band',
  'disability',
] as const;

async function readMembers(
  file: SourceFile,
  classes: ReadonlyMap<string, OuladClass>,
  registrations: ReadonlyMap<string, Registration>,
  refuse: Refuse,
): Promise<OuladMember[]> {
  const members: OuladMember[] = [];
  await eachRow(file, memberColumns, refuse, (row) => {
    const owner = classes.get(`${row.code_module}-${row.code_presentation}`);
    if (!owner) return { column: 'code_presentation', expected: 'a presentation of courses' };
    if (!/^\d+$/.test(row.id_student)) return { column: 'id_student', expected: 'a whole number' };
    const outcome = outcomes[row.final_result];
    if (!outcome) return { column: 'final_result', expected: `one of ${Object.keys(outcomes).join(', ')}` };
    const education = educationLevels.indexOf(row.highest_education);
    if (education < 0)
      return { column: 'highest_education', expected: `one of ${educationLevels.join(', ')}` };
    const earlierAttempts = wholeNumber(row.num_of_prev_attempts, 0, 100);
    if (Number.isNaN(earlierAttempts)) return { column: 'num_of_prev_attempts', expected: 'from 0 to 100' };
    const credits = wholeNumber(row.studied_credits, 0, 10_000);
    if (Number.isNaN(credits)) return { column: 'studied_credits', expected: 'from 0 to 10000' };
    const registration = registrations.get(`${owner.externalId}/${row.id_student}`);
    members.push({
      learner: row.id_student,
      class: owner.externalId,
      registeredOn: registration?.registeredOn ?? null,
      leftOn: registration?.leftOn ?? null,
      outcome,
      background: { credits, earlierAttempts, education },
      protected: protectedOf(row),
    });
    return null;
  });
  return members;
}

function protectedOf(row: Cells<keyof typeof protectedColumns>): Readonly<Record<string, string>> {
  const columns = Object.entries(protectedColumns) as [keyof typeof protectedColumns, string][];
  const known = columns.filter(([column]) => !isUnknown(row[column]));
  return Object.fromEntries(known.map(([column, attribute]) => [attribute, row[column]]));
}
