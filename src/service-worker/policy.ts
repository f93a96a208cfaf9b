/** What the worker does with a request. */
export type Strategy =
  /** As if there were no worker. */
  | { readonly kind: 'leave alone' }
  /** A file of the build, whose name changes with its content: the copy first. */
  | { readonly kind: 'asset' }
  /** A small model, whose address carries its version: the learner's copy first. */
  | { readonly kind: 'model'; readonly key: string }
  /** A page or data of the learner's own: the network first, the last copy without one. Not all answers are kept. */
  | { readonly kind: 'own'; readonly key: string; readonly isPage: boolean; readonly isKept: boolean }
  /** Any other page: the network alone, and a page that says so without one. */
  | { readonly kind: 'page' }
  /** The start: it leads to the learner's page, without a network as well. */
  | { readonly kind: 'start' }
  /** Somebody logs out. */
  | { readonly kind: 'log out' };

export interface Asked {
  readonly method: string;
  readonly url: URL;
  /** True for what a person opens, false for what a page asks for. */
  readonly isNavigation: boolean;
}

export const learnerStart = '/me';
export const previewData = '/me/preview.json';
const leaveAlone: Strategy = { kind: 'leave alone' };
const ownPages: ReadonlySet<string> = new Set([learnerStart, '/me/history']);
const ownData: ReadonlySet<string> = new Set([previewData]);
const dataSuffix = '/__data.json';

/**
 * Everything that no line here names goes to the network alone and leaves no copy: the API, the pages of teachers and
 * admins, and whatever is sent.
 */
export function strategyFor({ method, url, isNavigation }: Asked, origin: string): Strategy {
  const { pathname } = url;
  if (url.origin !== origin) return leaveAlone;
  if (method === 'POST') return pathname === '/logout' ? { kind: 'log out' } : leaveAlone;
  if (method !== 'GET') return leaveAlone;
  if (pathname.startsWith('/_app/immutable/')) return { kind: 'asset' };
  if (/^\/me\/preview-model\/[^/]+\/[^/]+$/.test(pathname)) return { kind: 'model', key: pathname };
  const own = ownKey(url, isNavigation);
  if (own !== null) {
    const isPage = ownPages.has(own);
    return { kind: 'own', key: own, isPage, isKept: !isPage || isPlain(url) };
  }
  if (!isNavigation) return leaveAlone;
  return { kind: pathname === '/' ? 'start' : 'page' };
}

/** Under which name a copy is kept; null for what is not the learner's own. */
function ownKey({ pathname, search }: URL, isNavigation: boolean): string | null {
  if (ownPages.has(pathname)) return isNavigation ? pathname : null;
  if (ownData.has(pathname)) return pathname;
  // A search says which parts of the data are wanted: another one is another answer.
  if (pathname.endsWith(dataSuffix) && ownPages.has(pathname.slice(0, -dataSuffix.length)))
    return pathname + search;
  return null;
}

/** A question in the address (what if …) is answered by the server on the page: the copy is the page without it. */
function isPlain({ searchParams }: URL): boolean {
  return [...searchParams.keys()].every((name) => name === 'lang');
}

/** The files of the build that a page names in its text and in its Link header, as paths: what it needs to run. */
export function assetsIn(html: string, link: string | null, page: URL): string[] {
  const found = `${html}\n${link ?? ''}`.matchAll(/["'<]([^"'<>\s]*\/?_app\/immutable\/[^"'<>\s]+)["'>]/g);
  const urls = [...found].map(([, address = '']) => new URL(address, page));
  return [...new Set(urls.filter(({ origin }) => origin === page.origin).map(({ pathname }) => pathname))];
}

/** Which caches of past builds may go: pages of the build before this one may still be open. */
export function outdatedBuilds(names: readonly string[], current: string, prefix: string): string[] {
  const past = names.filter((name) => name.startsWith(prefix) && name !== current);
  return past.slice(0, -1);
}
