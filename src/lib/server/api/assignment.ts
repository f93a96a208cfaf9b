import type { z } from 'zod';
import { formatSchoolDay } from '#lib/domain/activity/school-day.ts';
import { allBadges } from '../awards/badges.ts';
import { recommendationsFor } from '../decisions/recommendations.ts';
import { evaluateLearner } from '../flow.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import type { assignmentSchema, recommendationsSchema } from './schemas.ts';
import { badgeView, evidenceView, findLearner, loadAwardViews } from './views.ts';

/** Evaluates a learner now and says what was decided. */
export async function assignBadges(
  scope: SchoolScope,
  externalId: string,
  at: Date,
): Promise<z.input<typeof assignmentSchema>> {
  const { id, view } = await findLearner(scope, externalId);
  const { decisions } = await evaluateLearner(scope, id, at, 'request');
  const badges = new Map((await allBadges(scope)).map(({ badge }) => [badge.id, badge]));
  return {
    learner: view,
    decisions: decisions.flatMap((made) => {
      const badge = badges.get(made.badgeId);
      if (!badge || (made.verdict !== 'award' && made.verdict !== 'review')) return [];
      return [
        {
          badge: badgeView(badge),
          verdict: made.verdict,
          confidence: made.confidence ?? 0,
          threshold: made.threshold,
          crossedOn: formatSchoolDay(made.crossedOn ?? NaN),
          reason: made.reason,
          effects: made.evidence.effects.map((effect) => ({ ...effect })),
          evidence: made.evidence.parts.map(evidenceView),
        },
      ];
    }),
    awards: await loadAwardViews(scope, id),
  };
}

export async function recommendFor(
  scope: SchoolScope,
  externalId: string,
  at: Date,
): Promise<z.input<typeof recommendationsSchema>> {
  const { id, view } = await findLearner(scope, externalId);
  const recommendations = await recommendationsFor(scope, id, at);
  return {
    learner: view,
    recommendations: recommendations.map((one) => ({
      badge: badgeView(one.badge),
      chance: one.chance,
      progress: one.progress,
      daysLeft: one.daysLeft,
      priority: one.priority,
      why: one.why,
      missing: one.missing.map((part) =>
        part.kind === 'step' ? { ...part, missing: [...part.missing] } : { ...part },
      ),
      modelVersion: one.modelVersion,
    })),
  };
}
