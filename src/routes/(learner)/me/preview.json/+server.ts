import { json } from '@sveltejs/kit';
import { ownLearnerId } from '#lib/server/auth/own-learner.ts';
import { inSchool } from '#lib/server/auth/reach.ts';
import { app } from '#lib/server/platform/app.ts';
import { loadPreviewData } from '#lib/server/stories/preview-data.ts';
import type { RequestHandler } from './$types';

/** All that the learner's own device needs to look ahead by itself. */
export const GET: RequestHandler = async ({ locals }) => {
  const learnerId = ownLearnerId(locals);
  const at = (await app()).clock.now();
  const data = await inSchool(locals, (scope) => loadPreviewData(scope, learnerId, at, locals.locale));
  return json(data, { headers: { 'cache-control': 'private, no-store' } });
};
