import { error, json } from '@sveltejs/kit';
import { inSchool } from '#lib/server/auth/reach.ts';
import { app } from '#lib/server/platform/app.ts';
import { loadCheckedLearners } from '#lib/server/stories/preview-check.ts';
import type { RequestHandler } from './$types';

/** Learners without their names, and the server's answers about them: `?after=` the id where the last answer ended. */
export const GET: RequestHandler = async ({ locals, url }) => {
  const after = Number(url.searchParams.get('after') ?? 0);
  if (!Number.isSafeInteger(after) || after < 0) error(400, 'after: expected the id of a learner');
  const { clock } = await app();
  return json(
    await inSchool(locals, (scope) => loadCheckedLearners(scope, after, clock.now(), locals.locale)),
  );
};
