import { outdatedBuilds } from './policy.ts';

/** The files of builds. They belong to nobody and outlive a log-out where the browser lets them. */
export interface Builds {
  /** What must be there before the network goes: called once, when this build comes onto the device. */
  stock(): Promise<void>;
  /** Lets go of builds that no open page can be of any more. */
  clear(): Promise<void>;
  asset(request: Request): Promise<Response>;
  /** Fetches those of these paths that are not there yet. A missing one is asked for again when a page needs it. */
  keepAssets(paths: readonly string[]): Promise<void>;
  hasAssets(paths: readonly string[]): Promise<boolean>;
  offlinePage(): Promise<Response>;
}

export const buildPrefix = 'merito-build-';
const offlinePath = '/offline.html';

export function openBuilds(
  storage: CacheStorage,
  version: string,
  get: (request: Request) => Promise<Response>,
): Builds {
  const name = buildPrefix + version;

  // Of whichever build: names carry a hash of the content.
  const find = (path: string) => storage.match(path, { ignoreVary: true });

  async function fetchInto(request: Request): Promise<Response> {
    const response = await get(request);
    if (response.status !== 200 || response.type !== 'basic') return response;
    const { pathname } = new URL(request.url);
    const cache = await storage.open(name);
    // A full device keeps no copy; the page works on.
    await cache.put(pathname, response.clone()).catch(() => undefined);
    return response;
  }

  async function keepOne(path: string): Promise<void> {
    if (await find(path)) return;
    await fetchInto(new Request(path));
  }

  return {
    stock: async () => (await storage.open(name)).add(new Request(offlinePath, { cache: 'reload' })),
    clear: async () => {
      const outdated = outdatedBuilds(await storage.keys(), name, buildPrefix);
      await Promise.all(outdated.map((old) => storage.delete(old)));
    },
    asset: async (request) => (await find(new URL(request.url).pathname)) ?? fetchInto(request),
    keepAssets: async (paths) => void (await Promise.allSettled(paths.map(keepOne))),
    hasAssets: async (paths) => (await Promise.all(paths.map(find))).every(Boolean),
    offlinePage: async () => {
      const page = await find(offlinePath);
      if (!page) return Response.error();
      return new Response(page.body, { status: 503, headers: page.headers });
    },
  };
}
