import { createHash, randomBytes } from 'node:crypto';
import { and, desc, eq, isNull } from 'drizzle-orm';
import type { SchoolScope } from '../platform/db/client.ts';
import { apiKeys } from '../platform/db/schema.ts';
import { type ApiScope, apiScopes } from './access.ts';
import type { Doorway } from './sessions.ts';

/** The program that calls: an API key that is valid now. */
export interface ApiKeyIdentity {
  readonly id: string;
  readonly schoolId: number;
  readonly name: string;
  readonly scopes: readonly ApiScope[];
}

export interface StoredApiKey extends ApiKeyIdentity {
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

const prefix = 'merito_';
const trustSeconds = 5;
const noteUseSeconds = 60;

interface Trusted {
  readonly identity: ApiKeyIdentity;
  readonly until: number;
}

// Thousands of calls a second come with the same key. A key answered for is trusted this long without asking the
// database again: a revocation in another process takes at most `trustSeconds` to reach this one.
const slot = Symbol.for('merito.trusted-keys');
const shared = globalThis as { [slot]?: Map<string, Trusted> };
const trusted = (shared[slot] ??= new Map<string, Trusted>());

export function isApiScope(value: unknown): value is ApiScope {
  return apiScopes.some((scope) => scope === value);
}

/** Makes a key. The token is in the answer and nowhere else: the database keeps its SHA-256. */
export async function createApiKey(
  scope: SchoolScope,
  wanted: { readonly name: string; readonly scopes: readonly ApiScope[]; readonly createdBy: string | null },
  at: Date,
): Promise<{ readonly id: string; readonly token: string }> {
  const id = randomBytes(6).toString('hex');
  const token = prefix + randomBytes(32).toString('base64url');
  await scope.tx.insert(apiKeys).values({
    schoolId: scope.schoolId,
    id,
    name: wanted.name,
    secretHash: sha256(token),
    scopes: [...wanted.scopes],
    createdBy: wanted.createdBy,
    createdAt: at,
  });
  return { id, token };
}

/** The keys of a school, newest first, revoked ones included. */
export async function listApiKeys(scope: SchoolScope): Promise<StoredApiKey[]> {
  const rows = await scope.tx
    .select()
    .from(apiKeys)
    .where(eq(apiKeys.schoolId, scope.schoolId))
    .orderBy(desc(apiKeys.createdAt));
  return rows.map((row) => ({
    ...identityOf(row),
    createdAt: row.createdAt,
    lastUsedAt: row.lastUsedAt,
    revokedAt: row.revokedAt,
  }));
}

/** Ends a key for good. False when the school has no such live key. */
export async function revokeApiKey(scope: SchoolScope, id: string, at: Date): Promise<boolean> {
  const rows = await scope.tx
    .update(apiKeys)
    .set({ revokedAt: at })
    .where(and(eq(apiKeys.schoolId, scope.schoolId), eq(apiKeys.id, id), isNull(apiKeys.revokedAt)))
    .returning({ hash: apiKeys.secretHash });
  for (const { hash } of rows) trusted.delete(hash);
  return rows.length > 0;
}

/** The program behind an Authorization header; null when the header holds no key that is valid now. */
export async function identifyKey(
  door: Doorway,
  authorization: string | null | undefined,
): Promise<ApiKeyIdentity | null> {
  const token = /^Bearer (merito_[\w-]{43})$/i.exec(authorization ?? '')?.[1];
  if (!token) return null;
  const hash = sha256(token);
  const at = door.clock.now();
  const known = trusted.get(hash);
  if (known && known.until > at.getTime()) return known.identity;
  const identity = await lookUp(door, hash, at);
  if (identity) trusted.set(hash, { identity, until: at.getTime() + trustSeconds * 1000 });
  else trusted.delete(hash);
  return identity;
}

async function lookUp(door: Doorway, hash: string, at: Date): Promise<ApiKeyIdentity | null> {
  const rows = await door.database.system
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.secretHash, hash), isNull(apiKeys.revokedAt)));
  const row = rows[0];
  if (!row) return null;
  const isNoted = row.lastUsedAt && at.getTime() - row.lastUsedAt.getTime() < noteUseSeconds * 1000;
  if (!isNoted)
    await door.database.system
      .update(apiKeys)
      .set({ lastUsedAt: at })
      .where(and(eq(apiKeys.schoolId, row.schoolId), eq(apiKeys.id, row.id)));
  return identityOf(row);
}

function identityOf(row: typeof apiKeys.$inferSelect): ApiKeyIdentity {
  return { id: row.id, schoolId: row.schoolId, name: row.name, scopes: row.scopes.filter(isApiScope) };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
