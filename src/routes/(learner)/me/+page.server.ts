import { inSchool } from '#lib/server/auth/reach.ts';
import { ownLearnerId } from '#lib/server/auth/own-learner.ts';
import { app } from '#lib/server/platform/app.ts';
import { loadLearnerPage } from '#lib/server/stories/learner-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, depends }) => {
  depends('merito:me');
  const { clock } = await app();
  const learnerId = ownLearnerId(locals);
  return {
    story: await inSchool(locals, (scope) => loadLearnerPage(scope, learnerId, locals.locale, clock.now())),
  };
};
