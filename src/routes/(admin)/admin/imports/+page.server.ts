import { basename } from 'node:path';
import { fail, redirect } from '@sveltejs/kit';
import { activityKinds } from '#lib/domain/activity/event.ts';
import { importWords } from '#lib/i18n/imports.ts';
import {
  type ColumnMap,
  isMappable,
  mappableFields,
  parseKinds,
  requireFields,
  requiredFields,
} from '#lib/server/activity/import/events-file.ts';
import { listImportJobs, listImports } from '#lib/server/activity/import/import-list.ts';
import { ImportError } from '#lib/server/activity/import/source-file.ts';
import {
  checkUpload,
  importEventsJob,
  type ImportJob,
  keepUpload,
  openUpload,
  type Upload,
} from '#lib/server/activity/import/upload.ts';
import { textOf } from '#lib/server/auth/form.ts';
import { inSchool, schoolOf } from '#lib/server/auth/reach.ts';
import { app } from '#lib/server/platform/app.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, depends, url }) => {
  depends('merito:imports');
  return inSchool(locals, async (scope) => ({
    runs: (await listImports(scope)).map((run) => ({ ...run, label: basename(run.label) })),
    jobs: await listImportJobs(scope),
    fields: mappableFields.map((field) => ({ field, isNeeded: requiredFields.some((one) => one === field) })),
    kinds: activityKinds.join(', '),
    isStarted: url.searchParams.has('started'),
  }));
};

export const actions: Actions = {
  upload: async ({ request, locals }) => {
    const file = (await request.formData()).get('file');
    if (!(file instanceof File) || file.size === 0)
      return fail(400, { message: importWords[locals.locale].noFile });
    return inWords(async () => {
      const content = new Uint8Array(await file.arrayBuffer());
      const upload = await keepUpload(await app(), schoolOf(locals), file.name, content);
      return { upload, chosen: guessMap(upload), kinds: '', createsLearners: false };
    });
  },
  check: async ({ request, locals }) => {
    const wanted = readForm(await request.formData());
    return inWords(async () => {
      const place = await app();
      const upload = await openUpload(place, schoolOf(locals), wanted.upload);
      const shown = {
        upload,
        chosen: wanted.map,
        kinds: wanted.kinds,
        createsLearners: wanted.createsLearners,
      };
      try {
        const options = { ...wanted, map: requireFields(wanted.map), kinds: parseKinds(wanted.kinds) };
        return { ...shown, checked: await checkUpload(place, schoolOf(locals), upload.id, options) };
      } catch (error) {
        if (error instanceof ImportError) return fail(400, { ...shown, message: error.message });
        throw error;
      }
    });
  },
  start: async ({ request, locals }) => {
    const wanted = readForm(await request.formData());
    const refused = await inWords(async () => {
      const place = await app();
      await openUpload(place, schoolOf(locals), wanted.upload);
      requireFields(wanted.map);
      parseKinds(wanted.kinds);
      await inSchool(locals, (scope) =>
        place.jobs.enqueue(scope, importEventsJob, { ...wanted }, locals.user?.id ?? 'admin'),
      );
      return null;
    });
    return refused ?? redirect(303, '/admin/imports?started');
  },
};

/** Lets what is wrong with a file reach the person who sent it. */
async function inWords<T>(work: () => Promise<T>) {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ImportError) return fail(400, { message: error.message });
    throw error;
  }
}

function readForm(form: FormData): ImportJob {
  const chosen = mappableFields.map((field) => [field, textOf(form, `map-${field}`)] as const);
  return {
    upload: textOf(form, 'upload'),
    map: Object.fromEntries(chosen.filter(([, column]) => column !== '')),
    kinds: textOf(form, 'kinds'),
    createsLearners: form.has('creates-learners'),
  };
}

// English and Italian names that columns often have.
const guesses: readonly (readonly [string, RegExp])[] = [
  ['learner', /^(learner|student|user|studente|alunno|utente)/i],
  ['time', /^(time|date|when|timestamp|at$|data|ora|momento)/i],
  ['kind', /^(kind|type|action|event$|tipo|azione|evento$)/i],
  ['value', /^(value|count|quantity|clicks|valore|quantit|numero)/i],
  ['id', /^(id|event_?id|uuid|key)$/i],
  ['class', /^(class|course|group|classe|corso)/i],
  ['seconds', /^(seconds|duration|secondi|durata)/i],
  ['score', /^(score|grade|mark|voto|punteggio)/i],
  ['due', /^(due|deadline|scadenza)/i],
  ['item', /^(item|object|page|assignment|oggetto|pagina|compito)/i],
];

/** What the names of the columns suggest; the person decides. */
function guessMap({ columns }: Upload): ColumnMap {
  const pairs = guesses.map(
    ([field, names]) => [field, columns.find((column) => names.test(column))] as const,
  );
  return Object.fromEntries(pairs.filter(([field, column]) => isMappable(field) && column));
}
