import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { expect, type Page, test } from '@playwright/test';
import { enterDemo } from './people.ts';

// What the learner's page may cost: the script it needs before it is usable, and how much it moves while it comes.

/** Bytes, packed by brotli as the server sends them. */
const mostScript = 60 * 1024;
const mostShift = 0.01;
const files = 'build/client';

/** The scripts that the page is built of: those in its text and in its Link header, all static imports included. */
async function ownScripts(page: Page): Promise<string[]> {
  const answer = await page.request.get('/me', { headers: { accept: 'text/html' } });
  const text = `${answer.headers().link ?? ''}\n${await answer.text()}`;
  const found = [...text.matchAll(/_app\/immutable\/[\w./-]+\.js/g)].map(([path]) => path);
  return [...new Set(found)].filter((path) => existsSync(join(files, path)));
}

function packed(path: string): number {
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  return brotliCompressSync(readFileSync(join(files, path)), { params }).byteLength;
}

test('the learner’s page brings at most 60 KB of script of its own', async ({ browser }) => {
  const { context, page } = await enterDemo(browser, 'learner');
  const scripts = await ownScripts(page);
  const sizes = scripts.map((path) => ({ path, bytes: packed(path) }));
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  console.log(`page budget: ${total} of ${mostScript} bytes in ${scripts.length} scripts`);
  expect(scripts.some((path) => path.includes('/nodes/'))).toBe(true);
  expect(total, JSON.stringify(sizes, null, 1)).toBeLessThanOrEqual(mostScript);
  await context.close();
});

test('neither tfjs nor the preview is among them', async ({ browser }) => {
  const { context, page } = await enterDemo(browser, 'learner');
  for (const path of await ownScripts(page)) {
    const script = readFileSync(join(files, path), 'utf8');
    expect(script, path).not.toMatch(/tensorflow|LayersModel|marginsInto|socket\.io|chart\.js/i);
  }
  await context.close();
});

declare global {
  interface Window {
    shifts?: { value: number; at: string[] };
  }
}

/** Counts from the first paint on; what follows an input at once is its answer and no shift. */
async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const shifts: { value: number; at: string[] } = { value: 0, at: [] };
    window.shifts = shifts;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number;
        hadRecentInput: boolean;
        sources?: readonly { node?: Node }[];
      })[]) {
        if (entry.hadRecentInput) continue;
        shifts.value += entry.value;
        shifts.at.push(...(entry.sources ?? []).map(({ node }) => node?.nodeName ?? 'gone'));
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

for (const [device, viewport] of [
  ['a phone', { width: 390, height: 844 }],
  ['a desktop', { width: 1280, height: 900 }],
] as const) {
  test(`nothing moves on ${device} while the page comes and the panel opens`, async ({ browser }) => {
    const { context, page } = await enterDemo(browser, 'learner', { viewport });
    await watchShifts(page);
    await page.goto('/me', { waitUntil: 'networkidle' });
    await page.getByRole('heading', { name: 'What if' }).scrollIntoViewIfNeeded();
    await expect(page.getByText(/Computed on your device/i).first()).toBeVisible();
    await page.waitForTimeout(500);
    const shifts = await page.evaluate(() => window.shifts);
    expect(shifts?.value, JSON.stringify(shifts)).toBeLessThan(mostShift);
    await context.close();
  });
}
