import { defineConfig } from '@playwright/test';
import { browserArguments, browserPath } from './tests/support/browser.ts';

export default defineConfig({
  testDir: 'tests/e2e',
  testMatch: '*.spec.ts',
  globalSetup: './tests/e2e/start-school.ts',
  timeout: 60_000,
  expect: { timeout: 15_000 },
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list']],
  use: {
    baseURL: `http://localhost:${process.env.MERITO_E2E_PORT ?? 3999}`,
    launchOptions: { executablePath: browserPath(), args: [...browserArguments] },
    locale: 'en-GB',
    actionTimeout: 15_000,
    trace: 'retain-on-failure',
  },
});
