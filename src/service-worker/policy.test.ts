import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { access } from '#lib/server/auth/access.ts';
import { assetsIn, outdatedBuilds, strategyFor } from './policy.ts';

const origin = 'https://merito.school.example';
const ask = (address: string, options: { method?: string; isNavigation?: boolean } = {}) =>
  strategyFor(
    {
      url: new URL(address, origin),
      method: options.method ?? 'GET',
      isNavigation: options.isNavigation ?? false,
    },
    origin,
  );
const open = (address: string) => ask(address, { isNavigation: true });

describe('what the worker does', () => {
  test('files of the build come from their copy', () => {
    expect(ask('/_app/immutable/chunks/a1b2.js')).toEqual({ kind: 'asset' });
    expect(ask('/_app/version.json')).toEqual({ kind: 'leave alone' });
  });

  test('the learner’s pages and data are kept', () => {
    expect(open('/me')).toEqual({ kind: 'own', key: '/me', isPage: true, isKept: true });
    expect(open('/me/history')).toEqual({ kind: 'own', key: '/me/history', isPage: true, isKept: true });
    expect(ask('/me/preview.json')).toEqual({
      kind: 'own',
      key: '/me/preview.json',
      isPage: false,
      isKept: true,
    });
    expect(ask('/me/__data.json?x-sveltekit-invalidated=01')).toEqual({
      kind: 'own',
      key: '/me/__data.json?x-sveltekit-invalidated=01',
      isPage: false,
      isKept: true,
    });
  });

  test('a page asked for in a language is the same page', () => {
    expect(open('/me?lang=en')).toEqual(open('/me'));
  });

  test('a page that answers a question stands in for no other, but is stood in for', () => {
    expect(open('/me?by=sunday&hand-ins=2')).toEqual({
      kind: 'own',
      key: '/me',
      isPage: true,
      isKept: false,
    });
  });

  test('models come from the learner’s copy', () => {
    expect(ask('/me/preview-model/v3/student.bin')).toEqual({
      kind: 'model',
      key: '/me/preview-model/v3/student.bin',
    });
    expect(ask('/me/preview-model/v3')).toEqual({ kind: 'leave alone' });
  });

  test('logging out is seen, and no other form', () => {
    expect(ask('/logout?/here', { method: 'POST', isNavigation: true })).toEqual({ kind: 'log out' });
    expect(ask('/logout?/everywhere', { method: 'POST' })).toEqual({ kind: 'log out' });
    expect(ask('/me?/goal', { method: 'POST' })).toEqual({ kind: 'leave alone' });
  });

  test('other pages tell that there is no network, data does not', () => {
    expect(open('/classes')).toEqual({ kind: 'page' });
    expect(open('/')).toEqual({ kind: 'start' });
    expect(ask('/classes/__data.json')).toEqual({ kind: 'leave alone' });
    expect(ask('/notifications?after=3')).toEqual({ kind: 'leave alone' });
  });

  test('other origins are none of its business', () => {
    expect(ask('https://elsewhere.example/me', { isNavigation: true })).toEqual({ kind: 'leave alone' });
  });
});

const keeps = (address: string, method: string, isNavigation: boolean) =>
  ['asset', 'model', 'own'].includes(ask(address, { method, isNavigation }).kind);

test('of all routes, only the learner’s leave a copy', () => {
  const others = Object.keys(access)
    .map((id) => id.replaceAll(/\/\([^)]*\)/g, '').replaceAll(/\[[^\]]*\]/g, '1') || '/')
    .filter((path) => path !== '/me' && !path.startsWith('/me/'));
  for (const path of others)
    for (const address of [path, `${path}/__data.json`, `${path}?x=1`])
      for (const isNavigation of [true, false])
        expect(keeps(address, 'GET', isNavigation), address).toBe(false);
});

test('what is sent leaves no copy, wherever it goes', () => {
  const method = fc.constantFrom('POST', 'PUT', 'PATCH', 'DELETE');
  const address = fc.constantFrom(
    '/me',
    '/me/history',
    '/me/preview.json',
    '/me/preview-model/v1/a.bin',
    '/_app/immutable/a.js',
  );
  fc.assert(fc.property(method, address, fc.boolean(), (m, a, isNavigation) => !keeps(a, m, isNavigation)));
});

test('a page names what it is built of', () => {
  const html = `<link href="../_app/immutable/assets/0.css" rel="stylesheet"><link rel="modulepreload"
    href="/_app/immutable/entry/start.js"><script>import("/_app/immutable/entry/start.js")</script>
    <img src="https://elsewhere.example/_app/immutable/x.js"><a href="/me">me</a>`;
  const link =
    '<../_app/immutable/nodes/11.js>; rel="modulepreload"; nopush, </fonts/a.woff2>; rel="preload"';
  expect(assetsIn(html, link, new URL('/me/history', origin))).toEqual([
    '/_app/immutable/assets/0.css',
    '/_app/immutable/entry/start.js',
    '/_app/immutable/nodes/11.js',
  ]);
  expect(assetsIn('<p>Nothing</p>', null, new URL('/me', origin))).toEqual([]);
});

test('the build before this one stays for the pages that are open', () => {
  const names = ['merito-build-1', 'merito-learner-x', 'merito-build-2', 'merito-build-3'];
  expect(outdatedBuilds(names, 'merito-build-3', 'merito-build-')).toEqual(['merito-build-1']);
  expect(outdatedBuilds(['merito-build-3'], 'merito-build-3', 'merito-build-')).toEqual([]);
});
