import { and, desc, eq } from 'drizzle-orm';
import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import { numberArray } from '#lib/server/activity/column-arrays.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { learnerEmbeddings } from '#lib/server/platform/db/schema.ts';
import { type Neighbour, othersByDistance } from './nearest.ts';
import { pastPlaces } from './past-places.ts';

/** A badge that people with a like path went on to earn. Nobody is named. */
export interface PathBadge {
  readonly badgeId: string;
  /** Whole people, `leastPeople` or more. */
  readonly earned: number;
  readonly of: number;
}

/** So many who stood nearest are asked. */
export const neighbours = 40;
/** A badge that fewer of them earned is not told: it could point at somebody. */
export const leastPeople = 10;
/** What counts is what they earned in so many days after they stood there. */
export const aheadDays = 56;
/** With fewer others to choose from, the nearest are hardly nearer than the rest. */
const leastOthers = 2 * neighbours;

/**
 * What others in the school earned in the eight weeks after they stood where this learner stands now, the most earned first:
 * badges awarded today that the learner does not hold. Empty when too few others stood anywhere eight weeks ago or earlier.
 */
export async function pathsLike(
  scope: SchoolScope,
  learnerId: number,
  today: SchoolDay,
): Promise<readonly PathBadge[]> {
  const own = await placeNow(scope, learnerId);
  if (!own) return [];
  const { modelVersion, values } = own;
  const places = await pastPlaces(scope, { modelVersion, until: today - aheadDays });
  const others = othersByDistance(places, values, learnerId);
  if (others.length < leastOthers) return [];
  return earnedBy(scope, others.slice(0, neighbours), learnerId);
}

/** Where the learner stood last. */
async function placeNow({ tx, schoolId }: SchoolScope, learnerId: number) {
  const [row] = await tx
    .select({ values: learnerEmbeddings.values, modelVersion: learnerEmbeddings.modelVersion })
    .from(learnerEmbeddings)
    .where(and(eq(learnerEmbeddings.schoolId, schoolId), eq(learnerEmbeddings.learnerId, learnerId)))
    .orderBy(desc(learnerEmbeddings.before))
    .limit(1);
  return row;
}

async function earnedBy(
  { sql, schoolId }: SchoolScope,
  near: readonly Neighbour[],
  learnerId: number,
): Promise<readonly PathBadge[]> {
  const rows = await sql<{ badge: string; earned: number }[]>`
    select awards.badge_id as badge, count(*)::int as earned
    from unnest(
      ${numberArray(near.map((one) => one.learnerId))}::int[],
      ${numberArray(near.map(({ before }) => before))}::int[]
    ) as near (learner_id, day)
    join awards on awards.school_id = ${schoolId} and awards.learner_id = near.learner_id
      and awards.revoked_at is null
      and awards.crossed_on - date '1970-01-01' between near.day and near.day + ${aheadDays - 1}::int
    join badges on badges.school_id = awards.school_id and badges.id = awards.badge_id and badges.is_active
    where not exists (
      select from awards as own
      where own.school_id = ${schoolId} and own.learner_id = ${learnerId} and own.badge_id = awards.badge_id
        and own.revoked_at is null)
    group by awards.badge_id
    having count(*) >= ${leastPeople}
    order by earned desc, badge`;
  return rows.map(({ badge, earned }) => ({ badgeId: badge, earned, of: near.length }));
}
