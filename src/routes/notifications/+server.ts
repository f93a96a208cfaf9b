import { error, json } from '@sveltejs/kit';
import { ownLearnerId } from '#lib/server/auth/own-learner.ts';
import { classesWithinReach, inSchool } from '#lib/server/auth/reach.ts';
import { markRead, notificationsAfter, type Reader } from '#lib/server/notifications/index.ts';
import { app } from '#lib/server/platform/app.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import type { RequestHandler } from './$types';

/** What a page missed while it was offline: `?after=` is the last id it saw. */
export const GET: RequestHandler = async ({ locals, url }) => {
  const after = idOf('after', url.searchParams.get('after'));
  return json(
    await inSchool(locals, async (scope) => notificationsAfter(scope, await readerOf(scope, locals), after)),
  );
};

/** A learner has seen the news up to the id in `upTo`. */
export const POST: RequestHandler = async ({ locals, request }) => {
  const learnerId = locals.user?.learnerId;
  if (!learnerId) error(403, 'Only learners mark their news as read.');
  const upTo = idOf('upTo', (await request.formData()).get('upTo'));
  const at = (await app()).clock.now();
  await inSchool(locals, (scope) => markRead(scope, learnerId, upTo, at));
  return new Response(null, { status: 204 });
};

function idOf(field: string, value: FormDataEntryValue | null): number {
  const id = typeof value === 'string' && value !== '' ? Number(value) : NaN;
  if (!Number.isSafeInteger(id) || id < 0)
    error(400, `${field}: expected the id of a notification, got ${JSON.stringify(value)}`);
  return id;
}

async function readerOf(scope: SchoolScope, locals: App.Locals): Promise<Reader> {
  if (locals.user?.role === 'learner') return { learner: ownLearnerId(locals) };
  const classes = await classesWithinReach(scope, locals);
  return classes === 'all' ? { school: true } : { classes };
}
