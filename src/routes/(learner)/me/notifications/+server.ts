import { error, json } from '@sveltejs/kit';
import { ownLearnerId } from '#lib/server/auth/own-learner.ts';
import { inSchool } from '#lib/server/auth/reach.ts';
import { notificationsAfter } from '#lib/server/notifications/index.ts';
import type { RequestHandler } from './$types';

/** What a page missed while it was offline: `?after=` is the last id it saw. */
export const GET: RequestHandler = async ({ locals, url }) => {
  const after = Number(url.searchParams.get('after') ?? '');
  if (!Number.isSafeInteger(after) || after < 0)
    error(
      400,
      `after: expected the id of a notification, got ${JSON.stringify(url.searchParams.get('after'))}`,
    );
  const learner = ownLearnerId(locals);
  return json(await inSchool(locals, (scope) => notificationsAfter(scope, { learner }, after)));
};
