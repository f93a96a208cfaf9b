import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { enterKept, expectKept, holdings } from './device.ts';
import { type Front, openFront } from './front.ts';
import { demoSchool, logIn } from './people.ts';

// The learner's page without a network, and new versions that come without being pushed on anybody.

const offlineNote = /^You are offline\. As of .*\d{4}/;

test.describe('without a network', () => {
  let context: BrowserContext;
  let page: Page;

  test.beforeAll(async ({ browser }) => {
    ({ context, page } = await enterKept(browser));
    await expectKept(page, '/me/preview.json');
    await page.waitForLoadState('networkidle');
    await context.setOffline(true);
  });

  test.afterAll(() => context.close());

  test('the learner’s pages open, and say of when they are', async () => {
    await page.goto('/me');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByRole('region', { name: 'Earned', exact: true })).toBeVisible();
    await expect(page.getByText(offlineNote)).toBeVisible();
    await page.reload();
    await expect(page.getByRole('region', { name: 'Earned', exact: true })).toBeVisible();
    await page.getByRole('link', { name: 'My history' }).click();
    await expect(page).toHaveURL(/\/me\/history$/);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByText(offlineNote)).toBeVisible();
  });

  test('what would happen is reckoned on the device', async () => {
    await page.goto('/me');
    const panel = page.getByRole('region', { name: 'What if …?' });
    await panel.scrollIntoViewIfNeeded();
    await expect(panel.getByText('Computed on your device; nothing you try here is sent.')).toBeVisible();
    const before = await panel.locator('.results').innerText();
    for (const slider of await panel.getByRole('slider').all())
      if (await slider.isEnabled()) await slider.press('End');
    await expect.poll(() => panel.locator('.results').innerText()).not.toBe(before);
  });

  test('the start leads to the learner’s page', async () => {
    await page.goto('/');
    await expect(page).toHaveURL(/\/me$/);
  });

  test('what is not kept says so in both languages', async () => {
    const response = await page.goto('/account');
    expect(response?.status()).toBe(503);
    await expect(page.getByRole('heading', { name: 'Non c’è rete' })).toBeVisible();
    await expect(page.getByRole('heading', { name: 'You are offline' })).toBeVisible();
    await page.getByRole('link', { name: 'My badges' }).click();
    await expect(page.getByRole('region', { name: 'Earned', exact: true })).toBeVisible();
  });

  test('the page takes up where it was once the network is back', async () => {
    await page.goto('/me');
    await expect(page.getByText(offlineNote)).toBeVisible();
    const asked = page.waitForResponse((response) => response.url().includes('/me/__data.json'));
    await context.setOffline(false);
    expect((await asked).status()).toBe(200);
    await expect(page.getByText(offlineNote)).toBeHidden();
    await page.goto('/account');
    await expect(page.getByRole('heading', { name: 'Your account' })).toBeVisible();
  });
});

test('pages of staff are not kept', async ({ browser }) => {
  const { context, page } = await enterKept(browser);
  const { password, emails, url } = demoSchool();
  await context.clearCookies();
  await logIn(page, url, emails.teacher, password);
  await page.goto('/reviews');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await context.setOffline(true);
  expect((await page.goto('/reviews'))?.status()).toBe(503);
  expect((await page.goto('/me'))?.status()).toBe(503);
  await context.close();
});

test.describe('behind a server of the school', () => {
  let front: Front;
  let context: BrowserContext;
  let page: Page;

  test.beforeEach(async ({ browser }) => {
    const { url, password, emails } = demoSchool();
    front = await openFront(url);
    context = await browser.newContext({ baseURL: front.url, locale: 'en-GB' });
    page = await context.newPage();
    await logIn(page, front.url, emails.learner, password);
    await expectKept(page);
  });

  test.afterEach(async () => {
    await context.close();
    await front.stop();
  });

  test('when that is away, the copy says so', async () => {
    front.setAway(true);
    await page.goto('/me');
    await expect(page.getByRole('region', { name: 'Earned', exact: true })).toBeVisible();
    await expect(page.getByText(/^The school’s server does not answer\. As of /)).toBeVisible();
  });

  test('a new version waits until a person agrees, in each tab by itself', async () => {
    const other = await context.newPage();
    await other.goto('/me');
    await Promise.all([page, other].map(countLoads));
    await expectKept(other);
    front.bringOut('second-build');
    await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
    const update = page.getByRole('button', { name: 'Update' });
    await expect(update).toBeVisible();
    await expect(other.getByRole('button', { name: 'Update' })).toBeVisible();
    expect(await Promise.all([page, other].map(loadsSince))).toEqual([0, 0]);

    await update.click();
    await expect(update).toBeHidden();
    await expect(other.getByText('This page is from before the update.')).toBeVisible();
    expect(await Promise.all([page, other].map(loadsSince))).toEqual([1, 0]);
    const builds = Object.keys((await holdings(page)).caches).filter((name) => name.includes('build'));
    expect(builds).toHaveLength(2);
    expect(builds).toContain('merito-build-second-build');

    await other.getByRole('link', { name: 'My history' }).click();
    await expect(other).toHaveURL(/\/me\/history$/);
    expect(await loadsSince(other)).toBe(0);
    await other.getByRole('button', { name: 'Load it again' }).click();
    await expect(other.getByText('This page is from before the update.')).toBeHidden();
    expect(await Promise.all([page, other].map(loadsSince))).toEqual([1, 1]);
  });

  test('a notice that is put off stays away, and the page goes on', async () => {
    front.bringOut('third-build');
    await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
    await page.getByRole('button', { name: 'Not now' }).click();
    await expect(page.getByRole('button', { name: 'Update' })).toBeHidden();
    await page.reload();
    await expect(page.getByRole('button', { name: 'Update' })).toBeVisible();
  });
});

/** From now on each load of the page counts; the count lives as long as the tab. */
async function countLoads(page: Page): Promise<void> {
  await page.addInitScript(() => {
    sessionStorage.setItem('loads', String(Number(sessionStorage.getItem('loads') ?? 0) + 1));
  });
}

function loadsSince(page: Page): Promise<number> {
  return page.evaluate(() => Number(sessionStorage.getItem('loads') ?? 0));
}
