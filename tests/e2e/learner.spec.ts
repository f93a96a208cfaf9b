import { readFile } from 'node:fs/promises';
import { type Browser, type BrowserContext, expect, type Locator, type Page, test } from '@playwright/test';
import { findingsOf } from './axe.ts';
import { demoSchool, enterDemo, logIn } from './people.ts';

// The learner's own page, as a learner uses it: with a finger, with the keyboard, without scripts, while a teacher
// decides elsewhere.

// A page is read by axe, a school may be training its models beside it.
test.describe.configure({ timeout: 120_000 });

const phone = { width: 390, height: 844 };
const problems: string[] = [];

test.afterEach(() => {
  expect(problems.splice(0)).toEqual([]);
});

async function enter(
  browser: Browser,
  options: Parameters<typeof enterDemo>[2] = {},
): Promise<{ context: BrowserContext; page: Page }> {
  const entered = await enterDemo(browser, 'learner', options);
  watch(entered.page);
  await entered.page.goto('/me');
  return entered;
}

function watch(page: Page): void {
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
}

function panelOf(page: Page): Locator {
  return page.getByRole('region', { name: 'What if …?' });
}

/** The panel once the learner's own device answers. */
async function openPanel(page: Page): Promise<Locator> {
  const panel = panelOf(page);
  await panel.scrollIntoViewIfNeeded();
  await expect(panel.getByText('Computed on your device')).toBeVisible();
  return panel;
}

interface Row {
  readonly name: string;
  /** As a screen reader hears it. */
  readonly said: string;
}

/** Every badge of the panel, in order. */
function outlooks(panel: Locator): Promise<Row[]> {
  return panel.locator('li:has(h4)').evaluateAll((rows) =>
    rows.map((row) => ({
      name: row.querySelector('h4')?.textContent ?? '',
      said: row.querySelector('p .visually-hidden')?.textContent ?? '',
    })),
  );
}

const names = (rows: readonly Row[]) => rows.map(({ name }) => name);

test('what is supposed moves the numbers and the order, and the usual brings them back', async ({
  browser,
}) => {
  const { context, page } = await enter(browser);
  const panel = await openPanel(page);
  await panel.getByText('Four weeks', { exact: true }).click();
  const showAll = panel.getByRole('button', { name: /^Show all/ });
  if (await showAll.isVisible()) await showAll.click();
  const usual = await outlooks(panel);
  expect(usual.length).toBeGreaterThan(3);
  const sliders = panel.getByRole('slider');
  for (const slider of await sliders.all()) if (await slider.isEnabled()) await slider.press('End');
  const all = await outlooks(panel);
  expect(all.some(({ said }) => /^usually .+, with this /.test(said))).toBe(true);
  expect(names(all)).not.toEqual(names(usual));
  expect(names(all).toSorted()).toEqual(names(usual).toSorted());
  await expect(panel.getByText(/^First now: /)).toBeAttached();
  await panel.getByRole('button', { name: 'Back to your usual' }).click();
  await expect.poll(() => outlooks(panel)).toEqual(usual);
  await context.close();
});

test('each badge says why, and what each deed adds', async ({ browser }) => {
  const { context, page } = await enter(browser);
  const panel = await openPanel(page);
  await panel.getByRole('slider', { name: 'Days with a study session' }).press('End');
  await panel.getByText('Why', { exact: false }).first().click();
  await expect(panel.getByText('What each adds').first()).toBeVisible();
  await context.close();
});

test('the panel works with the keyboard alone', async ({ browser }) => {
  const { context, page } = await enter(browser);
  const panel = await openPanel(page);
  const days = panel.getByRole('slider', { name: 'Days with a study session' });
  const value = async () => Number(await days.inputValue());
  await days.focus();
  const before = await value();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  expect(await value()).toBe(before + 2);
  await expect(days).toBeFocused();
  await page.keyboard.press('Home');
  expect(await value()).toBe(0);
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Tab');
  await expect(days).toBeFocused();
  await context.close();
});

