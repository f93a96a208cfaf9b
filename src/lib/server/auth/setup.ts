import { randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locale } from '#lib/i18n/index.ts';
import type { App } from '../platform/app.ts';
import { schools } from '../platform/db/schema.ts';
import { createSchool, createUser, type Place } from './users.ts';

// The set-up page opens with a token that only the console shows, and is gone once it has been used.

type Site = Pick<App, 'config' | 'database'>;

export interface FirstSchool {
  readonly school: { readonly name: string; readonly slug: string; readonly timeZone: string };
  readonly admin: { readonly name: string; readonly email: string; readonly password: string };
  readonly locale: Locale;
}

function tokenFile({ config }: Site): string {
  return join(config.dataFolder, 'setup-token');
}

/** The token that opens the set-up page; made on the first call, kept for this owner's eyes only. */
export function setupToken(site: Site): string {
  const kept = pendingToken(site);
  if (kept) return kept;
  const token = randomBytes(18).toString('base64url');
  mkdirSync(site.config.dataFolder, { recursive: true });
  writeFileSync(tokenFile(site), token, { mode: 0o600 });
  return token;
}

/** The address that sets up the first school, for the console; null once there is a school. */
export async function announceSetup(site: Site): Promise<string | null> {
  const known = await site.database.system.select({ id: schools.id }).from(schools).limit(1);
  if (known.length > 0) return null;
  return `${site.config.origin}/setup?token=${setupToken(site)}`;
}

/** Whether a token waits to be used; without one there is no set-up page. */
export function isSetupOpen(site: Site): boolean {
  return pendingToken(site) !== null;
}

export function isSetupToken(site: Site, given: string): boolean {
  const token = pendingToken(site);
  if (!token) return false;
  const [left, right] = [Buffer.from(given), Buffer.from(token)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/**
 * Makes the school and its first admin, and uses the token up; `furnish` adds in the same transaction what rooms above
 * this one keep. Returns the admin's user id.
 */
export async function setUpSchool(
  site: Site,
  wanted: FirstSchool,
  furnish: (place: Place) => Promise<unknown>,
): Promise<string> {
  // Taken away first: of two forms sent at once, one finds the door gone.
  const token = pendingToken(site);
  if (!token) throw new Error('set-up: expected a token that waits to be used, got none');
  rmSync(tokenFile(site));
  try {
    return await site.database.system.transaction(async (tx) => {
      const schoolId = await createSchool(tx, { ...wanted.school, locale: wanted.locale });
      await furnish({ schoolId, tx });
      return createUser({ schoolId, tx }, { ...wanted.admin, role: 'admin' });
    });
  } catch (failure) {
    writeFileSync(tokenFile(site), token, { mode: 0o600 });
    throw failure;
  }
}

function pendingToken(site: Site): string | null {
  const file = tokenFile(site);
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : null;
}
