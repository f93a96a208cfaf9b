import { randomBytes } from 'node:crypto';
import {
  type Handle,
  type HandleServerError,
  redirect,
  type RequestEvent,
  type ServerInit,
} from '@sveltejs/kit';
import { sessionHeader } from '#lib/client/session-tag.ts';
import { doors } from '#lib/i18n/doors.ts';
import { isLocale, type Locale, preferredLocale } from '#lib/i18n/index.ts';
import { decide, operationOf, type Visitor } from '#lib/server/auth/access.ts';
import { identifyKey } from '#lib/server/auth/api-keys.ts';
import { deviceTag } from '#lib/server/auth/device-tag.ts';
import { inSchool, reachesObject } from '#lib/server/auth/reach.ts';
import { isForPrograms, refuse } from '#lib/server/auth/refusal.ts';
import { readSession, sessionCookieName, sweepSessions } from '#lib/server/auth/sessions.ts';
import { app } from '#lib/server/platform/app.ts';
import { compressed } from '#lib/server/platform/compress.ts';

const sweepMs = 3_600_000;
const languageCookie = 'merito_language';
const fallbackLocale: Locale = 'it';

export const init: ServerInit = async () => {
  const running = await app();
  await sweepSessions(running);
  setInterval(() => {
    sweepSessions(running).catch((error: unknown) => running.log.warn({ error }, 'sessions: sweep failed'));
  }, sweepMs).unref();
};

type Next = () => Promise<Response>;

/** Every request passes here, outermost first, before any load, action or endpoint runs. */
export const handle: Handle = ({ event, resolve }) =>
  protect(event, () => identify(event, () => guard(event, () => speak(event, resolve))));

async function protect(event: RequestEvent, next: Next): Promise<Response> {
  const response = await compressed(event.request, await next());
  const { headers } = response;
  headers.set('x-content-type-options', 'nosniff');
  headers.set('x-frame-options', 'DENY');
  headers.set('referrer-policy', 'strict-origin-when-cross-origin');
  headers.set('permissions-policy', 'camera=(), microphone=(), geolocation=()');
  // Pages bring their own, with a nonce for each script.
  if (!headers.has('content-security-policy'))
    headers.set('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
  if (event.locals.user && !headers.has('cache-control')) headers.set('cache-control', 'private, no-store');
  const { config, clock } = await app();
  headers.set(sessionHeader, deviceTag(event.locals, clock.now()));
  if (config.origin.startsWith('https:')) headers.set('strict-transport-security', 'max-age=31536000');
  return response;
}

async function identify(event: RequestEvent, next: Next): Promise<Response> {
  const door = await app();
  event.locals.user = null;
  event.locals.apiKey = null;
  event.locals.sessionId = null;
  event.locals.sessionEndsAt = null;
  event.locals.locale = localeOf(event);
  const authorization = event.request.headers.get('authorization');
  if (authorization && /^bearer\b/i.test(authorization)) {
    event.locals.apiKey = await identifyKey(door, authorization);
    return event.locals.apiKey ? next() : refuse(event, 401);
  }
  const session = await readSession(door, event.cookies.get(sessionCookieName(door.config.origin)));
  if (session?.cookie)
    event.cookies.set(session.cookie.name, session.cookie.value, { path: '/', ...session.cookie.attributes });
  event.locals.user = session?.user ?? null;
  event.locals.sessionId = session?.id ?? null;
  event.locals.sessionEndsAt = session?.endsAt ?? null;
  event.locals.locale = localeOf(event);
  return next();
}

/** The person's choice, then the browser's: `?lang=en` on any page chooses, and a cookie keeps it. */
function localeOf({ url, cookies, locals, request }: RequestEvent): Locale {
  const wanted = [url.searchParams.get('lang'), locals.user?.locale, cookies.get(languageCookie)];
  return wanted.find(isLocale) ?? preferredLocale(request.headers.get('accept-language')) ?? fallbackLocale;
}

async function speak(event: RequestEvent, resolve: Parameters<Handle>[0]['resolve']): Promise<Response> {
  const { locale } = event.locals;
  if (isLocale(event.url.searchParams.get('lang')))
    event.cookies.set(languageCookie, locale, {
      path: '/',
      maxAge: 31_536_000,
      secure: event.url.protocol === 'https:',
    });
  return resolve(event, { transformPageChunk: ({ html }) => html.replace('%lang%', locale) });
}

/** Deny by default: what the access table does not allow never reaches a load, an action or an endpoint. */
async function guard(event: RequestEvent, next: Next): Promise<Response> {
  const routeId = event.route.id;
  // No route, so nothing to guard: SvelteKit answers 404.
  if (routeId === null) return next();
  const operation = operationOf(routeId, event.request.method, event.url);
  const decision = decide(routeId, operation, visitorOf(event.locals));
  if (decision.verdict === 'log in') return askToLogIn(event);
  if (decision.verdict === 'refuse') {
    const { log } = await app();
    const { because, status } = decision;
    if (because === 'undeclared route')
      log.error({ routeId }, 'access: this route is missing from the access table');
    else log.info({ routeId, operation, because }, 'access: refused');
    return refuse(event, status);
  }
  const { reaches } = decision;
  if (
    reaches &&
    !(await inSchool(event.locals, (s) => reachesObject(s, event.locals, reaches, event.params)))
  )
    return refuse(event, 404);
  return next();
}

function visitorOf({ user, apiKey }: App.Locals): Visitor {
  if (apiKey) return { kind: 'program', scopes: apiKey.scopes };
  return user ? { kind: 'person', role: user.role } : { kind: 'anonymous' };
}

function askToLogIn(event: RequestEvent): Response {
  if (isForPrograms(event)) return refuse(event, 401);
  const { pathname, search } = event.url;
  const next = event.request.method === 'GET' ? `?next=${encodeURIComponent(pathname + search)}` : '';
  redirect(303, `/login${next}`);
}

/** The log knows the failure under an id; the person gets the id and no more. */
export const handleError: HandleServerError = async ({ error, event, status }) => {
  const words = doors[event.locals.locale ?? fallbackLocale];
  if (status === 404) return { message: words.refusals[404] };
  const id = randomBytes(4).toString('hex');
  const { log } = await app();
  log.error({ error, id, routeId: event.route.id, method: event.request.method }, 'request failed');
  return { message: words.failure, id };
};
