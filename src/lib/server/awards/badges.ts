import { and, asc, eq, sql } from 'drizzle-orm';
import { type Badge, badgeCatalogue, inOrderOfNeed, parseBadge } from '#lib/domain/badges/index.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { markEveryonePending } from '#lib/server/activity/pending.ts';
import { announce } from '#lib/server/platform/live-messages.ts';
import { badges, notifications } from '#lib/server/platform/db/schema.ts';

export interface StoredBadge {
  readonly badge: Badge;
  readonly ruleVersion: number;
  readonly isActive: boolean;
  readonly updatedAt: Date;
}

/** Gives the school the catalogue; badges it already has stay as they are. Returns how many were added. */
export async function seedBadges(
  scope: Pick<SchoolScope, 'schoolId' | 'tx'>,
  catalogue = badgeCatalogue,
): Promise<number> {
  const rows = catalogue.map((badge) => ({
    schoolId: scope.schoolId,
    id: badge.id,
    definition: { ...badge },
  }));
  const added = await scope.tx.insert(badges).values(rows).onConflictDoNothing().returning({ id: badges.id });
  return added.length;
}

/** Every badge of the school, by id. */
export async function allBadges(scope: SchoolScope): Promise<readonly StoredBadge[]> {
  const rows = await scope.tx
    .select()
    .from(badges)
    .where(eq(badges.schoolId, scope.schoolId))
    .orderBy(asc(badges.id));
  return rows.map(storedBadge);
}

/** The badges that can be awarded now, each after those its rule names. */
export async function activeBadges(scope: SchoolScope): Promise<readonly StoredBadge[]> {
  return activeAmong(await allBadges(scope));
}

/** Those of them that can be awarded now, each after those its rule names. */
export function activeAmong(stored: readonly StoredBadge[]): readonly StoredBadge[] {
  const order = inOrderOfNeed(stored.map(({ badge }) => badge));
  const byId = new Map(stored.map((one) => [one.badge.id, one]));
  return order.flatMap(({ id }) => byId.get(id) ?? []).filter(({ isActive }) => isActive);
}

/** Null when the school has no badge of that id. */
export async function findBadge(scope: SchoolScope, badgeId: string): Promise<StoredBadge | null> {
  const [row] = await scope.tx
    .select()
    .from(badges)
    .where(and(eq(badges.schoolId, scope.schoolId), eq(badges.id, badgeId)));
  return row ? storedBadge(row) : null;
}

export type SavedBadge = StoredBadge & {
  /** `rule` when learners must be evaluated anew; `words` when only what people read changed. */
  readonly change: 'new' | 'rule' | 'words' | 'none';
};

/**
 * Stores a badge. A changed rule gets the next version, and every learner waits for a new evaluation, all in this
 * transaction. A new badge starts inactive: an admin previews it first.
 * @param actor the id of a user, or `system`
 * @throws RuleError when the badge is not valid, or does not fit the school's other badges.
 */
export async function saveBadge(
  scope: SchoolScope,
  badge: Badge,
  actor: string,
  at: Date,
): Promise<SavedBadge> {
  const [saved] = await saveBadges(scope, [badge], actor, at);
  if (!saved) throw new Error('badge: expected one saved badge');
  return saved;
}

/** saveBadge for several at once, judged together: all are stored, or none. */
export async function saveBadges(
  scope: SchoolScope,
  changed: readonly Badge[],
  actor: string,
  at: Date,
): Promise<readonly SavedBadge[]> {
  const checked = changed.map(parseBadge);
  await lockBadges(scope);
  const stored = new Map((await allBadges(scope)).map((one) => [one.badge.id, one]));
  const together = new Map([...stored].map(([id, { badge }]) => [id, badge]));
  for (const badge of checked) together.set(badge.id, badge);
  inOrderOfNeed([...together.values()]);
  const saved = checked.map((badge) => nextOf(stored.get(badge.id), badge, at));
  for (const one of saved) if (one.change !== 'none') await write(scope, one);
  if (saved.some(({ change, isActive }) => change === 'rule' && isActive))
    await markEveryonePending(scope, at);
  const ruled = saved.filter(({ change }) => change === 'new' || change === 'rule');
  if (ruled.length > 0) {
    const rules = ruled.map(({ badge, ruleVersion, change }) => ({ badgeId: badge.id, ruleVersion, change }));
    await tellAdmins(scope, { rules, actor }, at);
  }
  return saved;
}

function nextOf(old: StoredBadge | undefined, badge: Badge, at: Date): SavedBadge {
  const change = changeOf(old?.badge, badge);
  if (old && change === 'none') return { ...old, change };
  const ruleVersion = (old?.ruleVersion ?? 0) + (change === 'words' ? 0 : 1);
  return { badge, ruleVersion, isActive: old?.isActive ?? false, updatedAt: at, change };
}

/**
 * Puts a badge live or takes it back; awards already made stay. Putting it live evaluates every learner.
 * @returns false when the school has no such badge.
 */
export async function setBadgeActive(
  scope: SchoolScope,
  badgeId: string,
  isActive: boolean,
  actor: string,
  at: Date,
): Promise<boolean> {
  await lockBadges(scope);
  const stored = await findBadge(scope, badgeId);
  if (!stored) return false;
  if (stored.isActive === isActive) return true;
  await write(scope, { ...stored, isActive, updatedAt: at });
  if (isActive) await markEveryonePending(scope, at);
  const change = isActive ? 'activated' : 'deactivated';
  await tellAdmins(scope, { rules: [{ badgeId, ruleVersion: stored.ruleVersion, change }], actor }, at);
  return true;
}

function storedBadge(row: typeof badges.$inferSelect): StoredBadge {
  const { ruleVersion, isActive, updatedAt } = row;
  return { badge: parseBadge(row.definition), ruleVersion, isActive, updatedAt };
}

/** Two saves at once could close a circle of rules that neither sees. */
async function lockBadges(scope: SchoolScope): Promise<void> {
  await scope.tx.execute(sql`select pg_advisory_xact_lock(hashtext('merito_badges'), ${scope.schoolId})`);
}

function changeOf(old: Badge | undefined, badge: Badge): SavedBadge['change'] {
  if (!old) return 'new';
  if (JSON.stringify(old.criterion) !== JSON.stringify(badge.criterion)) return 'rule';
  return JSON.stringify(old) === JSON.stringify(badge) ? 'none' : 'words';
}

async function write(
  { schoolId, tx }: SchoolScope,
  { badge, ruleVersion, isActive, updatedAt }: StoredBadge,
): Promise<void> {
  const changed = { ruleVersion, definition: { ...badge }, isActive, updatedAt };
  await tx
    .insert(badges)
    .values({ schoolId, id: badge.id, ...changed })
    .onConflictDoUpdate({ target: [badges.schoolId, badges.id], set: changed });
}

async function tellAdmins(
  scope: SchoolScope,
  payload: Readonly<Record<string, unknown>>,
  at: Date,
): Promise<void> {
  const [row] = await scope.tx
    .insert(notifications)
    .values({ schoolId: scope.schoolId, kind: 'badge-rule', payload, createdAt: at })
    .returning({ id: notifications.id });
  if (!row) throw new Error('notification: expected one inserted row');
  await announce(scope, { role: 'admin' }, { type: 'notification', id: row.id, kind: 'badge-rule', payload });
}
