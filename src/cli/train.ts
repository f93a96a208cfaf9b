import { parseArgs } from 'node:util';
import { type TaskName, taskNames } from '#lib/server/models/task-model.ts';
import { trainTask, TooLittleData } from '#lib/server/training/train.ts';
import type { App } from '#lib/server/platform/app.ts';
import { type Command, type CommandContext, UsageError } from './command.ts';
import { describeCard } from './describe-card.ts';
import { findSchools, type NamedSchool } from './find-schools.ts';

const help = `merito train [--school SLUG] [--task TASK] [--seed N]

Trains models on the school's own past and keeps the better one of old and new.

  --school SLUG   one school (default: all)
  --task TASK     ${taskNames.join(', ')} (default: all)
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

function tasksOf(name: string | undefined): readonly TaskName[] {
  if (name === undefined) return taskNames;
  const found = taskNames.filter((task) => task === name);
  if (found.length > 0) return found;
  throw new UsageError(`--task: expected one of ${taskNames.join(', ')}, got ${JSON.stringify(name)}`);
}

/** False when the school has too little past for this task. */
async function trainOne(
  app: App,
  { id, slug }: NamedSchool,
  task: TaskName,
  seed: number,
  { print, printError }: CommandContext,
): Promise<boolean> {
  const start = performance.now();
  try {
    const trained = await trainTask(app, id, task, { at: app.clock.now(), seed });
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    print(`${slug} ${task} ${trained.version}: ${trained.status}, ${trained.message} (${seconds} s)`);
    for (const line of describeCard(trained.card)) print(`  ${line}`);
    return true;
  } catch (error) {
    if (!(error instanceof TooLittleData)) throw error;
    printError(`${slug} ${task}: too little data yet: ${error.message}`);
    return false;
  }
}
