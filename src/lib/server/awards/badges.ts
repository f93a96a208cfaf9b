import { and, asc, eq, sql } from 'drizzle-orm';
import { type Badge, badgeCatalogue, inOrderOfNeed, parseBadge } from '#lib/domain/badges/index.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { announce } from '#lib/server/platform/live-messages.ts';
import { badges, learners, notifications, pendingEvaluations } from '#lib/server/platform/db/schema.ts';

export interface StoredBadge {
  readonly badge: Badge;
  readonly ruleVersion: number;
  readonly isActive: boolean;
  readonly updatedAt: Date;
}

/** Gives the school the catalogue; badges it already has stay as they are. Returns how many were added. */
export async function seedBadges(scope: SchoolScope, catalogue = badgeCatalogue): Promise<number> {
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
  const stored = await allBadges(scope);
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
 * @throws RuleError when the badge is not valid, or does not fit the school's other badges.
 */
export async function saveBadge(
  scope: SchoolScope,
  badge: Badge,
  actor: string,
  at: Date,
): Promise<SavedBadge> {
  const checked = parseBadge(badge);
  await lockBadges(scope);
  const stored = await allBadges(scope);
  inOrderOfNeed([...stored.map((one) => one.badge).filter(({ id }) => id !== checked.id), checked]);
  const old = stored.find((one) => one.badge.id === checked.id);
  const change = changeOf(old?.badge, checked);
  const ruleVersion = (old?.ruleVersion ?? 0) + (change === 'new' || change === 'rule' ? 1 : 0);
  const isActive = old?.isActive ?? false;
  if (old && change === 'none') return { ...old, change };
  await write(scope, checked, ruleVersion, isActive, at);
  if (change === 'rule' && isActive) await evaluateEveryone(scope, at);
  if (change !== 'words') await tellAdmins(scope, { badgeId: checked.id, ruleVersion, change, actor }, at);
  return { badge: checked, ruleVersion, isActive, updatedAt: at, change };
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
  const { badge, ruleVersion } = stored;
  await write(scope, badge, ruleVersion, isActive, at);
  if (isActive) await evaluateEveryone(scope, at);
  const change = isActive ? 'activated' : 'deactivated';
  await tellAdmins(scope, { badgeId, ruleVersion, change, actor }, at);
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
  badge: Badge,
  ruleVersion: number,
  isActive: boolean,
  at: Date,
): Promise<void> {
  const changed = { ruleVersion, definition: { ...badge }, isActive, updatedAt: at };
  await tx
    .insert(badges)
    .values({ schoolId, id: badge.id, ...changed })
    .onConflictDoUpdate({ target: [badges.schoolId, badges.id], set: changed });
}

/** A learner who already waits keeps the earlier place in the queue. */
async function evaluateEveryone({ schoolId, tx }: SchoolScope, at: Date): Promise<void> {
  await tx
    .insert(pendingEvaluations)
    .select(
      tx
        .select({
          schoolId: learners.schoolId,
          learnerId: sql<number>`${learners.id}`.as('learner_id'),
          since: sql<Date>`${at.toISOString()}::timestamptz`.as('since'),
        })
        .from(learners)
        .where(eq(learners.schoolId, schoolId)),
    )
    .onConflictDoNothing();
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
