import { createReadStream, existsSync } from 'node:fs';
import { Readable } from 'node:stream';
import { error } from '@sveltejs/kit';
import { findImport } from '#lib/server/activity/import/import-list.ts';
import { importFolder } from '#lib/server/activity/import/import-run.ts';
import { refusedPath } from '#lib/server/activity/import/refused-file.ts';
import { inSchool } from '#lib/server/auth/reach.ts';
import { app } from '#lib/server/platform/app.ts';
import type { RequestHandler } from './$types';

/** The rows of one import that were not taken, as they lie on the disk of this server. */
export const GET: RequestHandler = async ({ locals, params }) => {
  const id = /^\d{1,9}$/.test(params.runId) ? Number(params.runId) : NaN;
  const run = Number.isNaN(id) ? null : await inSchool(locals, (scope) => findImport(scope, id));
  if (!run) error(404, 'Not found');
  const path = refusedPath(importFolder((await app()).config), run);
  if (!existsSync(path)) error(404, 'Not found');
  const headers = {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="refused-${run.id}.csv"`,
  };
  return new Response(Readable.toWeb(createReadStream(path)) as ReadableStream, { headers });
};
