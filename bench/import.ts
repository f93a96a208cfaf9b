// How fast a learning log comes in, against PostgreSQL's own COPY of the same rows, in the same run.
// npm run bench:import [-- FOLDER]
import { existsSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { type ImportSource, runImport } from '#lib/server/activity/import/import-run.ts';
import { openOuladFolder, saveOuladFolder } from '#lib/server/activity/import/oulad.ts';
import { formatSchoolDay } from '#lib/domain/activity/school-day.ts';
import { addBenchSchool, type BenchApp, startTemporaryApp } from './support/temporary-app.ts';

const { positionals } = parseArgs({ allowPositionals: true });
const folder = positionals[0] ?? '../shared/data/oulad';

const columns = 'school_id, learner_id, day, class_id, kind, quantity, seconds, source, item';

/** The events as COPY text, rendered before the clock starts. */
async function renderLines(source: ImportSource): Promise<readonly string[]> {
  const chunks: string[] = [];
  for await (const { placed } of source.batches(0)) {
    const lines = placed.map(({ event, rollup }) => {
      const { learnerId, classId, kind } = rollup;
      const day = formatSchoolDay(rollup.day);
      return `1\t${learnerId}\t${day}\t${classId}\t${kind}\t${event.quantity}\t0\timport\t${event.item ?? '\\N'}\n`;
    });
    chunks.push(lines.join(''));
  }
  return chunks;
}

/** Seconds that COPY takes into a logged table of the same columns, without index, rollups or walls. */
async function copySeconds({ database }: BenchApp, chunks: readonly string[]): Promise<number> {
  await database.pool`create table bench_copy as select ${database.pool.unsafe(columns)} from activity_events limit 0`;
  const start = performance.now();
  await pipeline(
    chunks,
    await database.pool`copy bench_copy (${database.pool.unsafe(columns)}) from stdin`.writable(),
  );
  return (performance.now() - start) / 1000;
}

interface Stage {
  readonly name: string;
  readonly events: number;
  readonly seconds: number;
}

/** Imports the source and tells apart what came before the click log and the log itself. */
async function importStages(
  app: BenchApp,
  schoolId: number,
  source: ImportSource,
  logStart: number,
): Promise<Stage[]> {
  const start = performance.now();
  let atLog = { events: 0, seconds: 0 };
  let last = atLog;
  await runImport(app.database, schoolId, source, {
    clock: app.clock,
    folder: app.folder,
    onProgress: ({ rows, accepted }) => {
      last = { events: accepted, seconds: (performance.now() - start) / 1000 };
      if (rows <= logStart) atLog = last;
    },
  });
  return [
    { name: 'registrations and hand-ins', ...atLog },
    { name: 'click log', events: last.events - atLog.events, seconds: last.seconds - atLog.seconds },
    { name: 'all', ...last },
  ];
}

function print({ name, events, seconds }: Stage): void {
  const rate = Math.round(events / seconds).toLocaleString('en');
  process.stdout.write(
    `${name.padEnd(28)} ${rate.padStart(9)} events/s   ${events.toLocaleString('en')} in ${seconds.toFixed(1)} s\n`,
  );
}

async function main(): Promise<void> {
  const app = await startTemporaryApp();
  try {
    const schoolId = await addBenchSchool(app.database, 0);
    const read = performance.now();
    const opened = await openOuladFolder(folder);
    const ids = await saveOuladFolder(app.database, schoolId, opened);
    print({
      name: 'people and classes',
      events: opened.tables.members.length,
      seconds: (performance.now() - read) / 1000,
    });
    const parse = performance.now();
    const chunks = await renderLines(opened.source(ids));
    const events = chunks.reduce((sum, chunk) => sum + chunk.split('\n').length - 1, 0);
    print({ name: 'reading and folding alone', events, seconds: (performance.now() - parse) / 1000 });
    print({ name: "COPY's own limit", events, seconds: await copySeconds(app, chunks) });
    const logStart = opened.tables.members.length + 173_912;
    for (const stage of await importStages(app, schoolId, opened.source(ids), logStart)) print(stage);
  } finally {
    await app.stop();
  }
}

if (existsSync(folder)) await main();
else process.stdout.write(`skipped: no OULAD folder at ${folder}; name one as the argument\n`);
