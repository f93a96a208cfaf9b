import { error } from '@sveltejs/kit';
import { inSchool } from '#lib/server/auth/reach.ts';
import { type PreviewFile, previewFiles, readPreviewFile } from '#lib/server/models/preview-model.ts';
import type { RequestHandler } from './$types';

const types: Readonly<Record<PreviewFile, string>> = {
  'preview.bin': 'application/octet-stream',
  'model.json': 'application/json',
  'weights.bin': 'application/octet-stream',
};

/** A file of the small model that thinks in the browser. A version never changes, so whoever has it need not ask again. */
export const GET: RequestHandler = async ({ locals, params }) => {
  const file = previewFiles.find((name) => name === params.file);
  const bytes = file && (await inSchool(locals, (scope) => readPreviewFile(scope, params.version, file)));
  if (!file || !bytes) error(404, 'Not found');
  return new Response(Uint8Array.from(bytes), {
    headers: {
      'content-type': types[file],
      'content-length': String(bytes.length),
      'cache-control': 'private, max-age=31536000, immutable',
    },
  });
};
