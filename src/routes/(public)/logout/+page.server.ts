import { redirect, type RequestEvent } from '@sveltejs/kit';
import { blankCookie, closeEverySession, closeSession } from '#lib/server/auth/sessions.ts';
import { app } from '#lib/server/platform/app.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals }) => {
  if (!locals.user) redirect(303, '/');
  return { locale: locals.locale };
};

export const actions: Actions = {
  // Named, since SvelteKit takes no default action beside a named one.
  here: async (event) => {
    if (event.locals.sessionId) await closeSession(await app(), event.locals.sessionId);
    await leave(event);
  },
  everywhere: async (event) => {
    if (event.locals.user) await closeEverySession(await app(), event.locals.user.id);
    await leave(event);
  },
};

async function leave(event: RequestEvent): Promise<never> {
  const { name, value, attributes } = blankCookie(await app());
  event.cookies.set(name, value, { path: '/', ...attributes });
  // Whoever comes next to this device finds nothing: no page in the cache of the back button, no copy, no worker.
  event.setHeaders({ 'clear-site-data': '"cache", "storage"' });
  redirect(303, '/login');
}
