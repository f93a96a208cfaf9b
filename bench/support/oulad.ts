import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ActivityKind } from '#lib/domain/activity/event.ts';
import { parseSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { DailyRollup } from '#lib/domain/activity/rollup.ts';

/** The Open University Learning Analytics Dataset, one presentation of a module, as rollups of one class. */
export interface Presentation {
  readonly startsOn: SchoolDay;
  readonly endsOn: SchoolDay;
  readonly dueOn: readonly SchoolDay[];
  readonly learners: readonly Enrolment[];
}

export interface Enrolment {
  readonly joinedOn: SchoolDay;
  /** The first day no longer registered; null for those who stayed. */
  readonly leftOn: SchoolDay | null;
  readonly isAtRisk: boolean;
  readonly background: Readonly<Record<string, number>>;
  readonly rollups: readonly DailyRollup[];
}

/** Where the data lie, or null: they are too large to stand in the repository. */
export function ouladFolder(): string | null {
  const shared = process.env.MERITO_SHARED_DATA ?? join(import.meta.dirname, '../../../shared/data');
  const folder = join(shared, 'oulad');
  return existsSync(join(folder, 'studentInfo.csv.gz')) ? folder : null;
}

const clickFile = 'studentVle-AAA-and-BBB-2013B.tsv.gz';
const monthOf: Readonly<Record<string, string>> = { B: '02', J: '10' };
export const classId = 1;

const kindOfSite: Readonly<Record<string, ActivityKind>> = {
  homepage: 'view',
  subpage: 'browse',
  sharedsubpage: 'browse',
  folder: 'browse',
  oucontent: 'read',
  page: 'read',
  htmlactivity: 'read',
  dualpane: 'read',
  resource: 'resource',
  forumng: 'forum',
  url: 'link',
  quiz: 'practice',
  externalquiz: 'practice',
  questionnaire: 'practice',
  repeatactivity: 'practice',
  oucollaborate: 'collaborate',
  ouelluminate: 'collaborate',
  ouwiki: 'collaborate',
  glossary: 'lookup',
  dataplus: 'lookup',
};

const educationLevel: Readonly<Record<string, number>> = {
  'No Formal quals': 0,
  'Lower Than A Level': 1,
  'A Level or Equivalent': 2,
  'HE Qualification': 3,
  'Post Graduate Qualification': 4,
};

type Row = readonly string[];

function readTable(folder: string, file: string): Row[] {
  const text = gunzipSync(readFileSync(join(folder, file))).toString('utf8');
  const separator = file.includes('.tsv') ? '\t' : ',';
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.slice(1).map((line) => line.replaceAll('"', '').replace('\r', '').split(separator));
}

/** Reads presentations such as BBB 2013B. Only those whose clicks are in the shared extract have any. */
export function readPresentations(
  folder: string,
  wanted: readonly (readonly [module: string, presentation: string])[],
): Presentation[] {
  const tables = {
    courses: readTable(folder, 'courses.csv.gz'),
    assessments: readTable(folder, 'assessments.csv.gz'),
    info: readTable(folder, 'studentInfo.csv.gz'),
    registration: readTable(folder, 'studentRegistration.csv.gz'),
    results: readTable(folder, 'studentAssessment.csv.gz'),
    clicks: readTable(folder, clickFile),
    siteKind: new Map(readTable(folder, 'vle.csv.gz').map((row) => [row[0], kindOfSite[row[3]]])),
  };
  return wanted.map((name) => readPresentation(tables, name));
}

interface Tables {
  readonly courses: readonly Row[];
  readonly assessments: readonly Row[];
  readonly info: readonly Row[];
  readonly registration: readonly Row[];
  readonly results: readonly Row[];
  readonly clicks: readonly Row[];
  readonly siteKind: ReadonlyMap<string, ActivityKind>;
}

function readPresentation(tables: Tables, [module, presentation]: readonly [string, string]): Presentation {
  const isOurs = (row: Row) => row[0] === module && row[1] === presentation;
  const startsOn = parseSchoolDay(`${presentation.slice(0, 4)}-${monthOf[presentation[4]]}-01`);
  const length = Number(tables.courses.find(isOurs)?.[2]);
  const assessments = new Map(tables.assessments.filter(isOurs).map((row) => [row[2], row]));
  const registration = new Map(tables.registration.filter(isOurs).map((row) => [row[2], row]));
  const rollups = Map.groupBy(
    [...clickRollups(tables, isOurs, startsOn), ...resultRollups(tables, assessments, startsOn)],
    ({ learnerId }) => learnerId,
  );
  const dated = [...assessments.values()].filter((row) => row[3] !== 'Exam' && row[4] !== '');
  return {
    startsOn,
    endsOn: startsOn + length - 1,
    dueOn: dated.map((row) => startsOn + Number(row[4])),
    learners: tables.info.filter(isOurs).map((row) => {
      const [, , , registered, unregistered] = registration.get(row[2]) ?? [];
      return {
        joinedOn: startsOn + (registered ? Number(registered) : 0),
        leftOn: unregistered ? startsOn + Number(unregistered) : null,
        isAtRisk: row[11] === 'Fail' || row[11] === 'Withdrawn',
        background: {
          attempts: Number(row[8]),
          credits: Number(row[9]),
          education: educationLevel[row[5]] ?? NaN,
        },
        rollups: rollups.get(Number(row[2])) ?? [],
      };
    }),
  };
}

const nothing = {
  classId,
  count: 0,
  quantity: 0,
  seconds: 0,
  scoreSum: 0,
  scoreCount: 0,
  dueCount: 0,
  lateCount: 0,
  leadDaysSum: 0,
  slots: 0,
};

function clickRollups(tables: Tables, isOurs: (row: Row) => boolean, startsOn: SchoolDay): DailyRollup[] {
  const merged = new Map<string, DailyRollup>();
  for (const row of tables.clicks) {
    if (!isOurs(row)) continue;
    const kind = tables.siteKind.get(row[3]) ?? 'lookup';
    const key = `${row[2]} ${row[4]} ${kind}`;
    const known = merged.get(key);
    merged.set(key, {
      ...nothing,
      learnerId: Number(row[2]),
      day: startsOn + Number(row[4]),
      kind,
      count: (known?.count ?? 0) + 1,
      quantity: (known?.quantity ?? 0) + Number(row[5]),
    });
  }
  return [...merged.values()];
}

/** A hand-in and, when marked, its grade, both on the day of the hand-in; banked results of earlier years count nothing. */
function resultRollups(
  tables: Tables,
  assessments: ReadonlyMap<string, Row>,
  startsOn: SchoolDay,
): DailyRollup[] {
  return tables.results.flatMap(([assessment, learner, submitted, isBanked, score]) => {
    const about = assessments.get(assessment);
    if (!about || isBanked === 'TRUE' || isBanked === '1') return [];
    const lead = about[4] === '' ? NaN : Number(about[4]) - Number(submitted);
    const common = { ...nothing, learnerId: Number(learner), day: startsOn + Number(submitted), count: 1 };
    const due = Number.isNaN(lead) ? {} : { dueCount: 1, lateCount: Number(lead < 0), leadDaysSum: lead };
    const handIn: DailyRollup = { ...common, kind: 'submit', quantity: 1, ...due };
    if (score === '' || score === '?') return [handIn];
    return [handIn, { ...common, kind: 'grade', quantity: 1, scoreSum: Number(score), scoreCount: 1 }];
  });
}
