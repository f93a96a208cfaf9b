import { eq } from 'drizzle-orm';
import type { Cookie } from 'lucia';
import { users } from '../platform/db/schema.ts';
import type { Role } from './access.ts';
import { isPassword } from './passwords.ts';
import { type Doorway, openSession } from './sessions.ts';
import { createThrottle } from './throttle.ts';
import { normalEmail } from './users.ts';

export type LogIn =
  | { readonly verdict: 'in'; readonly cookie: Cookie; readonly role: Role }
  | { readonly verdict: 'wrong' }
  | { readonly verdict: 'wait'; readonly seconds: number };

export interface Credentials {
  readonly email: string;
  readonly password: string;
  /** The visitor's network address. */
  readonly address: string;
  /** A session the browser still holds: it ends, whoever it belonged to. */
  readonly sessionId: string | null;
}

// One account from one address: five tries, then 15 s, 30 s … A whole school may share an address, so an address
// gets many more before it waits; an account attacked from many addresses waits too, but never long: else anyone
// could lock a teacher out.
const perPair = createThrottle({ free: 5, firstWait: 15, longestWait: 900 });
const perAccount = createThrottle({ free: 50, firstWait: 15, longestWait: 60 });
const perAddress = createThrottle({ free: 200, firstWait: 5, longestWait: 300 });

/** Checks an e-mail address and a password and opens a fresh session. Takes as long when there is no such account. */
export async function logIn(door: Doorway, given: Credentials): Promise<LogIn> {
  const email = normalEmail(given.email);
  const seconds = knock(email, given.address, door.clock.now());
  if (seconds > 0) return { verdict: 'wait', seconds };
  const user = await account(door, email);
  if (!(await isPassword(user?.passwordHash ?? null, given.password)) || !user) return { verdict: 'wrong' };
  welcome(email, given.address);
  return { verdict: 'in', cookie: await openSession(door, user.id, given.sessionId), role: user.role };
}

/** Checks the password of someone who is logged in, as slowly as log-in: an open browser must not help guessing. */
export async function isOwnPassword(
  door: Doorway,
  user: { readonly email: string },
  password: string,
  address: string,
): Promise<'right' | 'wrong' | { readonly seconds: number }> {
  const seconds = knock(user.email, address, door.clock.now());
  if (seconds > 0) return { seconds };
  const row = await account(door, user.email);
  if (!(await isPassword(row?.passwordHash ?? null, password))) return 'wrong';
  welcome(user.email, address);
  return 'right';
}

/** Seconds to wait, or 0 after counting an attempt. */
function knock(email: string, address: string, at: Date): number {
  const gates = [
    { throttle: perPair, key: `${email}\n${address}` },
    { throttle: perAccount, key: email },
    { throttle: perAddress, key: address },
  ];
  const seconds = Math.max(...gates.map(({ throttle, key }) => throttle.secondsToWait(key, at)));
  if (seconds === 0) for (const { throttle, key } of gates) throttle.attempt(key, at);
  return seconds;
}

function welcome(email: string, address: string): void {
  perPair.forget(`${email}\n${address}`);
  perAccount.forget(email);
  perAddress.takeBack(address);
}

async function account(door: Doorway, email: string): Promise<typeof users.$inferSelect | null> {
  const rows = await door.database.system.select().from(users).where(eq(users.email, email));
  const user = rows[0];
  return user && !user.disabledAt ? user : null;
}
