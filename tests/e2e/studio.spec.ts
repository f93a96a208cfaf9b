import { type Browser, expect, type Page, test } from '@playwright/test';
import { findingsOf } from './axe.ts';
import { enterDemo } from './people.ts';

// The badge studio as an admin uses it: walk, keep, mix, change, publish, by mouse and by keyboard, and without JavaScript.

test.describe.configure({ timeout: 180_000 });

/** The school is evaluated in the same breath as a badge goes live. */
const published = { timeout: 60_000 };

async function openStudio(
  browser: Browser,
  options: Parameters<typeof enterDemo>[2] = {},
): Promise<{ page: Page; close: () => Promise<void> }> {
  const { context, page } = await enterDemo(browser, 'admin', options);
  await page.goto('/admin/badges/studio');
  return { page, close: () => context.close() };
}

const wall = (page: Page) => page.getByRole('list', { name: 'Proposals' });
const pins = (page: Page) => page.getByRole('list', { name: 'Kept' });
const choice = (page: Page, name: string) => page.getByRole('combobox', { name, exact: true });
const namesOn = (page: Page) =>
  wall(page)
    .getByRole('button')
    .evaluateAll((buttons) => buttons.map((button) => button.getAttribute('aria-label')));

/** The place of the proposal that has the least in common with the first: between two alike lies nothing. */
async function leastAlike(page: Page): Promise<number> {
  const [first, ...others] = (await namesOn(page)).map((name) => (name ?? '').split(/[:,] /).slice(1));
  const shared = others.map((parts) => parts.filter((part) => first.includes(part)).length);
  return 1 + shared.indexOf(Math.min(...shared));
}

test('an admin walks, keeps, mixes, changes and publishes by mouse', async ({ browser }) => {
  const { page, close } = await openStudio(browser);
  await expect(wall(page).getByRole('button')).toHaveCount(12);
  const before = await namesOn(page);

  await page.getByRole('slider', { name: 'Map of the proposals' }).click({ position: { x: 30, y: 40 } });
  await expect.poll(() => namesOn(page)).not.toEqual(before);
  await page.getByRole('button', { name: 'Surprise me' }).click();

  await wall(page).getByRole('button').first().click();
  await page.getByRole('button', { name: 'Keep this one' }).click();
  await wall(page)
    .getByRole('button')
    .nth(await leastAlike(page))
    .click();
  await page.getByRole('button', { name: 'Keep this one' }).click();
  await expect(page.getByRole('button', { name: 'Already kept' })).toBeDisabled();
  await expect(pins(page).getByRole('listitem')).toHaveCount(2);
  for (const box of await pins(page).getByRole('checkbox').all()) await box.check();
  const mix = page.getByRole('list', { name: 'Between the two' });
  await expect(mix.getByRole('button').first()).toBeVisible();
  await mix.getByRole('button').first().click();
  expect(await findingsOf(page)).toEqual([]);

  await choice(page, 'Symbol').selectOption('moon');
  await choice(page, 'Colour').selectOption('plum');
  await expect(page.getByText(/\d+ of 100/)).toBeVisible();
  await page.getByLabel('Name in English').fill('Night owl');
  await page.getByLabel('Name in Italian').fill('Gufo');
  await page.getByLabel('Description in English').fill('You study when all is quiet.');
  await page.getByLabel('Description in Italian').fill('Studi quando tutto tace.');

  await page.getByRole('button', { name: 'Who would get it?' }).click();
  await expect(page.getByRole('heading', { name: 'What this rule would have done' })).toBeVisible();
  await expect(page.getByLabel('Name in English')).toHaveValue('Night owl');
  await expect(choice(page, 'Symbol')).toHaveValue('moon');
  expect(await findingsOf(page)).toEqual([]);

  await page.getByRole('button', { name: 'Publish the badge' }).click();
  await expect(page).toHaveURL(/\/admin\/badges\/night-owl\?saved=new/, published);
  await expect(page.getByText('Saved. The badge is off until you put it live.')).toBeVisible();
  await expect(choice(page, 'Symbol')).toHaveValue('moon');
  await close();
});

