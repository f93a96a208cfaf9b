import { ownLearnerId } from '#lib/server/auth/own-learner.ts';
import { inSchool } from '#lib/server/auth/reach.ts';
import { app } from '#lib/server/platform/app.ts';
import { loadLearnerHistory } from '#lib/server/stories/learner-history.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
  const { clock } = await app();
  const learnerId = ownLearnerId(locals);
  return {
    history: await inSchool(locals, (scope) =>
      loadLearnerHistory(scope, learnerId, locals.locale, clock.now()),
    ),
  };
};
