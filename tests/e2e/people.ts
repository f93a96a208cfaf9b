import { spawnSync } from 'node:child_process';
import { type Browser, type BrowserContext, expect, type Page } from '@playwright/test';

function fromEnvironment(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name}: expected the global set-up to have set it`);
  return value;
}

/** The demo school's server, with the log-ins it printed. */
export function demoSchool() {
  const output = fromEnvironment('MERITO_E2E_DEMO_OUTPUT');
  const read = (label: string) => {
    const found = new RegExp(`^\\s*${label}\\s+(\\S+)$`, 'm').exec(output)?.[1];
    if (!found) throw new Error(`the demo printed no line for ${label}:\n${output}`);
    return found;
  };
  return {
    url: fromEnvironment('MERITO_E2E_DEMO_URL'),
    password: read('Password'),
    emails: { admin: read('admin'), teacher: read('teacher'), learner: read('learner') },
  };
}

/** The empty server that a person sets up. */
export function freshSchool() {
  return {
    setUpUrl: fromEnvironment('MERITO_E2E_SETUP_URL'),
    dataFolder: fromEnvironment('MERITO_E2E_DATA'),
  };
}

/** Runs `merito …` beside the fresh server, on the same database. */
export function merito(...args: readonly string[]): string {
  const { dataFolder } = freshSchool();
  const { status, stdout, stderr } = spawnSync(process.execPath, ['src/cli/main.ts', ...args], {
    env: {
      ...process.env,
      MERITO_DATA: dataFolder,
      MERITO_ARTIFACTS: `${dataFolder}/models`,
      LOG_LEVEL: 'error',
    },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`merito ${args.join(' ')} ended with ${status}:\n${stdout}\n${stderr}`);
  return stdout;
}

export async function logIn(page: Page, origin: string, email: string, password: string): Promise<void> {
  await page.goto(`${origin}/login`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: /^(Log in|Accedi|Entra)$/ }).click();
  await expect(page).not.toHaveURL(/\/login/);
}

/** A browser of one's own, logged in to the demo school. */
export async function enterDemo(
  browser: Browser,
  role: 'admin' | 'teacher' | 'learner',
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<{ context: BrowserContext; page: Page }> {
  const { url, password, emails } = demoSchool();
  const context = await browser.newContext({ baseURL: url, locale: 'en-GB', ...options });
  const page = await context.newPage();
  await logIn(page, url, emails[role], password);
  return { context, page };
}
