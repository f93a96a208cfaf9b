import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Builds } from './builds.ts';
import type { Copy, LearnerCopies } from './copies.ts';
import { keep, type Keeping } from './keep.ts';

const origin = 'https://merito.school.example';
const at = Date.UTC(2026, 8, 14, 8);
const model = '/me/preview-model/v3/preview.bin';
const answers: Readonly<Record<string, () => Response>> = {
  '/me': () =>
    new Response('<script>import("/_app/immutable/entry/start.js")</script>', {
      headers: { link: '</_app/immutable/nodes/2.js>; rel="modulepreload"' },
    }),
  '/me/preview.json': () => Response.json({ model: { version: 'v3', url: model } }),
  [model]: () => new Response('weights'),
};

let asked: string[];
let ways: Set<RequestCache>;
let received: (string | null)[];
let assets: string[];
let known: Map<string, Copy>;
let keeping: Keeping;

beforeEach(() => {
  [asked, received, assets] = [[], [], []];
  ways = new Set();
  known = new Map();
  const copies: LearnerCopies = {
    moment: () => 0,
    receive: async (_, key) => void received.push(key),
    find: async (key) => known.get(key) ?? null,
    forget: async () => undefined,
  };
  const builds = { keepAssets: async (paths: readonly string[]) => void assets.push(...paths) };
  keeping = {
    copies,
    builds: builds as unknown as Builds,
    now: () => at,
    get: async ({ url, cache }) => {
      ways.add(cache);
      const { pathname } = new URL(url);
      asked.push(pathname);
      return answers[pathname]?.() ?? new Response('', { status: 404 });
    },
  };
});

const copyFrom = (minutes: number): Copy => ({
  response: new Response(''),
  keptAt: new Date(at - minutes * 60_000),
});

describe('what a page asks to be kept', () => {
  test('comes with the files the page is built of', async () => {
    await keep(keeping, ['/me'], origin);
    expect(received).toEqual(['/me']);
    expect(assets).toEqual(['/_app/immutable/entry/start.js', '/_app/immutable/nodes/2.js']);
  });

  test('the preview comes with its model', async () => {
    await keep(keeping, ['/me/preview.json'], origin);
    expect(received).toEqual(['/me/preview.json', model]);
  });

  test('all comes from the server, not from what the browser once got for somebody else', async () => {
    await keep(keeping, ['/me', '/me/preview.json'], origin);
    expect(asked).toContain(model);
    expect(ways).toEqual(new Set(['no-store']));
  });

  test('is not fetched again while it is fresh, and a model never', async () => {
    known.set('/me', copyFrom(59)).set(model, copyFrom(10_000));
    await keep(keeping, ['/me', model], origin);
    expect(asked).toEqual([]);
    known.set('/me', copyFrom(61));
    await keep(keeping, ['/me'], origin);
    expect(asked).toEqual(['/me']);
  });

  test('files of the build go to the build', async () => {
    await keep(keeping, ['/_app/immutable/chunks/a.js'], origin);
    expect([asked, assets]).toEqual([[], ['/_app/immutable/chunks/a.js']]);
  });

  test('beyond the policy nothing is kept', async () => {
    await keep(keeping, ['/classes', '/api/v1/health', 'https://elsewhere.example/me'], origin);
    expect([asked, received]).toEqual([[], []]);
  });

  test('one that fails holds up no other', async () => {
    const { get } = keeping;
    const failing = vi.fn((request: Request) =>
      request.url.endsWith('/me') ? Promise.reject(new TypeError('no network')) : get(request),
    );
    await keep({ ...keeping, get: failing }, ['/me', '/me/preview.json'], origin);
    expect(received).toEqual(['/me/preview.json', model]);
  });
});
