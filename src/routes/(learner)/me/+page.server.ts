import { fail } from '@sveltejs/kit';
import { goalAnswers } from '#lib/i18n/learner-goal-answers.ts';
import { inSchool, rowId } from '#lib/server/auth/reach.ts';
import { ownLearnerId } from '#lib/server/auth/own-learner.ts';
import { dropGoal, keepGoal, wantBadge } from '#lib/server/goals/goals.ts';
import { app } from '#lib/server/platform/app.ts';
import { loadLearnerPage } from '#lib/server/stories/learner-page.ts';
import { readLearner } from '#lib/server/stories/learner-reading.ts';
import { schoolNow } from '#lib/server/stories/school.ts';
import type { Actions, PageServerLoad } from './$types';
import { lookAhead } from './look-ahead.ts';

export const load: PageServerLoad = async ({ locals, url, depends }) => {
  depends('merito:me');
  const at = (await app()).clock.now();
  const { locale } = locals;
  const learnerId = ownLearnerId(locals);
  return inSchool(locals, async (scope) => {
    const reading = await readLearner(scope, learnerId, locale, at);
    const story = await loadLearnerPage(scope, reading);
    return { story, ahead: await lookAhead(scope, reading, story.goals.open, url.searchParams) };
  });
};

export const actions: Actions = {
  want: async ({ locals, request }) => {
    const badgeId = String((await request.formData()).get('badge') ?? '');
    const at = (await app()).clock.now();
    const result = await inSchool(locals, async (scope) => {
      const { today } = await schoolNow(scope, at);
      return wantBadge(scope, ownLearnerId(locals), badgeId, today, at);
    });
    const t = goalAnswers[locals.locale];
    if (!result.ok) return fail(409, { message: t.refused[result.because] });
    return { done: t.done.want(result.badge.name[locals.locale]) };
  },
  drop: async ({ locals, request }) => {
    const goalId = rowId(String((await request.formData()).get('goal')));
    const at = (await app()).clock.now();
    const badge = await inSchool(locals, (scope) => dropGoal(scope, ownLearnerId(locals), goalId, at));
    const t = goalAnswers[locals.locale];
    if (!badge) return fail(404, { message: t.refused['no such goal'] });
    return { done: t.done.drop(badge.name[locals.locale]), undo: goalId };
  },
  keep: async ({ locals, request }) => {
    const goalId = rowId(String((await request.formData()).get('goal')));
    const result = await inSchool(locals, (scope) => keepGoal(scope, ownLearnerId(locals), goalId));
    const t = goalAnswers[locals.locale];
    if (!result.ok) return fail(409, { message: t.refused[result.because] });
    return { done: t.done.keep(result.badge.name[locals.locale]) };
  },
};
