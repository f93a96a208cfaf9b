import { inSchool } from '#lib/server/auth/reach.ts';
import { loadPreviewModel } from '#lib/server/models/preview-model.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
  const model = await inSchool(locals, loadPreviewModel);
  return { version: model?.version ?? null };
};
