import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type EventsFileOptions,
  openEventsFile,
  parseKinds,
  parseMap,
} from '#lib/server/activity/import/events-file.ts';
import { dryRun, type ImportOptions, runImport } from '#lib/server/activity/import/import-run.ts';
import { openOuladFolder, pretendIds, saveOuladFolder } from '#lib/server/activity/import/oulad.ts';
import { refusedPath } from '#lib/server/activity/import/refused-file.ts';
import { ImportError } from '#lib/server/activity/import/source-file.ts';
import { checkUpload, importUpload, keepUpload, openUpload } from '#lib/server/activity/import/upload.ts';
import { readConfig } from '#lib/server/platform/config.ts';
import { createJobs } from '#lib/server/platform/jobs.ts';
import { createLog } from '#lib/server/platform/log.ts';
import type { Database } from '#lib/server/platform/db/client.ts';
import { addSchool, testDatabase } from '../support/database.ts';

const oulad = 'tests/fixtures/oulad-small';
const clock = { now: () => new Date('2026-03-20T12:00:00Z') };
let database: Database;
let folder: string;
let options: ImportOptions;

beforeAll(async () => {
  database = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), 'merito-import-'));
  options = { clock, folder, onProgress: () => undefined };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function importOulad(schoolId: number) {
  const opened = await openOuladFolder(oulad);
  const ids = await saveOuladFolder(database, schoolId, opened);
  return runImport(database, schoolId, opened.source(ids), options);
}

function query(schoolId: number, text: string): Promise<readonly Record<string, unknown>[]> {
  return database.withSchool(schoolId, ({ sql }) => sql.unsafe(text));
}

/** Rollups by the school's own ids, so that two schools can be compared. */
const rollupsByName = `select l.external_id as learner, c.external_id as class, day::text, kind, count, quantity, seconds,
    score_sum, score_count, due_count, late_count, lead_days_sum, slots
  from daily_rollups r join learners l on l.id = r.learner_id join classes c on c.id = r.class_id order by 1, 2, 3, 4`;

describe('OULAD', () => {
  test('a folder becomes learners, classes, deadlines, a calendar and activity', async () => {
    const schoolId = await addSchool(database, 'oulad');
    const { run } = await importOulad(schoolId);
    expect(run).toMatchObject({ status: 'done', refused: 3, repeated: 0 });
    expect(
      await query(schoolId, 'select external_id, starts_on::text, ends_on::text from classes order by 1'),
    ).toEqual([
      { external_id: 'ZZZ-2013J', starts_on: '2013-10-01', ends_on: '2013-12-30' },
      { external_id: 'ZZZ-2014B', starts_on: '2014-02-01', ends_on: '2014-05-02' },
    ]);
    const [counts] = await query(
      schoolId,
      `select (select count(*)::int from learners) as learners, (select count(*)::int from class_members) as members,
        (select count(*)::int from assignments where due_on is null) as without_date,
        (select count(*)::int from calendar_spans) as terms, (select count(*)::int from pending_evaluations) as pending,
        (select count(*)::int from protected_attributes where attribute = 'deprivation') as deprivation,
        (select min(background->>'credits')::int >= 30 from class_members) as has_background`,
    );
    expect(counts).toEqual({
      learners: 24, members: 24, without_date: 2, terms: 2, pending: 24, deprivation: 23, has_background: true,
    }); // prettier-ignore
  });

  test('every click and every score of the files is in the rollups', async () => {
    const [school] = await database.system.query.schools.findMany({
      where: (t, { eq }) => eq(t.slug, 'oulad'),
    });
    const cells = (name: string) =>
      gunzipSync(readFileSync(join(oulad, name))).toString().split('\n').slice(1).map((line) => line.split(/[\t,]/)); // prettier-ignore
    const clicks = cells('studentVle.tsv.gz').filter(
      (row) => row[5] && row[3] !== '999999' && row[4] !== 'soon',
    );
    const handIns = cells('studentAssessment.csv.gz');
    const [sums] = await query(
      school?.id ?? 0,
      `select sum(quantity) filter (where kind not in ('enrol', 'withdraw', 'submit', 'grade')) as clicks,
        sum(score_sum) as scores, sum(count) filter (where kind = 'submit')::int as submits,
        sum(count) filter (where kind = 'enrol')::int as enrolled from daily_rollups`,
    );
    expect(sums).toEqual({
      clicks: clicks.reduce((sum, row) => sum + Number(row[5]), 0),
      scores: handIns.reduce((sum, row) => sum + Number(row[4]), 0),
      submits: handIns.filter((row) => row[3] === '0').length,
      enrolled: 23,
    });
    const late = await query(
      school?.id ?? 0,
      `select 1 from daily_rollups where late_count > 0 and lead_days_sum >= 0`,
    );
    expect(late).toEqual([]);
  });

  test('refused rows are told by line and column', async () => {
    const opened = await openOuladFolder(oulad);
    const { rows, refused, firstErrors } = await dryRun(opened.source(pretendIds(opened)));
    expect(rows).toBeGreaterThan(1500);
    expect(refused).toBe(3);
    expect(firstErrors).toEqual([
      { file: 'studentVle.tsv.gz', line: 102, column: 'id_site', expected: 'a site of vle', got: '999999' },
      expect.objectContaining({ line: 103, column: 'date', got: 'soon' }),
      expect.objectContaining({ line: 104, column: '', expected: '6 cells', got: '2 cells' }),
    ]);
  });

  test('the same folder again changes nothing, another one is refused', async () => {
    const schoolId = await addSchool(database, 'twice');
    const first = await importOulad(schoolId);
    const before = await query(schoolId, rollupsByName);
    expect(await importOulad(schoolId)).toMatchObject({ isRepeated: true, run: { id: first.run.id } });
    expect(await query(schoolId, rollupsByName)).toEqual(before);
    expect(readFileSync(refusedPath(folder, first.run), 'utf8').split('\n')[1]).toBe(
      'studentVle.tsv.gz,102,id_site,a site of vle,999999',
    );
    const opened = await openOuladFolder(oulad);
    const other = { ...opened.source(pretendIds(opened)), fingerprint: 'another' };
    await expect(runImport(database, schoolId, other, options)).rejects.toThrow(ImportError);
  });

  test('killed in the middle and run again, it ends with the same rows', { timeout: 120_000 }, async () => {
    const [whole, broken] = [await addSchool(database, 'whole'), await addSchool(database, 'broken')];
    const { run } = await importOulad(whole);
    for (const killAt of [300, 900, Infinity]) await importInChild(broken, killAt);
    const expected = await query(whole, rollupsByName);
    expect(expected.length).toBeGreaterThan(500);
    expect(await query(broken, rollupsByName)).toEqual(expected);
    const counts = 'select status, position, accepted, refused, repeated from import_runs';
    expect(await query(broken, counts)).toEqual(await query(whole, counts));
    const events = 'select count(*)::int as n, sum(quantity) as sum from activity_events';
    expect(await query(broken, events)).toEqual(await query(whole, events));
    const [again] = await query(broken, 'select id from import_runs');
    const refusedOf = (school: number, id: number) =>
      readFileSync(refusedPath(folder, { schoolId: school, id }), 'utf8');
    expect(refusedOf(broken, Number(again?.id))).toBe(refusedOf(whole, run.id));
  });
});

