import { createHash } from 'node:crypto';
import { DrizzlePostgreSQLAdapter } from '@lucia-auth/adapter-drizzle';
import { eq } from 'drizzle-orm';
import { type Adapter, type Cookie, type DatabaseSession, Lucia, TimeSpan } from 'lucia';
import type { Locale } from '#lib/i18n/index.ts';
import { isLocale } from '#lib/i18n/index.ts';
import type { App } from '../platform/app.ts';
import { sessions, users } from '../platform/db/schema.ts';
import type { Role } from './access.ts';

// The one place that knows Lucia. A session ends 12 hours after its last use and 30 days after log-in, whichever
// comes first.
const idleHours = 12;
const absoluteDays = 30;

export interface SessionUser {
  readonly id: string;
  readonly schoolId: number;
  readonly role: Role;
  readonly name: string;
  readonly email: string;
  /** The learner this account belongs to; null for teachers and admins. */
  readonly learnerId: number | null;
  /** The language this person chose; null for the browser's. */
  readonly locale: Locale | null;
}

export interface LiveSession {
  readonly id: string;
  readonly user: SessionUser;
  /** Unless it is used again. */
  readonly endsAt: Date;
  /** To be set when the session was prolonged. */
  readonly cookie: Cookie | null;
}

/** What the doors need of the app; tests pass these three. */
export type Doorway = Pick<App, 'config' | 'database' | 'clock'>;

type UserRow = typeof users.$inferSelect;
type Doorman = Lucia<{ absoluteEnd: Date }, Omit<UserRow, 'id'>>;

declare module 'lucia' {
  interface Register {
    Lucia: Doorman;
    DatabaseSessionAttributes: { absoluteEnd: Date; createdAt?: Date };
    DatabaseUserAttributes: Omit<UserRow, 'id'>;
  }
}

const doormen = new WeakMap<App['database'], Doorman>();

function doorman({ config, database }: Doorway): Doorman {
  const known = doormen.get(database);
  if (known) return known;
  const adapter = new DrizzlePostgreSQLAdapter(database.system, sessions, users);
  const isSecure = config.origin.startsWith('https:');
  const made: Doorman = new Lucia(withHashedIds(adapter), {
    sessionExpiresIn: new TimeSpan(idleHours, 'h'),
    sessionCookie: {
      name: sessionCookieName(config.origin),
      attributes: { secure: isSecure, sameSite: 'lax', path: '/' },
    },
    getSessionAttributes: ({ absoluteEnd }) => ({ absoluteEnd }),
    getUserAttributes: (row) => row,
  });
  doormen.set(database, made);
  return made;
}

/** `__Host-` binds the cookie to this very host, but browsers take it over https alone. */
export function sessionCookieName(origin: string): string {
  return origin.startsWith('https:') ? '__Host-merito' : 'merito_session';
}

/** The database keeps only hashes of session ids, so that a stolen backup opens no door. */
function withHashedIds(inner: Adapter): Adapter {
  return {
    getSessionAndUser: async (id) => {
      const [session, user] = await inner.getSessionAndUser(hashed(id));
      return [session && { ...session, id }, user];
    },
    getUserSessions: (userId) => inner.getUserSessions(userId),
    setSession: (session: DatabaseSession) => inner.setSession({ ...session, id: hashed(session.id) }),
    updateSessionExpiration: (id, end) => inner.updateSessionExpiration(hashed(id), end),
    deleteSession: (id) => inner.deleteSession(hashed(id)),
    deleteUserSessions: (userId) => inner.deleteUserSessions(userId),
    deleteExpiredSessions: () => inner.deleteExpiredSessions(),
  };
}

function hashed(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}

/** Starts a new session; the caller sets the cookie. The session held before, if any, ends. */
export async function openSession(door: Doorway, userId: string, previousId: string | null): Promise<Cookie> {
  const lucia = doorman(door);
  if (previousId) await lucia.invalidateSession(previousId);
  const at = door.clock.now();
  const absoluteEnd = new Date(at.getTime() + absoluteDays * 86_400_000);
  const session = await lucia.createSession(userId, { absoluteEnd, createdAt: at });
  return lucia.createSessionCookie(session.id);
}

/** Who the cookie says is there, or null. Ends sessions past their absolute end and those of disabled accounts. */
export async function readSession(
  door: Doorway,
  sessionId: string | null | undefined,
): Promise<LiveSession | null> {
  if (!sessionId) return null;
  const lucia = doorman(door);
  const { session, user } = await lucia.validateSession(sessionId);
  if (!session) return null;
  if (session.absoluteEnd <= door.clock.now() || user.disabledAt) {
    await lucia.invalidateSession(session.id);
    return null;
  }
  const cookie = session.fresh ? lucia.createSessionCookie(session.id) : null;
  const endsAt = session.expiresAt < session.absoluteEnd ? session.expiresAt : session.absoluteEnd;
  return { id: session.id, user: sessionUser(user), endsAt, cookie };
}

/** The person behind a raw Cookie header, for sockets. Looking on does not count as use: it prolongs nothing. */
export async function peekSession(
  door: Doorway,
  cookieHeader: string | undefined,
): Promise<Omit<LiveSession, 'cookie' | 'endsAt'> | null> {
  const id = doorman(door).readSessionCookie(cookieHeader ?? '');
  if (!id) return null;
  const rows = await door.database.system
    .select({ user: users, session: sessions })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(eq(sessions.id, hashed(id)));
  const found = rows[0];
  if (!found || found.user.disabledAt) return null;
  const { expiresAt, absoluteEnd } = found.session;
  const at = door.clock.now();
  return expiresAt > at && absoluteEnd > at ? { id, user: sessionUser(found.user) } : null;
}

export async function closeSession(door: Doorway, sessionId: string): Promise<void> {
  await doorman(door).invalidateSession(sessionId);
}

/** Logs a person out of every browser. */
export async function closeEverySession(door: Doorway, userId: string): Promise<void> {
  await doorman(door).invalidateUserSessions(userId);
}

export function blankCookie(door: Doorway): Cookie {
  return doorman(door).createBlankSessionCookie();
}

/** Forgets sessions that ended by themselves. */
export async function sweepSessions(door: Doorway): Promise<void> {
  await doorman(door).deleteExpiredSessions();
}

function sessionUser(user: Omit<UserRow, 'id'> & { readonly id: string }): SessionUser {
  return {
    id: user.id,
    schoolId: user.schoolId,
    role: user.role,
    name: user.name,
    email: user.email,
    learnerId: user.learnerId,
    locale: isLocale(user.locale) ? user.locale : null,
  };
}
