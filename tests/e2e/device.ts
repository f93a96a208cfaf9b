import { type Browser, type BrowserContext, expect, type Page } from '@playwright/test';
import { enterDemo } from './people.ts';

/** What a browser holds of a site, by name: for each cache its addresses, then everything else a page can keep. */
export interface Holdings {
  readonly caches: Readonly<Record<string, readonly string[]>>;
  readonly local: number;
  readonly session: readonly string[];
  readonly databases: number;
}

export function holdings(page: Page): Promise<Holdings> {
  return page.evaluate(async () => {
    const found: Record<string, string[]> = {};
    for (const name of await caches.keys()) {
      const requests = await (await caches.open(name)).keys();
      found[name] = requests.map(({ url }) => new URL(url).pathname);
    }
    return {
      caches: found,
      local: localStorage.length,
      session: Object.keys(sessionStorage),
      databases: (await indexedDB.databases()).length,
    };
  });
}

/** The copies of whoever is logged in; empty without any. */
export async function copiesOf(page: Page): Promise<readonly string[]> {
  const { caches } = await holdings(page);
  return Object.entries(caches).flatMap(([name, paths]) => (name.startsWith('merito-learner-') ? paths : []));
}

/** Waits until the learner's pages open without a network. */
export async function expectKept(page: Page, ...paths: readonly string[]): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await expect
    .poll(() => copiesOf(page), { timeout: 30_000 })
    .toEqual(expect.arrayContaining(['/me', '/me/history', ...paths]));
}

/** A learner whose page is kept on their device. */
export async function enterKept(
  browser: Browser,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<{ context: BrowserContext; page: Page }> {
  const { context, page } = await enterDemo(browser, 'learner', options);
  await expectKept(page);
  return { context, page };
}
