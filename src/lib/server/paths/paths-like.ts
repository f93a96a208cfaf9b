import { and, desc, eq } from 'drizzle-orm';
import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import { awardsOf } from '#lib/server/awards/awards.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { learnerEmbeddings } from '#lib/server/platform/db/schema.ts';
import { distancesFrom, nearestFirst, type PastPlaces } from './nearest.ts';
import { type Crossings, pastCrossings, pastPlaces } from './school-past.ts';

/** A badge that people with a like path went on to earn. Nobody is named. */
export interface PathBadge {
  readonly badgeId: string;
  /** Whole people, `leastPeople` or more. */
  readonly earned: number;
  readonly of: number;
}

/** So many who stood nearest, and did not have the badge yet, are asked. */
export const neighbours = 40;
/** A badge that fewer of them earned is not told: it could point at somebody. */
export const leastPeople = 10;
/** What counts is what they earned in so many days after they stood there. */
export const aheadDays = 56;
/** With fewer to choose from, the nearest are hardly nearer than the rest. */
const leastOthers = 2 * neighbours;

/**
 * What others in the school earned in the eight weeks after they stood where this learner stands now, the most earned first:
 * badges awarded today that the learner does not hold. For each, those are asked who did not have it when they stood there.
 * Empty when too few others stood anywhere eight weeks ago or earlier.
 */
export async function pathsLike(
  scope: SchoolScope,
  learnerId: number,
  today: SchoolDay,
): Promise<readonly PathBadge[]> {
  const own = await placeNow(scope, learnerId);
  if (!own) return [];
  const places = await pastPlaces(scope, own.modelVersion, today - aheadDays);
  const crossings = await pastCrossings(scope, today);
  const held = new Set((await awardsOf(scope, learnerId)).map(({ badgeId }) => badgeId));
  const distances = distancesFrom(places, own.values);
  return [...crossings.keys()]
    .filter((badgeId) => !held.has(badgeId))
    .flatMap((badgeId) => askedOf(badgeId, places, distances, crossings, learnerId) ?? [])
    .toSorted((a, b) => b.earned - a.earned || (a.badgeId < b.badgeId ? -1 : 1));
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

/** How many of the nearest earned a badge; null where there are too few to ask, or to tell of. */
function askedOf(
  badgeId: string,
  places: PastPlaces,
  distances: Float64Array,
  crossings: Crossings,
  learnerId: number,
): PathBadge | null {
  const crossedOn = (id: number) => crossings.get(badgeId)?.get(id) ?? Infinity;
  const others = nearestFirst(places, distances, (id) => (id === learnerId ? -Infinity : crossedOn(id)));
  if (others.length < leastOthers) return null;
  const asked = others.slice(0, neighbours);
  const earned = asked.filter((one) => crossedOn(one.learnerId) < one.before + aheadDays).length;
  return earned < leastPeople ? null : { badgeId, earned, of: asked.length };
}