test('the same by keyboard, live at once, and taken back', async ({ browser }) => {
  const { page, close } = await openStudio(browser);
  const pad = page.getByRole('slider', { name: 'Map of the proposals' });
  await pad.focus();
  const before = await namesOn(page);
  for (let press = 0; press < 8; press++) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('PageUp');
  await expect(pad).toHaveAttribute('aria-valuetext', '2 across, 1 up');
  await expect.poll(() => namesOn(page)).not.toEqual(before);
  await page.keyboard.press('Home');
  await expect(pad).toHaveAttribute('aria-valuetext', '0 across, 0 up');

  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowRight');
  await expect(pad).toHaveAttribute('aria-valuetext', /^0\.05 across/);

  await wall(page).getByRole('button').nth(2).focus();
  await page.keyboard.press('Enter');
  await expect(wall(page).getByRole('button').nth(2)).toHaveAttribute('aria-pressed', 'true');
  await page.getByRole('button', { name: 'Keep this one' }).focus();
  await page.keyboard.press('Enter');
  await expect(pins(page).getByRole('listitem')).toHaveCount(1);

  for (const [label, text] of [
    ['Name in Italian', 'Alba'],
    ['Name in English', 'Early bird'],
    ['Description in Italian', 'Cominci presto.'],
    ['Description in English', 'You begin early.'],
  ]) {
    await page.getByLabel(label).focus();
    await page.keyboard.type(text);
  }
  await page.getByLabel(/Put it live at once/).focus();
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Publish the badge' }).focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/admin\/badges\/early-bird\?saved=activated/, published);
  await page.getByRole('button', { name: 'Take back' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText('The badge is off.')).toBeVisible();
  await close();
});

test('two badges that look alike are told, and what is missing is named', async ({ browser }) => {
  const { page, close } = await openStudio(browser);
  await page.getByRole('link', { name: 'Start from Live ember' }).first().click();
  await expect(page.getByText(/It looks exactly like/)).toBeVisible();
  await choice(page, 'Symbol').selectOption('crown');
  await expect(page.getByText('A crown is hard won: on epic and legendary badges alone.')).toBeVisible();
  await page.getByRole('button', { name: 'Publish the badge' }).click();
  const alert = page.getByRole('alert');
  await expect(alert.getByText('Name in English')).toBeVisible();
  await expect(choice(page, 'Symbol')).toHaveValue('crown');
  expect(await findingsOf(page)).toEqual([]);
  await close();
});

test('a badge gets another look, and its old one back', async ({ browser }) => {
  const { page, close } = await openStudio(browser);
  await page.getByLabel(/A new look for a badge there is/).check();
  await choice(page, 'Badge').selectOption('roots');
  await choice(page, 'Ribbon').selectOption('rosette');
  await page.getByRole('button', { name: 'Give it this look' }).click();
  await expect(page.getByText(/has its new look/)).toBeVisible();
  await page.getByRole('button', { name: 'Put the old look back' }).click();
  await expect(page.getByText(/has its new look/)).toBeVisible();
  await page.goto('/admin/badges/roots');
  await expect(choice(page, 'Ribbon')).toHaveValue('none');
  await close();
});

test('proposals that do not come are said so, and the form goes on working', async ({ browser }) => {
  const { context, page } = await enterDemo(browser, 'admin', { serviceWorkers: 'block' });
  await page.route('**/weights*.bin', (route) => route.abort());
  await page.goto('/admin/badges/studio');
  await expect(page.getByRole('alert')).toContainText('could not be loaded');
  await expect(page.getByText('The score comes with the proposals.')).toBeVisible();
  expect(await findingsOf(page)).toEqual([]);
  await page.unroute('**/weights*.bin');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(wall(page).getByRole('button')).toHaveCount(12);
  await context.close();
});

test('without JavaScript the school’s badges are a start, and the form publishes', async ({ browser }) => {
  const { page, close } = await openStudio(browser, { javaScriptEnabled: false });
  await expect(page.getByText(/Proposals need JavaScript/)).toBeVisible();
  await page.getByRole('link', { name: 'Start from Roots' }).click();
  await expect(choice(page, 'Symbol')).toHaveValue('sprout');
  await choice(page, 'Ornament').selectOption('stars');
  await page.getByLabel('Name in Italian').fill('Radici d’oro');
  await page.getByLabel('Name in English').fill('Golden roots');
  await page.getByLabel('Description in Italian').fill('Radici ancora più forti.');
  await page.getByLabel('Description in English').fill('Roots stronger still.');
  await page.getByRole('button', { name: 'Publish the badge' }).click();
  await expect(page).toHaveURL(/\/admin\/badges\/golden-roots\?saved=new/, published);
  await expect(choice(page, 'Ornament')).toHaveValue('stars');
  await close();
});

test('the studio is well on a phone, in the dark, in Italian', async ({ browser }) => {
  const { page, close } = await openStudio(browser, {
    viewport: { width: 360, height: 780 },
    colorScheme: 'dark',
    locale: 'it-IT',
    reducedMotion: 'reduce',
  });
  await expect(page.getByRole('list', { name: 'Proposte' }).getByRole('button')).toHaveCount(12);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  expect(await findingsOf(page)).toEqual([]);
  await close();
});
