import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { App } from '#lib/server/platform/app.ts';
import type { JobRun } from '#lib/server/platform/jobs.ts';
import { type EventsFileOptions, openEventsFile, parseKinds, requireFields } from './events-file.ts';
import { type DryRun, dryRun, importFolder, runImport } from './import-run.ts';
import { progressLine } from './progress-line.ts';
import { ImportError, openSourceFile } from './source-file.ts';

export const importEventsJob = 'import-events';

/** A file an admin sent, waiting to be checked and imported. */
export interface Upload {
  readonly id: string;
  readonly name: string;
  readonly columns: readonly string[];
}

type Place = Pick<App, 'config' | 'database' | 'clock'>;

const uploadId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Keeps the file below the school's own folder. @throws ImportError when it is no table */
export async function keepUpload(
  place: Place,
  schoolId: number,
  name: string,
  content: Uint8Array,
): Promise<Upload> {
  const id = randomUUID();
  const folder = uploadFolder(place, schoolId, id);
  const safe =
    name
      .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
      .replace(/^\.+/, '')
      .slice(-100) || 'events';
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, safe), content);
  return openUpload(place, schoolId, id);
}

/** @throws ImportError when the school has no such upload any more */
export async function openUpload(place: Place, schoolId: number, id: string): Promise<Upload> {
  const file = await openSourceFile(await pathOf(place, schoolId, id));
  return { id, name: file.name, columns: file.columns };
}

function uploadFolder({ config }: Place, schoolId: number, id: string): string {
  return join(importFolder(config), 'uploads', String(schoolId), id);
}

async function pathOf(place: Place, schoolId: number, id: string): Promise<string> {
  if (!uploadId.test(id)) throw new ImportError('upload: expected the id of an upload');
  const folder = uploadFolder(place, schoolId, id);
  const [name] = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  if (!name) throw new ImportError('upload: expected a file that was sent before, got none; send it again');
  return join(folder, name);
}

/** Checks every row of an upload and writes nothing. */
export async function checkUpload(
  place: Place,
  schoolId: number,
  id: string,
  options: EventsFileOptions,
): Promise<DryRun> {
  const path = await pathOf(place, schoolId, id);
  return dryRun(await openEventsFile({ ...place, schoolId }, path, options, { dryRun: true }));
}

/** The job's work: imports an upload, tells how far it is, and forgets the file. Safe to run again. */
export async function importUpload(
  app: App,
  data: Readonly<Record<string, unknown>>,
  run: JobRun,
): Promise<string> {
  const { upload, options } = readJob(data);
  const path = await pathOf(app, run.schoolId, upload);
  const source = await openEventsFile({ ...app, schoolId: run.schoolId }, path, options, { dryRun: false });
  const result = await runImport(app.database, run.schoolId, source, {
    clock: app.clock,
    folder: importFolder(app.config),
    onProgress: (progress) => run.progress(progress.fraction, progressLine(progress)),
  });
  await rm(uploadFolder(app, run.schoolId, upload), { recursive: true, force: true });
  const { accepted, repeated, refused } = result.run;
  return `${source.label}: ${accepted} accepted, ${repeated} repeated, ${refused} refused`;
}

/** What the page queues and the job reads. */
export interface ImportJob {
  readonly upload: string;
  readonly map: EventsFileOptions['map'];
  readonly kinds: string;
  readonly createsLearners: boolean;
}

function readJob(data: Readonly<Record<string, unknown>>): { upload: string; options: EventsFileOptions } {
  const { upload, map, kinds, createsLearners } = data as Partial<ImportJob>;
  if (typeof upload !== 'string' || typeof map !== 'object')
    throw new ImportError('job: expected the upload and map of an import');
  return {
    upload,
    options: {
      map: requireFields(map),
      kinds: parseKinds(kinds ?? ''),
      createsLearners: createsLearners === true,
    },
  };
}
