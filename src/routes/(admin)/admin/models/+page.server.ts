import { fail } from '@sveltejs/kit';
import { textOf } from '#lib/server/auth/form.ts';
import { inSchool } from '#lib/server/auth/reach.ts';
import { taskNames } from '#lib/server/models/task-model.ts';
import { app } from '#lib/server/platform/app.ts';
import { latestJobs } from '#lib/server/stories/job-list.ts';
import { loadTasks } from '#lib/server/stories/model-cards.ts';
import type { Actions, PageServerLoad } from './$types';

const trainJob = 'train';
const jobsShown = 3;

export const load: PageServerLoad = async ({ locals, depends }) => {
  depends('merito:models');
  return inSchool(locals, async (scope) => ({
    tasks: await loadTasks(scope, locals.locale),
    jobs: await latestJobs(scope, trainJob, jobsShown),
  }));
};

export const actions: Actions = {
  /** One task when the form names it, all of them otherwise. */
  train: async ({ locals, request }) => {
    const wanted = textOf(await request.formData(), 'task');
    const task = taskNames.find((name) => name === wanted);
    if (wanted !== '' && !task)
      return fail(400, { message: `task: expected one of ${taskNames.join(', ')}, got ${wanted}` });
    const { jobs } = await app();
    const jobId = await inSchool(locals, (scope) =>
      jobs.enqueue(scope, trainJob, task ? { task } : {}, locals.user?.id ?? 'program'),
    );
    return { jobId };
  },
};
