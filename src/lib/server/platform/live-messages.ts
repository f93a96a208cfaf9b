import { sql } from 'drizzle-orm';
import type { SchoolScope } from './db/client.ts';

/** Who hears a live message; every audience lies inside one school. */
export type Audience =
  { readonly learner: number } | { readonly class: number } | { readonly role: 'admin' | 'teacher' };

/** What pages hear over the socket. Keep it small: a page that needs more reads it from its own route. */
export type LiveEvent =
  /** Something stored in `notifications`: a page that missed it asks for rows after its last id. */
  | {
      readonly type: 'notification';
      readonly id: number;
      readonly kind: string;
      readonly payload: Readonly<Record<string, unknown>>;
    }
  | { readonly type: 'activity'; readonly accepted: number }
  | {
      readonly type: 'job';
      readonly id: number;
      readonly kind: string;
      readonly status: string;
      readonly progress: number;
      readonly message: string | null;
    }
  | { readonly type: 'review'; readonly open: number };

export interface LiveMessage {
  readonly schoolId: number;
  readonly audience: Audience;
  readonly event: LiveEvent;
}

export const liveChannel = 'merito_live';

/** Sends when, and only when, the transaction commits, to every server process on this database. */
export async function announce(scope: SchoolScope, audience: Audience, event: LiveEvent): Promise<void> {
  const message: LiveMessage = { schoolId: scope.schoolId, audience, event };
  await scope.tx.execute(sql`select pg_notify(${liveChannel}, ${JSON.stringify(message)})`);
}
