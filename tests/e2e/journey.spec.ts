import { type Browser, expect, type Page, test } from '@playwright/test';
import { freshSchool, logIn, merito } from './people.ts';
import { exportedLog, handIns, hastyHelp, posts, type SentEvent } from './school-log.ts';

// From an empty server to badges with reasons, in the browsers of an admin, a teacher and a learner who look on
// while a program sends activity. One story: each test goes on where the one before ended.

test.describe.configure({ mode: 'serial', timeout: 120_000 });

const learner = '9004';
const learnerName = `Learner ${learner}`;
const className = 'ZZZ-2014B';
const admin = { email: 'ada@galilei.example', password: 'a sentence to keep in mind' };
const awardWithin = { timeout: 30_000 };

const problems: string[] = [];
let origin = '';
let apiKey = '';
const pages: Partial<Record<'admin' | 'teacher' | 'learner', Page>> = {};

function pageOf(person: keyof typeof pages): Page {
  const page = pages[person];
  if (!page) throw new Error(`${person}: expected a page of theirs to be open`);
  return page;
}

/** A browser of one's own, whose complaints are kept. */
async function openBrowser(browser: Browser, person: keyof typeof pages): Promise<Page> {
  const context = await browser.newContext({ baseURL: origin, locale: 'en-GB' });
  const page = await context.newPage();
  page.on('pageerror', (error) => problems.push(`${person}: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`${person}: ${message.text()}`);
  });
  pages[person] = page;
  return page;
}

async function send(events: readonly SentEvent[]): Promise<void> {
  const response = await fetch(`${origin}/api/v1/monitor/activity`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
    body: JSON.stringify(events),
  });
  expect(await response.json()).toEqual({ accepted: events.length, repeated: 0, refused: [] });
}

/** The learner's own page: what is earned, by name. */
function earned(badge: string) {
  return pageOf('learner')
    .getByRole('region', { name: 'Earned', exact: true })
    .getByRole('heading', { name: badge });
}

/** A mark that only a page which was never loaded again still carries. */
async function mark(page: Page): Promise<void> {
  await page.evaluate(() => document.body.setAttribute('data-stayed', 'yes'));
}
async function expectStayed(page: Page): Promise<void> {
  await expect(page.locator('body')).toHaveAttribute('data-stayed', 'yes');
}

test.beforeAll(async ({ browser }) => {
  origin = new URL(freshSchool().setUpUrl).origin;
  for (const person of ['admin', 'teacher', 'learner'] as const) await openBrowser(browser, person);
});

test.afterAll(async () => {
  for (const page of Object.values(pages)) await page?.context().close();
});

test.afterEach(() => {
  expect(problems).toEqual([]);
});

test('the first visitor with the token sets up the school', async () => {
  const page = pageOf('admin');
  await page.goto(freshSchool().setUpUrl);
  await page.getByLabel('Name of the school').fill('Liceo Galilei');
  await page.getByLabel('Short name').fill('galilei');
  await page.getByLabel('Name', { exact: true }).fill('Ada Bianchi');
  await page.getByLabel('E-mail').fill(admin.email);
  await page.getByLabel('Password').fill(admin.password);
  await page.getByRole('button', { name: 'Set up' }).click();
  await expect(page).toHaveURL(/\/admin$/);
  await expect(page.getByText('The school has no learners yet')).toBeVisible();
  const again = await page.request.get(freshSchool().setUpUrl);
  expect(again.status()).toBe(404);
});

test('a learning log comes in: OULAD by command, a table through the page', async () => {
  test.setTimeout(180_000);
  const printed = merito('import', 'oulad', 'tests/fixtures/oulad-small');
  expect(printed).toContain('24 learners in 2 classes');
  const page = pageOf('admin');
  await page.goto('/admin/imports');
  await expect(page.getByRole('row').nth(1)).toContainText('done');
  const others = Array.from({ length: 24 }, (_, i) => String(9001 + i)).filter((id) => id !== learner);
  const log = exportedLog(others, new Date(), 760);
  await page
    .getByLabel('File')
    .setInputFiles({ name: 'log.csv', mimeType: 'text/csv', buffer: Buffer.from(log) });
  await page.getByRole('button', { name: 'Read the columns' }).click();
  await expect(page.getByLabel(/^Learner/)).toHaveValue('student');
  await page.getByLabel('The file’s own words for kinds').fill('Reading=read, Quiz=practice, Login=view');
  await page.getByRole('button', { name: 'Check without importing' }).click();
  const rows = (log.split('\n').length - 1).toLocaleString('en-GB');
  await expect(
    page.getByText(`${rows} rows read: ${rows} can be imported, 0 would be refused`),
  ).toBeVisible();
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  const run = page.getByRole('row').filter({ hasText: 'log.csv' });
  // The other school trains its models meanwhile.
  await expect(run).toContainText('done', { timeout: 90_000 });
  await expect(run).toContainText(rows);
});

test('the admin trains the models and reads what they are worth', async () => {
  // Members in folds, on cores that the other school uses as well.
  test.setTimeout(300_000);
  const page = pageOf('admin');
  await page.goto('/admin/models');
  await expect(page.getByText('No model yet')).toHaveCount(3);
  await page.getByRole('button', { name: 'Train all models' }).click();
  await expect(page.getByText('The training is queued.')).toBeVisible();
  await expect(page.getByRole('progressbar', { name: 'Progress of the training' })).toBeVisible();
  const training = page.getByRole('region', { name: 'Training' });
  await expect(training.getByText('Done')).toBeVisible({ timeout: 240_000 });
  const pace = page.getByRole('region', { name: 'Pace' });
  await expect(pace.getByText(/^Trained /)).toBeVisible();
  await expect(pace.getByRole('columnheader', { name: 'Base rate' })).toBeVisible();
  await expect(pace.getByRole('row', { name: /Log loss/ })).toContainText(/\d\.\d+ \(\d/);
  await expect(training.getByText(/^Early warning: .*expected at least/)).toBeVisible();
  await expect(page.getByRole('region', { name: 'Early warning' }).getByText('No model yet')).toBeVisible();
});

test('a program gets a key, a teacher and a learner get accounts', async () => {
  const page = pageOf('admin');
  await page.goto('/admin/keys');
  await page.getByLabel('Name').fill('The school’s learning platform');
  await page.getByLabel('Send activity').check();
  await page.getByRole('button', { name: 'Create the key' }).click();
  apiKey = (await page.getByRole('status').locator('code').textContent()) ?? '';
  const teacher = await addAccount('Elena Rossi', 'elena@galilei.example', 'Teacher', '');
  const own = await addAccount('Marco Neri', 'marco@galilei.example', 'Learner', learner);
  await assignClass('Elena Rossi');
  await logIn(pageOf('teacher'), origin, 'elena@galilei.example', teacher);
  await logIn(pageOf('learner'), origin, 'marco@galilei.example', own);
  await expect(pageOf('learner')).toHaveURL(/\/me$/);
  await expect(pageOf('teacher').getByRole('link', { name: className })).toBeVisible();
});

/** Returns the password that the page shows once. */
async function addAccount(name: string, email: string, role: string, externalId: string): Promise<string> {
  const page = pageOf('admin');
  await page.goto('/admin/people');
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('E-mail', { exact: true }).fill(email);
  await page.getByLabel('Role').selectOption({ label: role });
  await page.getByLabel('Learner', { exact: true }).fill(externalId);
  await page.getByRole('button', { name: 'Create the account' }).click();
  await expect(page.getByText(`Password for ${email}`)).toBeVisible();
  return (await page.getByRole('status').locator('code').textContent()) ?? '';
}

async function assignClass(teacher: string): Promise<void> {
  const page = pageOf('admin');
  await page.goto('/admin/people');
  await page.getByRole('listitem').filter({ hasText: teacher }).getByText('Manage').click();
  await page.getByRole('checkbox', { name: className }).check();
  await page.getByRole('button', { name: 'Save the classes' }).click();
  await expect(page.getByText('The classes are saved.')).toBeVisible();
}

test('a badge arrives on the learner’s page while it is open', async () => {
  const page = pageOf('learner');
  const five = handIns(learner, 5, new Date());
  await send(five.slice(0, 4));
  await page.goto('/me');
  await expect(page.getByRole('progressbar', { name: 'Progress towards Word kept' }).first()).toBeVisible();
  await expect(earned('Word kept')).toHaveCount(0);
  await mark(page);
  await send(five.slice(4));
  await expect(earned('Word kept')).toBeVisible(awardWithin);
  await expect(page.getByRole('status').filter({ hasText: 'New badge' })).toContainText('Word kept');
  await expect(page.getByText('On-time hand-ins in a row: 5 (needs at least 5)').first()).toBeVisible();
  await expectStayed(page);
});

test('a page that was offline catches up', async () => {
  const page = pageOf('learner');
  await expect(earned('A voice in the choir')).toHaveCount(0);
  await page.context().setOffline(true);
  await send(posts(learner, 7, new Date()));
  await openStory(pageOf('teacher'));
  await expect(async () => {
    await pageOf('teacher').reload();
    await expect(pageOf('teacher').getByRole('heading', { name: 'A voice in the choir' })).toBeVisible({
      timeout: 1_000,
    });
  }).toPass(awardWithin);
  await expect(earned('A voice in the choir')).toHaveCount(0);
  await page.context().setOffline(false);
  await expect(earned('A voice in the choir')).toBeVisible(awardWithin);
  await expectStayed(page);
  // A browser without a network says so, and that is no fault of the page.
  problems.splice(
    0,
    problems.length,
    ...problems.filter((text) => !text.includes('ERR_INTERNET_DISCONNECTED')),
  );
});

/** The learner's story, as a teacher finds it. */
async function openStory(page: Page): Promise<void> {
  await page.goto('/classes');
  await page.getByRole('link', { name: className }).click();
  await page.getByRole('link', { name: learnerName }).click();
  await expect(page.getByRole('heading', { name: learnerName, level: 1 })).toBeVisible();
}

test('what nobody can do goes to the teacher, who decides with one key', async () => {
  const teacher = pageOf('teacher');
  await teacher.goto('/reviews');
  await mark(teacher);
  const question = teacher.getByRole('article').filter({ hasText: `${learnerName}: A hand held out` });
  await expect(question).toHaveCount(0);
  await send(hastyHelp(learner, 20, new Date()));
  await expect(question).toBeVisible(awardWithin);
  await expectStayed(teacher);
  await expect(question.getByText('Faster than anyone can work')).toBeVisible();
  await expect(earned('A hand held out')).toHaveCount(0);
  await mark(pageOf('learner'));
  await focusByKeys(teacher, `${learnerName}: A hand held out`);
  await teacher.keyboard.press('a');
  await expect(teacher.getByText(`Approved: A hand held out for ${learnerName}.`)).toBeVisible();
  await expect(question).toHaveCount(0);
  await expect(earned('A hand held out')).toBeVisible(awardWithin);
  await expect(pageOf('learner').getByText('Confirmed by Elena Rossi')).toBeVisible();
  await expectStayed(pageOf('learner'));
});

/** Moves down the queue with j until the card with this title has the focus. */
async function focusByKeys(page: Page, title: string): Promise<void> {
  for (let step = 0; step < 25; step++) {
    await page.keyboard.press('j');
    const focused = await page.evaluate(() => document.activeElement?.querySelector('h2')?.textContent ?? '');
    if (focused.replaceAll(/\s+/g, ' ').trim() === title) return;
  }
  throw new Error(`no card among the first 25 is called ${title}`);
}

test('a badge can be taken back with a reason, and given back', async () => {
  const teacher = pageOf('teacher');
  const reason = 'The help was one click repeated.';
  await openStory(teacher);
  const award = teacher
    .getByRole('region', { name: 'Badges' })
    .getByRole('listitem')
    .filter({ has: teacher.getByRole('heading', { name: 'A hand held out' }) });
  await award.getByText('Take back').click();
  await award.getByLabel('Why is it taken back?').fill(reason);
  await award.getByRole('button', { name: 'Take the badge back' }).click();
  await expect(teacher.getByText('The badge was taken back.')).toBeVisible();
  await expect(earned('A hand held out')).toHaveCount(0, awardWithin);
  await expectStayed(pageOf('learner'));
  await pageOf('learner').goto('/me/history');
  await expect(pageOf('learner').getByText(`Reason: ${reason}`)).toBeVisible();
  await pageOf('learner').goto('/me');
  await expect(earned('A hand held out')).toHaveCount(0);
  await teacher.getByRole('button', { name: 'Undo' }).click();
  await expect(teacher.getByText('The badge was given back.')).toBeVisible();
  await expect(earned('A hand held out')).toBeVisible(awardWithin);
});
