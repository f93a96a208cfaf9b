import { and, desc, eq, inArray } from 'drizzle-orm';
import { localMoment, parseSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import { decisions, reviews } from '../platform/db/schema.ts';

/** What people have said about a learner's badges so far. */
export interface Standing {
  /** Badges about which a teacher is being asked. */
  readonly open: ReadonlySet<string>;
  /** Badges refused or taken back, by id. */
  readonly refused: ReadonlyMap<string, Refusal>;
}

/** Why a badge is not asked about again until something new happens. */
export interface Refusal {
  readonly ruleVersion: number;
  /** The last day on which what the refusal judged could lie. */
  readonly day: SchoolDay;
}

export async function loadStanding(
  scope: SchoolScope,
  learnerId: number,
  timeZone: string,
): Promise<Standing> {
  const open = await scope.tx
    .select({ badgeId: reviews.badgeId })
    .from(reviews)
    .where(
      and(eq(reviews.schoolId, scope.schoolId), eq(reviews.learnerId, learnerId), eq(reviews.status, 'open')),
    );
  return {
    open: new Set(open.map(({ badgeId }) => badgeId)),
    refused: await loadRefusals(scope, learnerId, timeZone),
  };
}

/** The badges whose last word by a person was no. */
async function loadRefusals(
  scope: SchoolScope,
  learnerId: number,
  timeZone: string,
): Promise<Map<string, Refusal>> {
  const latest = await scope.tx
    .selectDistinctOn([decisions.badgeId], {
      badgeId: decisions.badgeId,
      verdict: decisions.verdict,
      ruleVersion: decisions.ruleVersion,
      crossedOn: decisions.crossedOn,
      decidedAt: decisions.decidedAt,
    })
    .from(decisions)
    .where(
      and(
        eq(decisions.schoolId, scope.schoolId),
        eq(decisions.learnerId, learnerId),
        inArray(decisions.verdict, ['reject', 'revoke', 'approve', 'restore', 'award']),
      ),
    )
    .orderBy(decisions.badgeId, desc(decisions.id));
  const refused = latest.filter(({ verdict }) => verdict === 'reject' || verdict === 'revoke');
  return new Map(
    refused.map(({ badgeId, ruleVersion, crossedOn, decidedAt }) => {
      const decidedOn = localMoment(decidedAt, timeZone).day;
      const day = Math.max(decidedOn, crossedOn === null ? decidedOn : parseSchoolDay(crossedOn));
      return [badgeId, { ruleVersion, day }];
    }),
  );
}
