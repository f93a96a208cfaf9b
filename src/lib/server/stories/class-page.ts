import { and, asc, eq, isNull } from 'drizzle-orm';
import { formatSchoolDay, parseSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { Locale } from '#lib/i18n/index.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import { classes, classMembers, learners } from '../platform/db/schema.ts';
import { type EngagementView, levelIn } from './levels.ts';
import { type RiskView, riskView } from './risk.ts';
import { schoolNow } from './school.ts';
import { scoresOf } from './scores.ts';
import { lastActiveDays, weeklyActionsOf } from './weekly-activity.ts';

export interface ClassLearner {
  readonly id: number;
  readonly name: string;
  readonly level: EngagementView | null;
  readonly risk: RiskView | null;
  /** Things done in each of the last eight weeks. */
  readonly weeks: readonly number[];
  readonly badges: number;
  /** Of these, crossed in the last four weeks. */
  readonly recentBadges: number;
  /** Days since the last activity; null when there was none. */
  readonly quietDays: number | null;
}

export interface ClassPage {
  readonly id: number;
  readonly name: string;
  readonly subject: string | null;
  readonly startsOn: string;
  readonly endsOn: string;
  readonly learners: readonly ClassLearner[];
}

const weeksShown = 8;

/** Null when the school has no such class. */
export async function loadClassPage(
  scope: SchoolScope,
  classId: number,
  locale: Locale,
  at: Date,
): Promise<ClassPage | null> {
  const [found] = await scope.tx
    .select()
    .from(classes)
    .where(and(eq(classes.schoolId, scope.schoolId), eq(classes.id, classId)));
  if (!found) return null;
  const { today } = await schoolNow(scope, at);
  const { id, name, subject, startsOn, endsOn } = found;
  return { id, name, subject, startsOn, endsOn, learners: await learnersOf(scope, classId, locale, today) };
}

async function learnersOf(
  scope: SchoolScope,
  classId: number,
  locale: Locale,
  today: SchoolDay,
): Promise<ClassLearner[]> {
  const members = await currentMembers(scope, classId);
  const ids = members.map(({ id }) => id);
  const stored = Map.groupBy(
    await scoresOf(scope, ids, ['engagement-level', 'at-risk']),
    ({ learnerId }) => learnerId,
  );
  const weeks = await weeklyActionsOf(scope, ids, weeksShown, today);
  const lastActive = await lastActiveDays(scope, ids, today);
  const held = await countBadges(scope, ids, today);
  return members.map(({ id, name }) => {
    const own = stored.get(id) ?? [];
    const risk = own.find(({ task, subject }) => task === 'at-risk' && subject === String(classId));
    const last = lastActive.get(id);
    return {
      id,
      name,
      level: levelIn(own),
      risk: risk ? riskView(risk, locale) : null,
      weeks: weeks.get(id) ?? [],
      badges: held.get(id)?.badges ?? 0,
      recentBadges: held.get(id)?.recent ?? 0,
      quietDays: last === undefined ? null : today - parseSchoolDay(last),
    };
  });
}

async function currentMembers(scope: SchoolScope, classId: number): Promise<{ id: number; name: string }[]> {
  return scope.tx
    .select({ id: learners.id, name: learners.name })
    .from(classMembers)
    .innerJoin(
      learners,
      and(eq(learners.schoolId, classMembers.schoolId), eq(learners.id, classMembers.learnerId)),
    )
    .where(
      and(
        eq(classMembers.schoolId, scope.schoolId),
        eq(classMembers.classId, classId),
        isNull(classMembers.leftOn),
      ),
    )
    .orderBy(asc(learners.name), asc(learners.id));
}

interface BadgeCount {
  readonly learnerId: number;
  readonly badges: number;
  readonly recent: number;
}

async function countBadges(
  { sql, schoolId }: SchoolScope,
  learnerIds: readonly number[],
  today: SchoolDay,
): Promise<Map<number, BadgeCount>> {
  const rows = await sql<BadgeCount[]>`
    select learner_id as "learnerId", count(*)::int as badges,
           count(*) filter (where crossed_on > ${formatSchoolDay(today - 28)})::int as recent
    from awards
    where school_id = ${schoolId} and learner_id = any(${[...learnerIds]}::int[]) and revoked_at is null
    group by 1`;
  return new Map(rows.map((row) => [row.learnerId, row]));
}