/** Imports in a process of its own, which is killed at the first batch that ends at row `killAt` or later. */
function importInChild(schoolId: number, killAt: number): Promise<void> {
  const script = new URL('../support/kill/import-child.ts', import.meta.url);
  const child = fork(script, [database.url, String(schoolId), oulad, folder], { execArgv: [] });
  return new Promise((ended, failed) => {
    child.on('message', (rows) => {
      if (typeof rows === 'number' && rows >= killAt) child.kill('SIGKILL');
    });
    child.once('exit', (code, signal) =>
      code === 0 || signal === 'SIGKILL' ? ended() : failed(new Error(`import ended with ${code ?? signal}`)),
    );
  });
}

describe('a table of events', () => {
  const map = parseMap('learner=student,time=when,kind=action,value=n,id=key,due=deadline');
  const wanted: EventsFileOptions = { map, kinds: { Login: 'view' }, createsLearners: true };
  let schoolId: number;
  let written = 0;

  beforeAll(async () => {
    schoolId = await addSchool(database, 'table');
  });

  function write(...rows: readonly string[]): string {
    const path = join(folder, `events-${++written}.csv`);
    writeFileSync(path, `\uFEFFstudent;when;action;n;key;deadline\r\n${rows.join('\r\n')}`);
    return path;
  }

  async function importFile(path: string, change: Partial<EventsFileOptions> = {}) {
    const source = await openEventsFile(
      { database, clock, schoolId },
      path,
      { ...wanted, ...change },
      { dryRun: false },
    );
    return (await runImport(database, schoolId, source, options)).run;
  }

  test('rows become events; local times are the school’s; learners are added', async () => {
    const path = write('ada;2026-03-10 00:30;Login;3,5;e1;', 'bo;2026-03-10;submit;;e2;2026-03-10');
    expect(await importFile(path)).toMatchObject({ accepted: 2, refused: 0 });
    const rows = await query(
      schoolId,
      `select l.external_id as who, day::text, kind, occurred_at, quantity from activity_events e
        join learners l on l.id = e.learner_id order by 1`,
    );
    expect(rows).toEqual([
      { who: 'ada', day: '2026-03-10', kind: 'view', occurred_at: expect.anything(), quantity: 3.5 },
      { who: 'bo', day: '2026-03-10', kind: 'submit', occurred_at: null, quantity: 1 },
    ]);
    expect(new Date(String(rows[0]?.occurred_at)).toISOString()).toBe('2026-03-09T23:30:00.000Z');
  });

  test('an id counts once, whatever file it comes from', async () => {
    const path = write(
      'ada;2026-03-10 00:30;Login;3;e1;',
      'ada;2026-03-11;view;1;e3;',
      'ada;2026-03-11;view;1;e3;',
    );
    expect(await importFile(path)).toMatchObject({ accepted: 1, repeated: 2 });
  });

  test('a dry run tells the first errors by line and column and writes nothing', async () => {
    const path = write(
      'ada;2026-03-12;view;1;d1;',
      'ada;yesterday;view;1;d2;',
      'ada;2026-03-12;danced;-1;d3;',
      'ada;2031-01-01;view;1;d4;',
      'ada;2026-03-12',
    );
    const before = await query(schoolId, 'select count(*) from activity_events');
    const source = await openEventsFile({ database, clock, schoolId }, path, wanted, { dryRun: true });
    const { rows, events, firstErrors } = await dryRun(source);
    expect({ rows, events }).toEqual({ rows: 5, events: 1 });
    expect(firstErrors.map(({ line, column, got }) => [line, column, got])).toEqual([
      [3, 'when', 'yesterday'],
      [4, 'action', 'danced'],
      [4, 'n', '-1'],
      [5, 'when', '2031-01-01'],
      [6, '', '2 cells'],
    ]);
    expect(await query(schoolId, 'select count(*) from activity_events')).toEqual(before);
  });

  test('without ids the same file counts once', async () => {
    const path = write('ada;2026-03-13;view;1;;');
    const { id: _id, ...withoutId } = map;
    expect(await importFile(path, { map: withoutId })).toMatchObject({ accepted: 1 });
    expect(await importFile(path, { map: withoutId })).toMatchObject({ accepted: 1 });
    expect(await query(schoolId, "select count from daily_rollups where day = '2026-03-13'")).toEqual([
      { count: 1 },
    ]);
  });

  test('what would run as a formula does not, in the file of refused rows', async () => {
    const run = await importFile(write('ada;=cmd|calc;view;1;f1;'));
    expect(readFileSync(refusedPath(folder, run), 'utf8')).toContain(",'=cmd|calc");
  });

  test('a file sent to the page is checked, imported by the job, and forgotten', async () => {
    const place = { config: readConfig({ MERITO_DATA: folder }), database, clock, log: createLog('silent') };
    const jobs = createJobs(database, place.log);
    const text = Buffer.from('student;when;action\neve;2026-03-14;Quiz\neve;2026-03-14;danced\n');
    const upload = await keepUpload(place, schoolId, '../../März.csv', text);
    expect(upload).toMatchObject({ name: '-..-März.csv', columns: ['student', 'when', 'action'] });
    const job = {
      upload: upload.id,
      map: { learner: 'student', time: 'when', kind: 'action' },
      kinds: 'Quiz=practice',
      createsLearners: true,
    };
    const checked = await checkUpload(place, schoolId, upload.id, { ...job, kinds: parseKinds(job.kinds) });
    expect(checked).toMatchObject({
      rows: 2,
      events: 1,
      refused: 1,
      firstErrors: [{ line: 3, column: 'action' }],
    });
    const told: number[] = [];
    const run = { schoolId, id: 1, progress: async (fraction: number) => void told.push(fraction) };
    const app = { ...place, jobs, stop: () => Promise.resolve() };
    expect(await importUpload(app, job, run)).toBe('-..-März.csv: 1 accepted, 0 repeated, 1 refused');
    expect(told.at(-1)).toBe(1);
    await expect(openUpload(place, schoolId, upload.id)).rejects.toThrow(ImportError);
    await expect(openUpload(place, schoolId, '../../passwd')).rejects.toThrow(ImportError);
  });

  test('another school cannot open an upload', async () => {
    const place = { config: readConfig({ MERITO_DATA: folder }), database, clock };
    const { id } = await keepUpload(place, schoolId, 'a.csv', Buffer.from('a,b\n1,2\n'));
    await expect(openUpload(place, schoolId + 1, id)).rejects.toThrow(ImportError);
  });

  test.each([
    ['a column that is not there', 'x,y\n1,2\n', /expected a column student, got x, y/],
    ['an empty file', '', /expected a header line/],
    ['bytes that are no text', Buffer.from([0x73, 0x0a, 0xff, 0xfe, 0x00]), /UTF-8|column/],
  ])('%s is told in words', async (_, content, message) => {
    const path = join(folder, `bad-${++written}.csv`);
    writeFileSync(path, content);
    await expect(importFile(path)).rejects.toThrow(message);
  });
});
