import type { ApiKeyIdentity } from '#lib/server/auth/api-keys.ts';
import type { SessionUser } from '#lib/server/auth/sessions.ts';
import type { Locale } from '#lib/i18n/index.ts';

declare global {
  namespace App {
    interface Locals {
      /** The person who is logged in; null for visitors and programs. */
      user: SessionUser | null;
      /** The program that calls with an API key; null for people and visitors. */
      apiKey: ApiKeyIdentity | null;
      /** The session behind `user`, to end it; null without one. */
      sessionId: string | null;
      /** When that session ends unless it is used again; null without one. */
      sessionEndsAt: Date | null;
      locale: Locale;
    }
    interface Error {
      message: string;
      /** Names the failure in the log; shown so that a person can quote it. */
      id?: string;
    }
  }
}
