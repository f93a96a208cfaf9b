import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';

/** Keeps Chromium quiet on a machine without a network, and able to start as root. */
export const browserArguments: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The browser Playwright downloaded, or else the system's Chromium; undefined when there is none. */
export function browserPath(): string | undefined {
  return [
    chromium.executablePath(),
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ].find((path) => existsSync(path));
}
