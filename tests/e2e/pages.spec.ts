import { type Browser, expect, type Page, test } from '@playwright/test';
import { findingsOf } from './axe.ts';
import { demoSchool, enterDemo } from './people.ts';

// Every page of the demo school, as each person sees it: nothing for axe to find, nothing wider than a phone,
// in light and dark, in both languages.

const pages = {
  learner: ['/me', '/me/history', '/account'],
  teacher: ['/classes', '/classes/:first', '/learners/:first', '/reviews'],
  admin: [
    '/admin',
    '/admin/models',
    '/admin/models/preview-check',
    '/admin/badges',
    '/admin/badges/studio',
    '/admin/badges/word-kept-1',
    '/admin/imports',
    '/admin/keys',
    '/admin/people',
  ],
} as const;

type Role = keyof typeof pages;
const phone = { width: 390, height: 844 };
const desktop = { width: 1280, height: 900 };

// The demo trains its models beside the pages: the page is judged with their cards on it.
test.beforeAll(async ({ browser }) => {
  const trainedWithin = { timeout: 300_000 };
  test.setTimeout(2 * trainedWithin.timeout);
  const { context, page } = await enterDemo(browser, 'admin');
  await page.goto('/admin/models');
  await expect(page.getByRole('region', { name: 'Training' }).getByText('Done')).toBeVisible(trainedWithin);
  await expect(page.getByText(/^Trained /).first()).toBeVisible();
  await context.close();
});

/** Opens a page; `:first` is the first link of that kind on the page before it. */
async function open(page: Page, path: string): Promise<void> {
  if (!path.endsWith('/:first')) {
    const response = await page.goto(path);
    expect(response?.status(), path).toBe(200);
    return;
  }
  const start = path.replace('/:first', '/');
  await page.goto('/classes');
  if (start === '/learners/') await page.locator('a[href^="/classes/"]').first().click();
  const link = page.locator(`main a[href^="${start}"]`).first();
  await page.goto((await link.getAttribute('href')) ?? `no link to ${start}`);
}

async function expectWell(page: Page, path: string): Promise<void> {
  await open(page, path);
  await expect(page.locator('h1')).toHaveCount(1);
  await expect(page).toHaveTitle(/Merito/);
  expect(await findingsOf(page), `axe on ${path}`).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow, `${path} is wider than the window`).toBeLessThanOrEqual(0);
}

async function walk(browser: Browser, role: Role, options: Parameters<typeof enterDemo>[2]): Promise<void> {
  const { context, page } = await enterDemo(browser, role, options);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (/^(http|ws)/.test(protocol) && host !== new URL(demoSchool().url).host)
      problems.push(`asked another host: ${request.url()}`);
  });
  for (const path of pages[role]) await expectWell(page, path);
  expect(problems).toEqual([]);
  await context.close();
}

for (const role of ['learner', 'teacher', 'admin'] as const) {
  test(`${role}: every page is well on a desktop, light, English`, async ({ browser }) => {
    await walk(browser, role, { viewport: desktop, colorScheme: 'light', locale: 'en-GB' });
  });
  test(`${role}: every page is well on a phone, dark, Italian`, async ({ browser }) => {
    await walk(browser, role, {
      viewport: phone,
      colorScheme: 'dark',
      locale: 'it-IT',
      reducedMotion: 'reduce',
    });
  });
}

test('strangers see the first page, the log-in, the API description, and nothing else', async ({ page }) => {
  const { url } = demoSchool();
  for (const path of ['/', '/login', '/api']) await expectWell(page, `${url}${path}`);
  await page.goto(`${url}/admin`);
  await expect(page).toHaveURL(/\/login\?next=%2Fadmin/);
});

test('a person speaks Italian where the browser does', async ({ browser }) => {
  const { context, page } = await enterDemo(browser, 'learner', { locale: 'it-IT' });
  await expect(page.locator('html')).toHaveAttribute('lang', 'it');
  await context.close();
});

test('the first Tab lands on a link past the navigation', async ({ browser }) => {
  const { context, page } = await enterDemo(browser, 'teacher');
  await page.goto('/reviews');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.locator('main')).toBeFocused();
  await context.close();
});

test('logging in, choosing a language and logging out work without JavaScript', async ({ browser }) => {
  const { context, page } = await enterDemo(browser, 'teacher', { javaScriptEnabled: false });
  await page.goto('/reviews');
  await expect(page.locator('h1')).toBeVisible();
  await page.goto('/logout');
  await page.getByRole('button', { name: 'Log out', exact: true }).first().click();
  await page.goto('/reviews');
  await expect(page).toHaveURL(/\/login/);
  await context.close();
});
