import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { copiesOf, enterKept, expectKept, holdings } from './device.ts';
import { demoSchool, logIn } from './people.ts';

// Nothing of one learner remains for the next person on the same device, however the first one left.

const nothing = { caches: {}, local: 0, session: [], databases: 0 };

/** As the page greets them. */
async function nameOn(page: Page): Promise<string> {
  return (await page.locator('header .name').textContent()) ?? '';
}

async function textWithoutNetwork(context: BrowserContext, page: Page, path: string): Promise<string> {
  await context.setOffline(true);
  try {
    await page.goto(path);
    return await page.locator('body').innerText();
  } catch (error) {
    // Without a worker the browser itself says that there is no network.
    expect(String(error)).toContain('ERR_INTERNET_DISCONNECTED');
    return '';
  } finally {
    await context.setOffline(false);
  }
}

test('nothing is sent while a learner supposes', async ({ browser }) => {
  const { context, page } = await enterKept(browser);
  const panel = page.getByRole('region', { name: 'What if …?' });
  await panel.scrollIntoViewIfNeeded();
  await expect(panel.getByText('Computed on your device; nothing you try here is sent.')).toBeVisible();
  await expectQuiet(page);
  const sent: string[] = [];
  context.on('request', (request) => sent.push(`${request.method()} ${request.url()}`));
  page.on('websocket', (socket) => sent.push(`socket ${socket.url()}`));
  const slider = panel.getByRole('slider').first();
  const least = Number(await slider.getAttribute('min'));
  const before = await panel.locator('.results').innerText();
  for (const key of ['Home', ...Array<string>(5).fill('ArrowRight'), 'End']) await slider.press(key);
  expect(Number(await slider.inputValue())).toBeGreaterThan(least);
  await panel.getByRole('radio', { name: 'Four weeks' }).check();
  await expect.poll(() => panel.locator('.results').innerText()).not.toBe(before);
  await page.waitForTimeout(1_500);
  expect(sent).toEqual([]);
  await context.close();
});

/** What the page fetches ahead has come: a second without a request. */
async function expectQuiet(page: Page): Promise<void> {
  let last = Date.now();
  page.context().on('request', () => (last = Date.now()));
  await expect.poll(() => Date.now() - last, { timeout: 30_000 }).toBeGreaterThan(1_000);
}

test('logging out leaves nothing on the device', async ({ browser }) => {
  const { context, page } = await enterKept(browser);
  const name = await nameOn(page);
  await page.evaluate(() => {
    localStorage.setItem('a note', 'of theirs');
    sessionStorage.setItem('a note', 'of theirs');
    indexedDB.open('of theirs');
  });
  await page.locator('header summary').filter({ hasText: name }).click();
  await page.getByRole('button', { name: 'Log out' }).click();
  await expect(page).toHaveURL(/\/login$/);
  await expect.poll(() => holdings(page)).toEqual(nothing);
  expect(await textWithoutNetwork(context, page, '/me')).not.toContain(name);
  await page.goto('/login');
  for (let step = 0; step < 3; step++) {
    await page.goBack();
    expect(await page.locator('body').innerText()).not.toContain(name);
  }
  await context.close();
});

test('the answer itself has the browser clear the device, scripts or none', async ({ browser }) => {
  const { context, page } = await enterKept(browser);
  const { url } = demoSchool();
  for (const action of ['everywhere', 'here']) {
    const headers = { origin: url, accept: 'text/html' };
    const answer = await page.request.post(`/logout?/${action}`, { headers, form: {}, maxRedirects: 0 });
    expect(answer.headers()['clear-site-data']).toBe('"cache", "storage"');
  }
  await context.close();
});

test('a page that is open elsewhere goes too', async ({ browser }) => {
  const { context, page } = await enterKept(browser);
  const other = await context.newPage();
  await other.goto('/me');
  await page.goto('/logout');
  await page.getByRole('button', { name: 'Log out', exact: true }).click();
  await expect(page).toHaveURL(/\/login$/);
  await expect(other).toHaveURL(/\/login$/);
  await context.close();
});

test('the next person finds nothing of one who never logged out', async ({ browser }) => {
  const { context, page } = await enterKept(browser);
  const { url, password, emails } = demoSchool();
  const [first, before] = [await nameOn(page), (await holdings(page)).caches];
  await context.clearCookies();
  const next = emails.learner === 's0001@demo.merito.example' ? 's0002' : 's0001';
  await logIn(page, url, `${next}@demo.merito.example`, password);
  await expect(page).toHaveURL(/\/me$/);
  await expectKept(page);
  const after = (await holdings(page)).caches;
  const learners = (caches: object) => Object.keys(caches).filter((name) => name.includes('learner'));
  expect(learners(after)).toHaveLength(1);
  expect(learners(after)).not.toEqual(learners(before));
  const second = await nameOn(page);
  const text = await textWithoutNetwork(context, page, '/me');
  expect(text).toContain(second);
  expect(text).not.toContain(first);
  await context.close();
});

test('a session that ended elsewhere takes the copies with it', async ({ browser }) => {
  const { context, page } = await enterKept(browser);
  await context.clearCookies();
  await page.goto('/me');
  await expect(page).toHaveURL(/\/login/);
  await expect.poll(() => copiesOf(page)).toEqual([]);
  expect(await textWithoutNetwork(context, page, '/me')).toContain('You are offline');
  await context.close();
});

test('a session that ended without a network shows nothing more', async ({ browser }) => {
  const { context, page } = await enterKept(browser);
  const name = await nameOn(page);
  await context.setOffline(true);
  await page.evaluate(async () => {
    const learner = (await caches.keys()).find((one) => one.startsWith('merito-learner-')) ?? '';
    await (await caches.open(learner)).put('/merito-until', new Response(String(Date.now() - 1)));
  });
  const text = await textWithoutNetwork(context, page, '/me');
  expect(text).not.toContain(name);
  expect(text).toContain('or your session has ended');
  expect(await copiesOf(page)).toEqual([]);
  await context.close();
});
