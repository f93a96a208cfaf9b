import type { RequestEvent } from '@sveltejs/kit';
import type { Locale } from '#lib/i18n/index.ts';
import { doors } from '#lib/i18n/doors.ts';
import { access } from './access.ts';

export type RefusalStatus = 401 | 403 | 404 | 405;

/** The refusal in the form the asker reads: a problem for programs, data for SvelteKit's client, else a page. */
export function refuse(event: RequestEvent, status: RefusalStatus): Response {
  const message = doors[event.locals.locale].refusals[status];
  if (isForPrograms(event)) return problem(status, message);
  if (event.isDataRequest) return Response.json({ message }, { status });
  if (isEnhancedForm(event)) return Response.json({ type: 'error', status, error: { message } }, { status });
  return page(event.locals.locale, status, message);
}

/** @see RFC 9457 */
export function problem(status: RefusalStatus, detail: string): Response {
  const headers = new Headers({ 'content-type': 'application/problem+json' });
  if (status === 401) headers.set('www-authenticate', 'Bearer realm="merito"');
  const title = doors.en.refusalTitles[status];
  return new Response(JSON.stringify({ type: 'about:blank', title, status, detail }), { status, headers });
}

/** Whether the asker is a program: everything below /api, and every route that has no page. */
export function isForPrograms(event: RequestEvent): boolean {
  const rules = access[event.route.id ?? ''];
  return rules ? rules.load === undefined : event.url.pathname.startsWith('/api/');
}

function isEnhancedForm({ request }: RequestEvent): boolean {
  return request.method === 'POST' && request.headers.get('accept') === 'application/json';
}

/** Whole in itself: a refusal comes before any layout may load. */
function page(locale: Locale, status: RefusalStatus, message: string): Response {
  const { refusalTitles, backHome } = doors[locale];
  const body = `<!doctype html>
<html lang="${locale}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${refusalTitles[status]} · Merito</title>
  </head>
  <body>
    <main>
      <h1>${refusalTitles[status]}</h1>
      <p>${message}</p>
      <p><a href="/">${backHome}</a></p>
    </main>
  </body>
</html>
`;
  return new Response(body, { status, headers: { 'content-type': 'text/html; charset=utf-8' } });
}
