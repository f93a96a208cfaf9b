import { importEventsJob, importUpload } from './activity/import/upload.ts';
import { markEveryonePending } from './activity/pending.ts';
import { sweepSessions } from './auth/sessions.ts';
import { previewTask } from './models/preview-model.ts';
import type { TaskName } from './models/task-model.ts';
import { pathTask, refreshPlaces, trainPaths } from './paths/index.ts';
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

/** What the job can be told to learn: the tasks, and the models that answer none. */
type Lesson = TaskName | typeof previewTask | typeof pathTask;

interface LessonOptions {
  readonly at: Date;
  /** `subject` is the lesson itself unless told. */
  onProgress(share: number, step: string, subject?: Lesson): void;
}

/** Learns one task, or all when `data.task` is not told; a task with too little data says so and stops no other. */
async function train(app: App, data: Readonly<Record<string, unknown>>, run: JobRun): Promise<string> {
  const lessons = lessonsOf(data.task);
  const said: string[] = [];
  for (const [index, name] of lessons.entries()) {
    said.push(await trainOne(app, run, name, { done: index, of: lessons.length }));
  }
  if (lessons.some(answersTask)) await evaluateEveryone(app, run.schoolId);
  return said.join(' ');
}

/** The preview is no lesson of its own among all: a new champion of badge-chance brings it along. */
function lessonsOf(task: unknown): readonly Lesson[] {
  if (task === undefined) return [...tasks.map(({ name }) => name), pathTask];
  if (task === previewTask || task === pathTask) return [task];
  return [taskNamed(String(task)).name];
}

function answersTask(lesson: Lesson): lesson is TaskName {
  return lesson !== previewTask && lesson !== pathTask;
}

async function trainOne(
  app: App,
  run: JobRun,
  name: Lesson,
  { done, of }: { readonly done: number; readonly of: number },
): Promise<string> {
  const options: LessonOptions = {
    at: app.clock.now(),
    onProgress: (share, step, subject = name) => {
      run.progress((done + share) / of, `${subject}: ${step}`).catch((error: unknown) => {
        app.log.warn({ error, task: name }, 'train: could not report progress');
      });
    },
  };
  try {
    return await learnLesson(app, run.schoolId, name, options);
  } catch (error) {
    if (error instanceof TooLittleData) return `${name}: ${error.message}`;
    throw error;
  }
}

/** What came of it, in words. @throws TooLittleData */
async function learnLesson(
  app: App,
  schoolId: number,
  name: Lesson,
  options: LessonOptions,
): Promise<string> {
  if (name === previewTask) return previewSaid(await trainPreview(app, schoolId, options));
  if (name === pathTask) {
    const { status, message } = await trainPaths(app, schoolId, options);
    return `${name}: ${status}. ${message}`;
  }
  const { status, message, preview } = await trainTask(app, schoolId, name, options);
  return [`${name}: ${status}. ${message}`, ...(preview ? [previewSaid(preview)] : [])].join(' ');
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
    // By the features of the day that ended: those of the new one come when everyone has been looked at.
    await app.database.withSchool(id, refreshPlaces);
    await evaluateEveryone(app, id);
  }
}
