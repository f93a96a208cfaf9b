import { parseArgs } from 'node:util';
import { type Browser, chromium, type Page, request } from '@playwright/test';
import { ensurePages } from '../src/cli/build-pages.ts';
import { browserArguments, browserPath } from '../tests/support/browser.ts';
import { enter, startDemo, untilPreviewModel } from './support/demo-server.ts';
import { median, processorMark } from './support/measure.ts';

// The learner's page in a lab: built, served by the real server with demo data, in fresh contexts of a phone's size, as the
// processor is and slowed down four times. `npm run bench:page -- --contexts 5 --url http://localhost:3000 --email … --password …`
// takes a demo that runs already.

const { values: told } = parseArgs({
  options: {
    contexts: { type: 'string', default: '5' },
    port: { type: 'string', default: '3961' },
    url: { type: 'string' },
    email: { type: 'string', default: 's0003@demo.merito.example' },
    password: { type: 'string', default: 'merito-demo-2026' },
  },
});

/** All in milliseconds, but for the shift. */
interface Visit {
  readonly largestPaint: number;
  readonly shift: number;
  /** From the start of the visit until the sliders answer on this device. */
  readonly live: number;
  /** The slowest answer to a touch of a slider, from the touch to the next paint; the browser rounds to 8 ms. */
  readonly slowest: number;
}

const targets: { readonly [K in keyof Visit]?: { readonly most: number; readonly words: string } } = {
  largestPaint: { most: 1000, words: '≤ 1,000 ms' },
  shift: { most: 0, words: '0' },
  slowest: { most: 50, words: '≤ 50 ms' },
};
const names: { readonly [K in keyof Visit]: string } = {
  largestPaint: 'largest paint (LCP), ms',
  shift: 'layout shift (CLS)',
  live: 'sliders answer on the device after, ms',
  slowest: 'slowest answer to a slider, ms',
};

interface Watched {
  largestPaint: number;
  shift: number;
  slowest: number;
}

declare global {
  interface Window {
    watched?: Watched;
  }
}

function watch(): void {
  const watched: Watched = { largestPaint: 0, shift: 0, slowest: 0 };
  window.watched = watched;
  const observe = (options: PerformanceObserverInit, see: (entry: PerformanceEntry) => void) =>
    new PerformanceObserver((list) => list.getEntries().forEach(see)).observe({ buffered: true, ...options });
  observe({ type: 'largest-contentful-paint' }, ({ startTime }) => (watched.largestPaint = startTime));
  observe({ type: 'layout-shift' }, (entry) => {
    const { value, hadRecentInput } = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
    if (!hadRecentInput) watched.shift += value;
  });
  observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit, (entry) => {
    const { interactionId, duration } = entry as PerformanceEntry & { interactionId: number };
    if (interactionId) watched.slowest = Math.max(watched.slowest, duration);
  });
}

async function visit(browser: Browser, url: string, state: string, slower: number): Promise<Visit> {
  const context = await browser.newContext({
    baseURL: url,
    storageState: JSON.parse(state),
    viewport: { width: 390, height: 844 },
    locale: 'it-IT',
  });
  const page = await context.newPage();
  await page.addInitScript(watch);
  const session = await context.newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: slower });
  await page.goto('/me', { waitUntil: 'load' });
  await page.waitForTimeout(1_500);
  const { largestPaint = 0 } = (await page.evaluate(() => window.watched)) ?? {};
  const live = await reachPanel(page);
  await moveSliders(page);
  const { shift = NaN, slowest = NaN } = (await page.evaluate(() => window.watched)) ?? {};
  await context.close();
  return { largestPaint, shift, live, slowest };
}

async function reachPanel(page: Page): Promise<number> {
  await page.locator('#what-if').scrollIntoViewIfNeeded();
  await page.locator('#what-if input[type=range]').first().waitFor();
  return page.evaluate(() => performance.now());
}

/** Keys and the pointer, on the first two sliders. */
async function moveSliders(page: Page): Promise<void> {
  const sliders = page.locator('#what-if input[type=range]:enabled');
  for (const at of [0, 1]) {
    const slider = sliders.nth(at);
    await slider.focus();
    for (const key of ['Home', ...Array<string>(6).fill('ArrowRight')]) {
      await page.keyboard.press(key);
      await page.waitForTimeout(120);
    }
    const box = await slider.boundingBox();
    if (!box) continue;
    await page.mouse.move(box.x + 4, box.y + box.height / 2);
    await page.mouse.down();
    for (let step = 0; step <= 10; step++)
      await page.mouse.move(box.x + (box.width * step) / 10, box.y + box.height / 2);
    await page.mouse.up();
    await page.waitForTimeout(200);
  }
}

async function measure(url: string, email: string, password: string): Promise<void> {
  const door = await request.newContext();
  await enter(door, url, email, password);
  await untilPreviewModel(door, url, 15);
  const state = JSON.stringify(await door.storageState());
  await door.dispose();
  const browser = await chromium.launch({ executablePath: browserPath(), args: [...browserArguments] });
  console.log(`the learner's page: medians of ${told.contexts} fresh contexts; ${processorMark()}`);
  for (const slower of [1, 4]) {
    const visits: Visit[] = [];
    for (let i = 0; i < Number(told.contexts); i++) visits.push(await visit(browser, url, state, slower));
    console.log(`\nprocessor ${slower === 1 ? 'as it is' : `slowed down ${slower} times`}`);
    for (const key of Object.keys(names) as (keyof Visit)[])
      print(
        key,
        visits.map((one) => one[key]),
      );
  }
  console.log(`\nafterwards ${processorMark()}`);
  await browser.close();
}

function print(key: keyof Visit, values: readonly number[]): void {
  const digits = key === 'shift' ? 4 : 0;
  const value = median(values);
  const target = targets[key];
  const verdict = target ? `  target ${target.words}: ${value <= target.most ? 'met' : 'missed'}` : '';
  const range = `${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)}`;
  console.log(`  ${names[key].padEnd(42)} ${value.toFixed(digits).padStart(7)} (${range})${verdict}`);
}

await ensurePages();
if (told.url) await measure(told.url, told.email, told.password);
else {
  const demo = await startDemo(Number(told.port));
  try {
    await measure(demo.url, demo.emails.learner, demo.password);
  } finally {
    await demo.stop();
  }
}
