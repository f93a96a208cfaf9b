import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ModelExportError, ModelFileError } from '#lib/ml/trees/exchange/index.ts';
import { listModels } from '#lib/server/models/registry.ts';
import { type TaskName, taskNames } from '#lib/server/models/task-model.ts';
import type { App } from '#lib/server/platform/app.ts';
import { exportChampion, exportFormats } from '#lib/server/training/export-model.ts';
import { importModel } from '#lib/server/training/import-model.ts';
import { taskNamed } from '#lib/server/training/tasks/index.ts';
import { collectDataset, TooLittleData } from '#lib/server/training/train.ts';
import { trainingTable } from '#lib/server/training/training-table.ts';
import { type Command, UsageError } from './command.ts';
import { describeCard } from './describe-card.ts';
import { findSchools, type NamedSchool } from './find-schools.ts';

export const modelsList: Command = {
  name: 'models list',
  summary: 'list the models of every task',
  help: `merito models list [--school SLUG]

Lists every version, the newest first: task, version, status and why it has it.

  --school SLUG   one school (default: all)

Example: merito models list --school galilei`,
  run: async (args, context) => {
    const { values } = parseArgs({ args: [...args], options: { school: { type: 'string' } } });
    const app = await context.app();
    for (const { id, slug } of await findSchools(app, values.school)) {
      const models = await app.database.withSchool(id, (scope) => listModels(scope));
      for (const { task, version, status, message } of models)
        context.print(`${slug}  ${task}  ${version}  ${status}${message ? `: ${message}` : ''}`);
    }
    return 0;
  },
};

const task = { type: 'string' } as const;
const school = { type: 'string' } as const;

export const modelsColumns: Command = {
  name: 'models columns',
  summary: 'print what a task learns from, for training elsewhere',
  help: `merito models columns --task TASK --school SLUG [FILE]

Writes the training table of a task as CSV: the columns by name, then label, part (train, calibrate, test) and learner, a
number that only says which rows belong together. No names, no protected attributes. Train on part train alone.

  --task TASK     ${taskNames.join(', ')}
  --school SLUG   the school (may be left out when there is one)
  FILE            where to (default: print)

Example: merito models columns --task at-risk --school galilei at-risk.csv`,
  run: async (args, context) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { task, school },
      allowPositionals: true,
    });
    const wanted = taskOf(values.task);
    const [path] = positionals;
    const app = await context.app();
    const { id } = await oneSchool(app, values.school);
    const dataset = await inWords('data', () =>
      collectDataset(app, id, taskNamed(wanted), { at: app.clock.now() }),
    );
    const lines = trainingTable(dataset);
    if (path === undefined) for (const line of lines) context.print(line);
    else await writeFile(path, `${[...lines].join('\n')}\n`);
    return 0;
  },
};

export const modelsImport: Command = {
  name: 'models import',
  summary: 'take a model that was trained elsewhere',
  help: `merito models import FILE --task TASK [--school SLUG] [--seed N]

Reads a model of XGBoost (JSON), LightGBM (text) or CatBoost (JSON) that was trained on the table of
"merito models columns". It is calibrated and judged on the school's own past like a model of ours, and becomes champion
only if the present one is not surely better.

  FILE            what save_model wrote
  --task TASK     ${taskNames.join(', ')}
  --school SLUG   one school (default: all)
  --seed N        the chance in judging it (default: 1)

Example: merito models import at-risk.json --task at-risk --school galilei`,
  run: async (args, context) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { task, school, seed: { type: 'string', default: '1' } },
      allowPositionals: true,
    });
    const path = fileOf(positionals);
    const wanted = taskOf(values.task);
    const seed = Number(values.seed);
    if (!Number.isInteger(seed)) throw new UsageError(`--seed: expected a whole number, got ${values.seed}`);
    const file = { name: path, bytes: await readBytes(path) };
    const app = await context.app();
    for (const { id, slug } of await findSchools(app, values.school)) {
      const made = await inWords(path, () =>
        importModel(app, id, wanted, file, { at: app.clock.now(), seed }),
      );
      context.print(`${slug} ${wanted} ${made.version}: ${made.status}, ${made.message}`);
      for (const line of describeCard(made.card)) context.print(`  ${line}`);
    }
    return 0;
  },
};

export const modelsExport: Command = {
  name: 'models export',
  summary: 'write the champion as a file of another library',
  help: `merito models export FILE --task TASK [--school SLUG] [--format FORMAT] [--member NAME]

Writes the champion's trees so that the other library answers with the same margins. The calibration stays here.

  FILE             where to
  --task TASK      ${taskNames.join(', ')}
  --school SLUG    the school (may be left out when there is one)
  --format FORMAT  ${exportFormats.join(', ')} (default: the one the trees grew by)
  --member NAME    which member, when a stack is champion

Example: merito models export at-risk.json --task at-risk --school galilei --member xgboost`,
  run: async (args, context) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { task, school, format: { type: 'string' }, member: { type: 'string' } },
      allowPositionals: true,
    });
    const path = fileOf(positionals);
    const request = { task: taskOf(values.task), format: values.format, member: values.member };
    const app = await context.app();
    const { id } = await oneSchool(app, values.school);
    const text = await inWords(request.task, () =>
      app.database.withSchool(id, (scope) => exportChampion(scope, request)),
    );
    await writeFile(path, text);
    context.print(`${path}: ${Buffer.byteLength(text)} bytes`);
    return 0;
  },
};

function taskOf(name: string | undefined): TaskName {
  const found = taskNames.find((known) => known === name);
  if (found) return found;
  throw new UsageError(
    `--task: expected one of ${taskNames.join(', ')}, got ${name === undefined ? 'none' : JSON.stringify(name)}`,
  );
}

function fileOf(positionals: readonly string[]): string {
  if (positionals.length === 1) return positionals[0];
  throw new UsageError(`FILE: expected one, got ${positionals.length}`);
}

async function readBytes(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: unknown) => {
    throw new UsageError(`FILE: expected one that can be read: ${(error as Error).message}`);
  });
}

async function oneSchool(app: App, slug: string | undefined): Promise<NamedSchool> {
  const found = await findSchools(app, slug);
  if (found.length === 1) return found[0];
  throw new UsageError(`--school: expected one of ${found.map((one) => one.slug).join(', ')}, got none`);
}

/** Lets a refusal of the file, the model or the data reach the person who typed, without a stack. */
async function inWords<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (failure) {
    const isRefusal =
      failure instanceof ModelFileError ||
      failure instanceof ModelExportError ||
      failure instanceof TooLittleData;
    throw isRefusal ? new UsageError(`${what}: ${failure.message}`) : failure;
  }
}
