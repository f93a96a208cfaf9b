import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cookies, type Handle, isRedirect, type RequestEvent } from '@sveltejs/kit';
import { afterAll } from 'vitest';
import type { Clock } from '#lib/server/platform/clock.ts';
import { readConfig } from '#lib/server/platform/config.ts';
import type { Database } from '#lib/server/platform/db/client.ts';
import { createLog, type Log } from '#lib/server/platform/log.ts';
import type { Doorway } from '#lib/server/auth/sessions.ts';

export type TestApp = Doorway & { readonly log: Log };

/** Makes this database the running app's, so that hooks and routes can be called as SvelteKit calls them. */
export function installApp(
  database: Database,
  options: { readonly origin?: string; readonly clock?: Clock } = {},
): TestApp {
  const folder = mkdtempSync(join(tmpdir(), 'merito-doors-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const config = readConfig({ MERITO_DATA: folder, ORIGIN: options.origin ?? 'http://localhost:3000' });
  const clock = options.clock ?? { now: () => new Date() };
  const made: TestApp = { config, database, clock, log: createLog('silent') };
  (globalThis as { [slot: symbol]: unknown })[Symbol.for('merito.app')] = Promise.resolve(made);
  return made;
}

export interface Visit {
  readonly route: string | null;
  /** Path with the query, if any. */
  readonly path: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string | readonly string[]>>;
  readonly isDataRequest?: boolean;
  /** Cookies by name; what the answer sets is written back into it. */
  readonly jar?: Map<string, string>;
  readonly address?: string;
}

export interface CookieSet {
  readonly name: string;
  readonly value: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** The event SvelteKit would make of this visit. */
export function eventOf(visit: Visit): { event: RequestEvent; cookiesSet: CookieSet[] } {
  const cookiesSet: CookieSet[] = [];
  const url = new URL(visit.path, 'http://localhost:3000');
  const body = visit.form && formOf(visit.form);
  const request = new Request(url, {
    method: visit.method ?? (body ? 'POST' : 'GET'),
    headers: visit.headers,
    body,
  });
  const event = {
    request,
    url,
    route: { id: visit.route },
    params: visit.params ?? {},
    cookies: cookiesOf(visit.jar ?? new Map(), cookiesSet),
    locals: { user: null, apiKey: null, sessionId: null, sessionEndsAt: null, locale: 'en' },
    isDataRequest: visit.isDataRequest ?? false,
    getClientAddress: () => visit.address ?? '192.0.2.1',
    setHeaders: () => undefined,
  };
  return { event: event as unknown as RequestEvent, cookiesSet };
}

function formOf(fields: NonNullable<Visit['form']>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields))
    for (const one of Array.isArray(value) ? value : [value]) form.append(name, String(one));
  return form;
}

function cookiesOf(jar: Map<string, string>, cookiesSet: CookieSet[]): Cookies {
  const set = (name: string, value: string, options: object) => {
    cookiesSet.push({ name, value, options: { ...options } });
    jar.set(name, value);
  };
  return {
    get: (name) => jar.get(name),
    getAll: () => [...jar].map(([name, value]) => ({ name, value })),
    set,
    delete: (name, options) => set(name, '', options),
    serialize: (name, value) => `${name}=${value}`,
  };
}

export type Answer =
  | { readonly kind: 'entered'; readonly event: RequestEvent; readonly response: Response }
  | { readonly kind: 'redirected'; readonly to: string }
  | { readonly kind: 'refused'; readonly status: number; readonly response: Response };

/** Sends a visit through the hooks: `entered` when it got as far as a load, an action or an endpoint would. */
export async function passHooks(handle: Handle, visit: Visit): Promise<Answer> {
  const { event } = eventOf(visit);
  let entered = false;
  const resolve = () => {
    entered = true;
    return new Response('inside');
  };
  try {
    const response = await handle({ event, resolve });
    return entered
      ? { kind: 'entered', event, response }
      : { kind: 'refused', status: response.status, response };
  } catch (thrown) {
    if (isRedirect(thrown)) return { kind: 'redirected', to: thrown.location };
    throw thrown;
  }
}
