import { and, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { formatSchoolDay } from '#lib/domain/activity/school-day.ts';
import type { Badge, Evidence } from '#lib/domain/badges/index.ts';
import { type Award, awardsOf } from '../awards/awards.ts';
import { allBadges } from '../awards/badges.ts';
import { systemActor } from '../decisions/log.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import { learners } from '../platform/db/schema.ts';
import { ApiError } from './problem.ts';
import type { analysisSchema, assignmentSchema } from './schemas.ts';

// How rows become the API's words.

export type LearnerView = z.input<typeof analysisSchema>['learner'];
export type AwardView = z.input<typeof analysisSchema>['awards'][number];
export type EvidenceView = z.input<typeof assignmentSchema>['decisions'][number]['evidence'][number];

export interface FoundLearner {
  readonly id: number;
  readonly view: LearnerView;
}

/** The learner whom the school calls `externalId`. @throws ApiError 404 */
export async function findLearner(scope: SchoolScope, externalId: string): Promise<FoundLearner> {
  const [row] = await scope.tx
    .select()
    .from(learners)
    .where(and(eq(learners.schoolId, scope.schoolId), eq(learners.externalId, externalId)));
  if (!row) throw new ApiError(404, 'not-found', 'No learner of that id within reach.');
  return { id: row.id, view: { id: row.externalId, name: row.name, joinedOn: row.joinedOn } };
}

export function badgeView({ id, name, family, rarity }: Badge) {
  return { id, name, family, rarity };
}

export async function loadAwardViews(scope: SchoolScope, learnerId: number): Promise<AwardView[]> {
  const badges = new Map((await allBadges(scope)).map(({ badge }) => [badge.id, badge]));
  return (await awardsOf(scope, learnerId)).flatMap((award) => {
    const badge = badges.get(award.badgeId);
    return badge ? [awardView(award, badge)] : [];
  });
}

function awardView(award: Award, badge: Badge): AwardView {
  return {
    badge: badgeView(badge),
    crossedOn: formatSchoolDay(award.crossedOn),
    awardedAt: award.awardedAt.toISOString(),
    confidence: award.confidence,
    decidedBy: award.decidedBy === systemActor ? 'system' : 'teacher',
  };
}

export function evidenceView(part: Evidence): EvidenceView {
  if (part.kind !== 'sequence') return { ...part };
  return { ...part, steps: part.steps.map((day) => (day === null ? null : formatSchoolDay(day))) };
}
