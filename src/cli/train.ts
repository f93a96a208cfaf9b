import { parseArgs } from 'node:util';
import { previewTask } from '#lib/server/models/preview-model.ts';
import { type TaskName, taskNames } from '#lib/server/models/task-model.ts';
import { trainPreview, trainTask, TooLittleData, type Trained } from '#lib/server/training/train.ts';
import { pathTask, trainPaths } from '#lib/server/paths/index.ts';
import type { App } from '#lib/server/platform/app.ts';
import { type Command, type CommandContext, UsageError } from './command.ts';
import { describeCard, describePreview } from './describe-card.ts';
import { findSchools, type NamedSchool } from './find-schools.ts';

const help = `merito train [--school SLUG] [--task TASK] [--seed N]

Trains models on the school's own past and keeps the better one of old and new. A new champion of badge-chance also teaches
${previewTask}, the small model that the learner's page thinks with; as a task of its own it is taught anew. ${pathTask}
learns where learners stand, so that they can see what others with a like path went on to earn.

  --school SLUG   one school (default: all)
  --task TASK     ${[...taskNames, previewTask, pathTask].join(', ')} (default: all)
  --seed N        the chance in it; same data and seed, same model (default: 1)

Example: merito train --school galilei --task at-risk`;

const train: Command = {
  name: 'train',
  summary: "train the models on the school's own past",
  help,
  run: async (args, context) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        school: { type: 'string' },
        task: { type: 'string' },
        seed: { type: 'string', default: '1' },
      },
    });
    const wanted = tasksOf(values.task);
    const seed = Number(values.seed);
    if (!Number.isInteger(seed)) throw new UsageError(`--seed: expected a whole number, got ${values.seed}`);
    const app = await context.app();
    let failures = 0;
    for (const school of await findSchools(app, values.school)) {
      for (const task of wanted) failures += Number(!(await trainOne(app, school, task, seed, context)));
    }
    return failures === 0 ? 0 : 1;
  },
};

export default train;

type Wanted = TaskName | typeof previewTask | typeof pathTask;

function tasksOf(name: string | undefined): readonly Wanted[] {
  if (name === undefined) return [...taskNames, pathTask];
  const known: readonly Wanted[] = [...taskNames, previewTask, pathTask];
  const found = known.filter((task) => task === name);
  if (found.length > 0) return found;
  throw new UsageError(`--task: expected one of ${known.join(', ')}, got ${JSON.stringify(name)}`);
}

/** False when the school has too little past for this task. */
async function trainOne(
  app: App,
  { id, slug }: NamedSchool,
  task: Wanted,
  seed: number,
  context: CommandContext,
): Promise<boolean> {
  const start = performance.now();
  const options = { at: app.clock.now(), seed };
  try {
    if (task === previewTask) {
      printPreview(slug, await trainPreview(app, id, options), context);
      return true;
    }
    if (task === pathTask) {
      const { version, status, message } = await trainPaths(app, id, options);
      context.print(`${slug} ${task} ${version}: ${status}, ${message}`);
      return true;
    }
    const trained = await trainTask(app, id, task, options);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    context.print(`${slug} ${task} ${trained.version}: ${trained.status}, ${trained.message} (${seconds} s)`);
    for (const line of describeCard(trained.card)) context.print(`  ${line}`);
    if (trained.preview) printPreview(slug, trained.preview, context);
    return true;
  } catch (error) {
    if (!(error instanceof TooLittleData)) throw error;
    context.printError(`${slug} ${task}: too little data yet: ${error.message}`);
    return false;
  }
}

function printPreview(
  slug: string,
  preview: NonNullable<Trained['preview']>,
  { print, printError }: CommandContext,
): void {
  if (preview instanceof TooLittleData) {
    printError(`${slug} ${previewTask}: too little data yet: ${preview.message}`);
    return;
  }
  print(`${slug} ${previewTask} ${preview.version}: ${preview.status}, ${preview.message}`);
  for (const line of describePreview(preview.card)) print(`  ${line}`);
}
