import { error, fail } from '@sveltejs/kit';
import { teacherWords } from '#lib/i18n/teacher.ts';
import { classesWithinReach, inSchool, rowId } from '#lib/server/auth/reach.ts';
import { reviewerFor } from '#lib/server/decisions/review-queue.ts';
import { restoreAward, revokeAward } from '#lib/server/decisions/revocations.ts';
import { app } from '#lib/server/platform/app.ts';
import { loadLearnerStory } from '#lib/server/stories/learner-story.ts';
import { secondOpinion } from '#lib/server/stories/second-opinion.ts';
import type { Actions, PageServerLoad } from './$types';

const shortestReason = 3;

export const load: PageServerLoad = async ({ locals, params, url, depends }) => {
  depends('merito:learner');
  const { clock } = await app();
  const found = await inSchool(locals, async (scope) => {
    const reach = await classesWithinReach(scope, locals);
    const learnerId = rowId(params.learnerId);
    const story = await loadLearnerStory(scope, learnerId, reach, locals.locale, clock.now());
    const asked = rowId(url.searchParams.get('opinion') ?? '');
    // Only about a class whose warning stands in the story, which keeps to the viewer's reach.
    const isShown = story?.risks.some(({ classId }) => classId === asked) ?? false;
    const opinion = isShown ? await secondOpinion(scope, learnerId, asked, locals.locale, clock.now()) : null;
    return { story, opinion };
  });
  if (!found.story) error(404, 'Not found');
  return { story: found.story, opinion: found.opinion };
};

export const actions: Actions = {
  revoke: async ({ locals, request }) => {
    const t = teacherWords[locals.locale].story;
    const form = await request.formData();
    const awardId = rowId(String(form.get('awardId')));
    const reason = String(form.get('reason') ?? '').trim();
    if (reason.length < shortestReason) return fail(400, { awardId, message: t.reasonNeeded });
    const { clock } = await app();
    const { revoked } = await inSchool(locals, async (scope) =>
      revokeAward(scope, awardId, await reviewerFor(scope, locals), reason, clock.now()),
    );
    if (revoked.length === 0) return fail(404, { awardId, message: t.notFound });
    return { awardId, done: 'revoke' as const };
  },
  restore: async ({ locals, request }) => {
    const t = teacherWords[locals.locale].story;
    const awardId = rowId(String((await request.formData()).get('awardId')));
    const { clock } = await app();
    const result = await inSchool(locals, async (scope) =>
      restoreAward(scope, awardId, await reviewerFor(scope, locals), t.restoredReason, clock.now()),
    );
    if (result.ok) return { awardId, done: 'restore' as const };
    const messages = { 'not found': t.notFound, 'not revoked': t.notRevoked, 'held again': t.heldAgain };
    return fail(result.because === 'not found' ? 404 : 409, { awardId, message: messages[result.because] });
  },
};