test('without scripts the panel is a form that the server answers', async ({ browser }) => {
  const { context, page } = await enter(browser, { javaScriptEnabled: false });
  const panel = panelOf(page);
  await panel.getByRole('radio', { name: 'Four weeks' }).check();
  const days = panel.getByRole('spinbutton', { name: 'Days with a study session' });
  await days.fill('2');
  await panel.getByRole('button', { name: 'Show what it would do' }).click();
  await expect(page).toHaveURL(/by=four-weeks.*study-days=2.*#what-if$/);
  await expect(panel.getByRole('radio', { name: 'Four weeks' })).toBeChecked();
  await expect(days).toHaveValue('2');
  await expect(panel.getByText('Computed by the school’s own server')).toBeVisible();
  await page.goto('/me?by=four-weeks&study-days=99');
  await expect(panel.getByRole('alert')).toContainText(
    'Days with a study session: expected a whole number from 0 to 28, got 99.',
  );
  await context.close();
});

test('server and device give the same answer to the same question', async ({ browser }) => {
  const query = '/me?by=four-weeks&study-days=9&practices=4';
  const { context, page } = await enter(browser, { javaScriptEnabled: false });
  await page.goto(query);
  const byServer = await outlooks(panelOf(page));
  await context.close();
  const { context: other, page: live } = await enter(browser);
  await live.goto(query);
  expect(await outlooks(await openPanel(live))).toEqual(byServer);
  await other.close();
});

function wantButton(page: Page): Locator {
  return page.getByRole('button', { name: /^I want this one/ });
}

const goals = (page: Page) => page.getByRole('region', { name: 'Your goals' });

/** Whatever an earlier visit left. */
async function dropAll(page: Page): Promise<void> {
  const drop = goals(page).getByRole('button', { name: /^Drop/ });
  for (let left = await drop.count(); left > 0; left--) {
    await drop.first().click();
    await expect(drop).toHaveCount(left - 1);
  }
}

test('a goal is set, has a plan, is dropped, and the drop undone', async ({ browser }) => {
  const { context, page } = await enter(browser);
  await dropAll(page);
  const within = page.getByRole('region', { name: 'Within reach' });
  const badge = (await within.getByRole('heading', { level: 3 }).first().textContent()) ?? '';
  const button = within.getByRole('button', { name: badge }).first();
  await button.focus();
  await page.keyboard.press('Enter');
  await expect(goals(page).getByRole('heading', { name: badge, level: 3 })).toBeVisible();
  await expect(button).toBeFocused();
  await expect(button).toContainText('Drop this goal');
  await expect(page.getByRole('status').filter({ hasText: 'is now your goal' })).toBeVisible();
  await expect(goals(page).getByRole('progressbar').first()).toBeVisible();
  await goals(page)
    .getByRole('button', { name: /^Drop this goal/ })
    .click();
  await expect(goals(page)).toHaveCount(0);
  const undo = page.getByRole('button', { name: 'Undo' });
  await expect(undo).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(goals(page).getByRole('heading', { name: badge, level: 3 })).toBeVisible();
  await page.reload();
  await expect(goals(page).getByRole('heading', { name: badge, level: 3 })).toBeVisible();
  await goals(page)
    .getByRole('button', { name: /^Drop this goal/ })
    .click();
  await expect(goals(page)).toHaveCount(0);
  await context.close();
});

test('goals work without scripts, three at most', async ({ browser }) => {
  const { context, page } = await enter(browser, { javaScriptEnabled: false });
  await dropAll(page);
  for (let set = 0; set < 3; set++) {
    await wantButton(page).first().click();
    await expect(page.getByText('is now your goal')).toBeVisible();
  }
  await wantButton(page).first().click();
  await expect(page.getByText('You have three goals.')).toBeVisible();
  // The browser notes the refusal, as it should.
  problems.splice(0, problems.length, ...problems.filter((text) => !text.includes('409')));
  for (let left = 3; left > 0; left--) {
    await expect(goals(page).getByRole('heading', { level: 3 })).toHaveCount(left);
    await goals(page).getByRole('button', { name: /^Drop/ }).first().click();
  }
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(goals(page).getByRole('heading', { level: 3 })).toHaveCount(1);
  await goals(page).getByRole('button', { name: /^Drop/ }).first().click();
  await expect(goals(page)).toHaveCount(0);
  await context.close();
});

interface Asked {
  readonly question: Locator;
  readonly badge: string;
  /** The learner's own page. */
  readonly page: Page;
}

/** A decision that waits for a person, about a badge which its learner may want: of a series the next one alone. */
async function findQuestion(browser: Browser, office: BrowserContext, admin: Page): Promise<Asked> {
  await admin.goto('/reviews');
  for (const question of await admin.getByRole('article').all()) {
    const title = (await question.getByRole('heading', { level: 2 }).textContent()) ?? '';
    const [name = '', badge = ''] = title.replaceAll(/\s+/g, ' ').trim().split(': ');
    const email = await emailOf(office, name);
    if (!email) continue;
    const context = await browser.newContext({ baseURL: demoSchool().url, locale: 'en-GB' });
    const page = await context.newPage();
    watch(page);
    await logIn(page, demoSchool().url, email, demoSchool().password);
    await page.getByText(/^Show the other/).click();
    if (
      (await page
        .getByRole('button')
        .filter({ hasText: `: ${badge}` })
        .count()) > 0
    )
      return { question, badge, page };
    await context.close();
  }
  throw new Error('reviews: expected one about a badge that its learner may want');
}

test('an award that arrives is sewn on, quietly, and fulfils the goal', async ({ browser }) => {
  const { context: office, page: admin } = await enterDemo(browser, 'admin');
  const { question, badge, page } = await findQuestion(browser, office, admin);
  await dropAll(page);
  await wantButton(page).filter({ hasText: badge }).first().click();
  await expect(goals(page).getByRole('heading', { name: badge, level: 3 })).toBeVisible();
  const focused = page.getByRole('link', { name: 'My history' });
  await focused.focus();
  await question.getByRole('button', { name: 'Approve' }).click();
  const news = page.getByRole('complementary', { name: `New badge: ${badge}` });
  await expect(news).toBeVisible({ timeout: 30_000 });
  await expect(focused).toBeFocused();
  await expect(page.getByRole('status').filter({ hasText: `New badge: ${badge}` })).toContainText(
    'Goal reached',
  );
  await expect(
    page.getByRole('region', { name: 'Earned', exact: true }).getByRole('heading', { name: badge }),
  ).toBeVisible();
  await expect(goals(page)).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(news).toHaveCount(0);
  await page.context().close();
  await office.close();
});

/** The log-in of a learner whose name the review queue shows; undefined for one without. */
async function emailOf(office: BrowserContext, name: string): Promise<string | undefined> {
  const page = await (await office.request.get('/admin/people', { params: { search: name } })).text();
  return new RegExp(`<strong>${name.replace("'", "(?:'|&#39;)")}</strong>\\s*<span[^>]*>([^<\\s]+)`).exec(
    page,
  )?.[1];
}

test('a badge is shared as a picture drawn on the device, or as words', async ({ browser }) => {
  const { context, page } = await enter(browser, { permissions: ['clipboard-read', 'clipboard-write'] });
  const asked: string[] = [];
  const earned = page.getByRole('region', { name: 'Earned', exact: true });
  const badge = (await earned.getByRole('heading', { level: 3 }).first().textContent()) ?? '';
  await earned
    .getByRole('button', { name: /^Share/ })
    .filter({ hasText: badge })
    .click();
  const dialog = page.getByRole('dialog', { name: `Share “${badge}”` });
  await expect(dialog.getByRole('img', { name: `A picture of the badge “${badge}”` })).toBeVisible();
  page.on('request', (request) => asked.push(request.url()));
  const download = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Save the picture' }).click();
  const bytes = await readFile(await (await download).path());
  expect(bytes.subarray(1, 4).toString()).toBe('PNG');
  expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([1200, 630]);
  await dialog.getByRole('button', { name: 'Copy the words' }).click();
  await expect(dialog.getByRole('status')).toHaveText('The words are copied.');
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain(badge);
  const { name } = await page.evaluate(() => ({ name: document.querySelector('h1')?.textContent ?? '' }));
  expect(copied).not.toContain(name.replace('Hi, ', ''));
  // The page's own code may come now; nothing of the learner goes anywhere.
  const isOwnCode = (url: string) => url.startsWith('blob:') || url.includes('/_app/immutable/');
  expect(asked.filter((url) => !isOwnCode(url))).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await context.close();
});

/** What the device's own sheet was handed. */
interface Handed {
  readonly title: string;
  readonly text: string;
  readonly files: readonly { readonly name: string; readonly type: string; readonly size: number }[];
}

declare global {
  interface Window {
    handed?: Handed[];
  }
}

/** A device with a sheet of its own for sharing, which this browser's has not. The second time it is closed unused. */
function bringSheet(): void {
  const handed: Handed[] = (window.handed = []);
  Object.assign(navigator, {
    canShare: () => true,
    share: ({ title = '', text = '', files = [] }: ShareData) => {
      handed.push({ title, text, files: files.map(({ name, type, size }) => ({ name, type, size })) });
      return handed.length === 1 ? Promise.resolve() : Promise.reject(new DOMException('', 'AbortError'));
    },
  });
}

test('a phone hands picture and words to its own sheet, and closing that is no failure', async ({
  browser,
}) => {
  const { context, page } = await enterDemo(browser, 'learner', { viewport: phone });
  watch(page);
  await page.addInitScript(bringSheet);
  await page.goto('/me');
  const earned = page.getByRole('region', { name: 'Earned', exact: true });
  await earned
    .getByRole('button', { name: /^Share/ })
    .first()
    .click();
  const dialog = page.getByRole('dialog');
  const send = dialog.getByRole('button', { name: 'Share …' });
  await send.click();
  await expect.poll(() => page.evaluate(() => window.handed?.length)).toBe(1);
  await send.click();
  await expect.poll(() => page.evaluate(() => window.handed?.length)).toBe(2);
  const [first] = (await page.evaluate(() => window.handed)) ?? [];
  expect(first?.files).toEqual([
    { name: expect.stringMatching(/^merito-.+\.png$/), type: 'image/png', size: expect.any(Number) },
  ]);
  expect(first?.files[0]?.size).toBeGreaterThan(10_000);
  expect(first?.text).toContain(first?.title);
  await expect(dialog.getByRole('status')).toBeEmpty();
  await context.close();
});

for (const [locale, viewport, colorScheme] of [
  ['en-GB', { width: 1280, height: 900 }, 'dark'],
  ['it-IT', phone, 'light'],
] as const) {
  test(`axe finds nothing in the open panel and dialog, ${locale}, ${viewport.width} wide`, async ({
    browser,
  }) => {
    const { context, page } = await enter(browser, {
      locale,
      viewport,
      colorScheme,
      reducedMotion: 'reduce',
    });
    const panel = page.locator('#what-if');
    await panel.scrollIntoViewIfNeeded();
    await expect(panel.getByRole('slider').first()).toBeVisible();
    await panel.getByRole('slider').first().press('End');
    await panel.locator('summary').first().click();
    await expect(panel.locator('h5').first()).toBeVisible();
    expect(await findingsOf(page)).toEqual([]);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await page
      .getByRole('button', { name: /^(Share|Condividi)/ })
      .first()
      .click();
    await expect(page.getByRole('dialog')).toBeVisible();
    expect(await findingsOf(page)).toEqual([]);
    await context.close();
  });
}

test('nothing moves while the page and its panel come', async ({ browser }) => {
  const { context, page } = await enterDemo(browser, 'learner', { viewport: phone });
  await page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { value, hadRecentInput } = entry as PerformanceEntry & {
          value: number;
          hadRecentInput: boolean;
        };
        if (!hadRecentInput) shifts.push(value);
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.goto('/me');
  await openPanel(page);
  const total = await page.evaluate(() =>
    (window as Window & { shifts?: number[] }).shifts?.reduce((sum, one) => sum + one, 0),
  );
  expect(total).toBeLessThan(0.01);
  await context.close();
});
