import { importEventsJob, importUpload } from './activity/import/upload.ts';
import { markEveryonePending } from './activity/pending.ts';
import { sweepSessions } from './auth/sessions.ts';
import { previewTask } from './models/preview-model.ts';
import type { TaskName } from './models/task-model.ts';
import type { App } from './platform/app.ts';
import { schools } from './platform/db/schema.ts';
import type { JobHandler, JobRun } from './platform/jobs.ts';
import { tasks, taskNamed } from './training/tasks/index.ts';
import { TooLittleData, type Trained, trainPreview, trainTask } from './training/train.ts';

/** What a queued job of each kind does. */
export function jobHandlers(app: App): Readonly<Record<string, JobHandler>> {
  return {
    train: (data, run) => train(app, data, run),
    [importEventsJob]: (data, run) => importUpload(app, data, run),
  };
}

/** Learns one task, or all when `data.task` is not told; a task with too little data says so and stops no other. */
async function train(app: App, data: Readonly<Record<string, unknown>>, run: JobRun): Promise<string> {
  if (data.task === previewTask) return trainOne(app, run, previewTask, { done: 0, of: 1 });
  const names = data.task === undefined ? tasks.map(({ name }) => name) : [taskNamed(String(data.task)).name];
  const said: string[] = [];
  for (const [index, name] of names.entries()) {
    said.push(await trainOne(app, run, name, { done: index, of: names.length }));
  }
  await evaluateEveryone(app, run.schoolId);
  return said.join(' ');
}

async function trainOne(
  app: App,
  run: JobRun,
  name: TaskName | typeof previewTask,
  { done, of }: { readonly done: number; readonly of: number },
): Promise<string> {
  const report = (share: number, step: string, subject: string) =>
    run.progress((done + share) / of, `${subject}: ${step}`).catch((error: unknown) => {
      app.log.warn({ error, task: name }, 'train: could not report progress');
    });
  const options = {
    at: app.clock.now(),
    onProgress: (share: number, step: string, subject: string) => void report(share, step, subject),
  };
  try {
    if (name === previewTask) return previewSaid(await trainPreview(app, run.schoolId, options));
    const { status, message, preview } = await trainTask(app, run.schoolId, name, options);
    return [`${name}: ${status}. ${message}`, ...(preview ? [previewSaid(preview)] : [])].join(' ');
  } catch (error) {
    if (error instanceof TooLittleData) return `${name}: ${error.message}`;
    throw error;
  }
}

function previewSaid(preview: NonNullable<Trained['preview']>): string {
  if (preview instanceof TooLittleData) return `${previewTask}: ${preview.message}`;
  return `${previewTask}: ${preview.status}. ${preview.message}`;
}

/** New models answer for everyone; the evaluation loop takes them one by one. */
async function evaluateEveryone(app: App, schoolId: number): Promise<void> {
  await app.database.withSchool(schoolId, (scope) => markEveryonePending(scope, app.clock.now()));
}

/** Time passes without events, too: gaps grow, windows move on. Everyone is looked at again each night. */
export async function nightly(app: App): Promise<void> {
  await sweepSessions(app);
  for (const { id } of await app.database.system.select({ id: schools.id }).from(schools)) {
    await evaluateEveryone(app, id);
  }
}
