import { and, asc, desc, eq, gte, isNull } from 'drizzle-orm';
import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import { type Badge, evaluateCriterion, historyProbe } from '#lib/domain/badges/index.ts';
import { awardsOf } from '../awards/awards.ts';
import { findBadge } from '../awards/badges.ts';
import { loadLearner } from '../features/index.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import { goals, learners } from '../platform/db/schema.ts';

/** A badge that a learner set out to earn. */
export interface Goal {
  readonly id: number;
  readonly badgeId: string;
  /** How far the learner was then, 0 to 1. */
  readonly progressAtStart: number;
  readonly wantedAt: Date;
}

export interface ReachedGoal extends Goal {
  readonly reachedAt: Date;
}

/** More would be a list, and a list is no aim. */
export const mostOpenGoals = 3;

/** What stands against setting a goal. */
export type Obstacle = 'not awarded now' | 'already held' | 'already wanted' | 'too many';

export type WantResult =
  | { readonly ok: true; readonly badge: Badge; readonly goalId: number }
  | { readonly ok: false; readonly because: Obstacle };

export type KeepResult =
  | { readonly ok: true; readonly badge: Badge }
  | { readonly ok: false; readonly because: Obstacle | 'no such goal' };

/** Those not yet reached nor dropped, the oldest first. */
export async function openGoals(scope: SchoolScope, learnerId: number): Promise<readonly Goal[]> {
  const rows = await scope.tx
    .select()
    .from(goals)
    .where(and(ownGoals(scope, learnerId), isNull(goals.endedAt)))
    .orderBy(asc(goals.wantedAt), asc(goals.id));
  return rows.map(goalOf);
}

/** Those reached since an instant, the latest first. */
export async function reachedGoals(
  scope: SchoolScope,
  learnerId: number,
  since: Date,
): Promise<readonly ReachedGoal[]> {
  const rows = await scope.tx
    .select()
    .from(goals)
    .where(and(ownGoals(scope, learnerId), eq(goals.ended, 'reached'), gte(goals.endedAt, since)))
    .orderBy(desc(goals.endedAt), desc(goals.id));
  return rows.map((row) => ({ ...goalOf(row), reachedAt: row.endedAt ?? since }));
}

/** Sets a goal, unless something stands against it. `today`: the day of `at` on the school's clock. */
export async function wantBadge(
  scope: SchoolScope,
  learnerId: number,
  badgeId: string,
  today: SchoolDay,
  at: Date,
): Promise<WantResult> {
  await lockGoals(scope, learnerId);
  const room = await roomFor(scope, learnerId, badgeId);
  if (!room.ok) return room;
  const { badge, held } = room;
  const progressAtStart = await progressTowards(scope, learnerId, badge, held, today + 1);
  const [row] = await scope.tx
    .insert(goals)
    .values({ schoolId: scope.schoolId, learnerId, badgeId, progressAtStart, wantedAt: at })
    .returning({ id: goals.id });
  return { ok: true, badge, goalId: row.id };
}

/** Gives a goal up; returns its badge. Null when the learner has no such open goal. */
export async function dropGoal(
  scope: SchoolScope,
  learnerId: number,
  goalId: number,
  at: Date,
): Promise<Badge | null> {
  const [dropped] = await scope.tx
    .update(goals)
    .set({ endedAt: at, ended: 'dropped' })
    .where(and(ownGoals(scope, learnerId), eq(goals.id, goalId), isNull(goals.endedAt)))
    .returning({ badgeId: goals.badgeId });
  return dropped ? ((await findBadge(scope, dropped.badgeId))?.badge ?? null) : null;
}

/** Takes a dropped goal up again as if it had never been dropped. */
export async function keepGoal(scope: SchoolScope, learnerId: number, goalId: number): Promise<KeepResult> {
  await lockGoals(scope, learnerId);
  const mine = and(ownGoals(scope, learnerId), eq(goals.id, goalId), eq(goals.ended, 'dropped'));
  const [dropped] = await scope.tx.select().from(goals).where(mine);
  if (!dropped) return { ok: false, because: 'no such goal' };
  const room = await roomFor(scope, learnerId, dropped.badgeId);
  if (!room.ok) return room;
  await scope.tx.update(goals).set({ endedAt: null, ended: null }).where(mine);
  return { ok: true, badge: room.badge };
}

/** Marks the goal that an award fulfils, in the award's own transaction. */
export async function reachGoal(
  scope: SchoolScope,
  learnerId: number,
  badgeId: string,
  at: Date,
): Promise<void> {
  await scope.tx
    .update(goals)
    .set({ endedAt: at, ended: 'reached' })
    .where(and(ownGoals(scope, learnerId), eq(goals.badgeId, badgeId), isNull(goals.endedAt)));
}

function ownGoals({ schoolId }: SchoolScope, learnerId: number) {
  return and(eq(goals.schoolId, schoolId), eq(goals.learnerId, learnerId));
}

function goalOf({ id, badgeId, progressAtStart, wantedAt }: typeof goals.$inferSelect): Goal {
  return { id, badgeId, progressAtStart, wantedAt };
}

/** Two forms sent at once must not both find room for a last goal. */
async function lockGoals(scope: SchoolScope, learnerId: number): Promise<void> {
  await scope.tx
    .select({ id: learners.id })
    .from(learners)
    .where(and(eq(learners.schoolId, scope.schoolId), eq(learners.id, learnerId)))
    .for('no key update');
}

type Room =
  | { readonly ok: true; readonly badge: Badge; readonly held: ReadonlySet<string> }
  | { readonly ok: false; readonly because: Obstacle };

/** Whether one more goal, for this badge, has its place. */
async function roomFor(scope: SchoolScope, learnerId: number, badgeId: string): Promise<Room> {
  const stored = await findBadge(scope, badgeId);
  if (!stored?.isActive) return { ok: false, because: 'not awarded now' };
  const held = new Set((await awardsOf(scope, learnerId)).map((award) => award.badgeId));
  if (held.has(badgeId)) return { ok: false, because: 'already held' };
  const open = await openGoals(scope, learnerId);
  if (open.some((goal) => goal.badgeId === badgeId)) return { ok: false, because: 'already wanted' };
  if (open.length >= mostOpenGoals) return { ok: false, because: 'too many' };
  return { ok: true, badge: stored.badge, held };
}

async function progressTowards(
  scope: SchoolScope,
  learnerId: number,
  { criterion }: Badge,
  held: ReadonlySet<string>,
  before: SchoolDay,
): Promise<number> {
  const { history, context } = await loadLearner(scope, learnerId, before);
  const probe = historyProbe(history, context, (badgeId) => held.has(badgeId));
  return evaluateCriterion(criterion, probe, before).progress;
}
