import { fail } from '@sveltejs/kit';
import { modelCardWords } from '#lib/i18n/model-cards.ts';
import { markEveryonePending } from '#lib/server/activity/pending.ts';
import { textOf } from '#lib/server/auth/form.ts';
import { inSchool } from '#lib/server/auth/reach.ts';
import { overrideVerdict } from '#lib/server/models/override.ts';
import { imitatedTask, loadPreviewModel, previewTask } from '#lib/server/models/preview-model.ts';
import { type TaskName, taskNames } from '#lib/server/models/task-model.ts';
import { pathTask } from '#lib/server/paths/index.ts';
import { app } from '#lib/server/platform/app.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { latestJobs } from '#lib/server/stories/job-list.ts';
import { loadTasks } from '#lib/server/stories/model-cards.ts';
import { loadPathView } from '#lib/server/stories/path-card.ts';
import { loadPreviewView } from '#lib/server/stories/preview-card.ts';
import type { Actions, PageServerLoad } from './$types';

const trainJob = 'train';
const jobsShown = 3;

export const load: PageServerLoad = async ({ locals, depends }) => {
  depends('merito:models');
  return inSchool(locals, async (scope) => ({
    tasks: await loadTasks(scope, locals.locale),
    preview: await loadPreviewView(scope),
    paths: await loadPathView(scope),
    jobs: await latestJobs(scope, trainJob, jobsShown),
  }));
};

export const actions: Actions = {
  /** One task when the form names it, all of them otherwise. */
  train: async ({ locals, request }) => {
    const wanted = textOf(await request.formData(), 'task');
    const trainable: readonly string[] = [...taskNames, previewTask, pathTask];
    const task = trainable.find((name) => name === wanted);
    if (wanted !== '' && !task)
      return fail(400, { message: `task: expected one of ${trainable.join(', ')}, got ${wanted}` });
    const { jobs } = await app();
    const jobId = await inSchool(locals, (scope) =>
      jobs.enqueue(scope, trainJob, task ? { task } : {}, locals.user?.id ?? 'program'),
    );
    return { jobId };
  },
  /** Puts a version to work that training held back; whoever does it must say so knowingly. */
  promote: async ({ locals, request }) => {
    const t = modelCardWords[locals.locale].waiting;
    const form = await request.formData();
    const [wanted, version] = [textOf(form, 'task'), textOf(form, 'version')];
    const task = taskNames.find((name) => name === wanted);
    if (!task) return fail(400, { message: `task: expected one of ${taskNames.join(', ')}, got ${wanted}` });
    if (textOf(form, 'sure') !== 'yes') return fail(400, { message: t.sureNeeded });
    const { clock, log, jobs } = await app();
    const actor = locals.user?.name ?? 'program';
    const isPromoted = await inSchool(locals, async (scope) => {
      const found = await overrideVerdict(scope, task, version, actor, clock.now());
      if (!found) return false;
      await markEveryonePending(scope, clock.now());
      if (await lacksPreview(scope, task))
        await jobs.enqueue(scope, trainJob, { task: previewTask }, locals.user?.id ?? 'program');
      return true;
    });
    if (!isPromoted) return fail(404, { message: t.notFound });
    log.warn({ task, version, userId: locals.user?.id }, 'models: a person put a held version to work');
    return { promoted: version };
  },
};

/** Another champion of badge-chance than the one that the small model imitates: it must be taught anew. */
async function lacksPreview(scope: SchoolScope, task: TaskName): Promise<boolean> {
  return task === imitatedTask && (await loadPreviewModel(scope)) === null;
}
