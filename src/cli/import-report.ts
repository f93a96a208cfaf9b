import { existsSync } from 'node:fs';
import { eq } from 'drizzle-orm';
import {
  dryRun,
  importFolder,
  type ImportSource,
  runImport,
} from '#lib/server/activity/import/import-run.ts';
import { progressLine } from '#lib/server/activity/import/progress-line.ts';
import { refusedPath } from '#lib/server/activity/import/refused-file.ts';
import { ImportError } from '#lib/server/activity/import/source-file.ts';
import { createSchool, isSlug } from '#lib/server/auth/users.ts';
import type { App } from '#lib/server/platform/app.ts';
import type { Database } from '#lib/server/platform/db/client.ts';
import { schools } from '#lib/server/platform/db/schema.ts';
import { type CommandContext, UsageError } from './command.ts';

// What the import commands share: which school, the run with its progress, and the closing words.

/** The school of that slug, or the only one; with `create` a new one where the slug is free. */
export async function importSchool(
  database: Database,
  slug: string | undefined,
  create: boolean,
): Promise<number> {
  if (slug === undefined) return onlySchool(database);
  const rows = await database.system.select({ id: schools.id }).from(schools).where(eq(schools.slug, slug));
  if (rows[0]) return rows[0].id;
  if (!create) throw new UsageError(`--school: no school ${JSON.stringify(slug)}; --create adds it`);
  if (!isSlug(slug)) throw new UsageError('--school: expected small letters, digits and hyphens');
  return createSchool(database.system, { slug, name: slug, timeZone: 'Europe/Rome', locale: 'it' });
}

async function onlySchool(database: Database): Promise<number> {
  const rows = await database.system.select({ id: schools.id, slug: schools.slug }).from(schools).limit(50);
  if (rows.length === 1 && rows[0]) return rows[0].id;
  const known = rows.map(({ slug }) => slug).join(', ') || 'none yet';
  throw new UsageError(`--school: expected the slug of a school (${known})`);
}

/** Lets what is wrong with a file reach the person who typed, without a stack. */
export async function importInWords(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof ImportError ? new UsageError(error.message) : error;
  }
}

/** Runs the import with a line of progress about every second. */
export async function importAndReport(
  { config, database, clock }: App,
  schoolId: number,
  source: ImportSource,
  context: CommandContext,
): Promise<number> {
  const folder = importFolder(config);
  let lastPrinted = -Infinity;
  const { run, isRepeated } = await runImport(database, schoolId, source, {
    clock,
    folder,
    onProgress: (progress) => {
      if (progress.fraction < 1 && performance.now() - lastPrinted < 1000) return;
      lastPrinted = performance.now();
      context.print(progressLine(progress));
    },
  });
  if (isRepeated) context.print(`Imported before, as run ${run.id}: nothing to do.`);
  const { accepted, repeated, refused } = run;
  context.print(`Run ${run.id}: ${accepted} events accepted, ${repeated} repeated, ${refused} rows refused.`);
  const refusedFile = refusedPath(folder, run);
  if (existsSync(refusedFile)) context.print(`Refused rows: ${refusedFile}`);
  return 0;
}

/** Checks everything, writes nothing, and tells the first errors by row and column. Exit code 1 when there are some. */
export async function dryRunAndReport(source: ImportSource, context: CommandContext): Promise<number> {
  const { rows, events, refused, firstErrors } = await dryRun(source);
  context.print(`${rows} rows: ${events} events, ${refused} refused. Nothing was written.`);
  for (const { file, line, column, expected, got } of firstErrors)
    context.print(
      `  ${file}, line ${line}${column && `, ${column}`}: expected ${expected}, got ${got || 'nothing'}`,
    );
  return refused > 0 ? 1 : 0;
}
