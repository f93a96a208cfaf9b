import { classesWithinReach, inSchool } from '#lib/server/auth/reach.ts';
import { championModels } from '#lib/server/monitoring/index.ts';
import { app } from '#lib/server/platform/app.ts';
import { loadClassCards } from '#lib/server/stories/class-cards.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, depends }) => {
  depends('merito:classes');
  const { clock } = await app();
  return inSchool(locals, async (scope) => {
    const models = await championModels(scope, clock.now());
    return {
      cards: await loadClassCards(scope, await classesWithinReach(scope, locals), clock.now()),
      isRiskScored: models.some(({ task }) => task === 'at-risk'),
    };
  });
};
