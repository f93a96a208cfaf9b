import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import { type SchoolDay, parseSchoolDay } from '#lib/domain/activity/school-day.ts';
import { liveRarity, type Rarity } from '#lib/domain/badges/index.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { awards, learners } from '#lib/server/platform/db/schema.ts';

export interface Award {
  readonly id: number;
  readonly badgeId: string;
  readonly ruleVersion: number;
  /** The day on which the rule was first met. */
  readonly crossedOn: SchoolDay;
  readonly awardedAt: Date;
  readonly confidence: number;
  /** `system` or the id of a user. */
  readonly decidedBy: string;
  readonly decisionId: number;
}

/** The awards a learner holds, the newest crossing first; revoked ones are left out. */
export async function awardsOf(scope: SchoolScope, learnerId: number): Promise<readonly Award[]> {
  const rows = await scope.tx
    .select()
    .from(awards)
    .where(
      and(eq(awards.schoolId, scope.schoolId), eq(awards.learnerId, learnerId), isNull(awards.revokedAt)),
    )
    .orderBy(desc(awards.crossedOn), desc(awards.id));
  return rows.map(
    ({ id, badgeId, ruleVersion, crossedOn, awardedAt, confidence, decidedBy, decisionId }) => ({
      id,
      badgeId,
      ruleVersion,
      crossedOn: parseSchoolDay(crossedOn),
      awardedAt,
      confidence,
      decidedBy,
      decisionId,
    }),
  );
}

export interface Holders {
  readonly count: number;
  /** Of all learners the school ever enrolled, 0 to 1. */
  readonly share: number;
  /** What the badge is worth today, whatever its maker declared. */
  readonly rarity: Rarity;
}

/** How many learners hold each badge that anyone holds. A badge nobody holds is absent. */
export async function holdersShare({ schoolId, tx }: SchoolScope): Promise<ReadonlyMap<string, Holders>> {
  const rows = await tx
    .select({ badgeId: awards.badgeId, count: sql<number>`count(*)::int` })
    .from(awards)
    .innerJoin(learners, and(eq(learners.schoolId, awards.schoolId), eq(learners.id, awards.learnerId)))
    .where(and(eq(awards.schoolId, schoolId), isNull(awards.revokedAt)))
    .groupBy(awards.badgeId);
  const all = await tx.$count(learners, eq(learners.schoolId, schoolId));
  return new Map(
    rows.map(({ badgeId, count }) => {
      const share = count / all;
      return [badgeId, { count, share, rarity: liveRarity(share) }];
    }),
  );
}
