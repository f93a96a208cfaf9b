import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localMoment } from '#lib/domain/activity/school-day.ts';
import { matrix, type Matrix } from '#lib/ml/core/matrix.ts';
import { readModelFile, writeLightgbmText, writeXgboostJson } from '#lib/ml/trees/exchange/index.ts';
import { fitBoosting, predictMargins } from '#lib/ml/trees/index.ts';
import { loadSchool } from '#lib/server/demo/load-school.ts';
import { loadChampion } from '#lib/server/models/registry.ts';
import { answersOf } from '#lib/server/models/task-model.ts';
import type { App } from '#lib/server/platform/app.ts';
import { createJobs } from '#lib/server/platform/jobs.ts';
import type { Dataset } from '#lib/server/training/dataset.ts';
import { exportChampion } from '#lib/server/training/export-model.ts';
import { importModel } from '#lib/server/training/import-model.ts';
import { taskNamed } from '#lib/server/training/tasks/index.ts';
import { collectDataset, type Trained } from '#lib/server/training/train.ts';
import { trainingTable } from '#lib/server/training/training-table.ts';
import { buildSchool } from '#lib/simulator/index.ts';
import { type Command, type CommandContext, UsageError } from '../../src/cli/command.ts';
import { modelsColumns, modelsExport, modelsImport, modelsList } from '../../src/cli/models.ts';
import { trainingApp } from '../support/artifacts.ts';
import { addSchool, testDatabase } from '../support/database.ts';

const timeZone = 'Europe/Rome';
const at = new Date('2026-03-20T08:00:00Z');
const database = await testDatabase();
const app = trainingApp(database);

describe('a model trained elsewhere', () => {
  let schoolId = 0;
  let dataset: Dataset;
  let text = '';
  let imported: Trained;
  const bytesOf = (file: string) => new TextEncoder().encode(file);
  const importText = (file: string) =>
    importModel(app, schoolId, 'at-risk', { name: 'somewhere/at-risk.model', bytes: bytesOf(file) }, { at });

  beforeAll(async () => {
    schoolId = await addSchool(database, 'exchange');
    const before = localMoment(at, timeZone).day;
    const school = buildSchool({ seed: 3, learners: 110, classes: 5, years: 2, timeZone, before });
    await loadSchool(database, schoolId, school, at);
    dataset = await collectDataset(app, schoolId, taskNamed('at-risk'), { at });
    text = trainElsewhere(dataset);
    imported = await importText(text);
  });

  it('is judged as our own and becomes champion, its card says where it came from', () => {
    expect(imported.status).toBe('champion');
    const { method, metrics, baselines } = imported.card as {
      method: unknown;
      metrics: { logLoss: { value: number } };
      baselines: { name: string }[];
    };
    expect(method).toEqual({
      kind: 'imported',
      options: {
        file: 'at-risk.model',
        sha256: createHash('sha256').update(text).digest('hex'),
        madeBy: readModelFile(text).madeBy,
      },
    });
    expect(metrics.logLoss.value).toBeLessThan(0.69);
    expect(baselines.map(({ name }) => name)).toContain('persistence');
  });

  it('reads the columns by name though the file has them in another order', async () => {
    const champion = await database.withSchool(schoolId, (scope) => loadChampion(scope, 'at-risk'));
    const { x } = dataset.parts.test;
    const model = champion?.model;
    if (model?.model.kind !== 'boosting') throw new TypeError('champion: expected boosted trees');
    const elsewhere = predictMargins(readModelFile(text).model, reversed(x));
    expect(predictMargins(model.model, x)).toEqual(elsewhere);
    expect(model.columns).toEqual(dataset.columns);
    expect(answersOf(model, x).every((answer) => answer >= 0 && answer <= 1)).toBe(true);
  });

  it('leaves again as a file that answers the same', async () => {
    const file = await database.withSchool(schoolId, (scope) => exportChampion(scope, { task: 'at-risk' }));
    const { model, names } = readModelFile(file);
    expect(names).toEqual(dataset.columns);
    const { x } = dataset.parts.test;
    expect(predictMargins(model, x)).toEqual(predictMargins(readModelFile(text).model, reversed(x)));
  });

  it('is refused with the columns it lacks or has beside', async () => {
    const renamed = text.replaceAll('class-day', 'shoe-size');
    await expect(importText(renamed)).rejects.toThrow(/^columns: .*missing: class-day; unknown: shoe-size$/);
  });

  it('is refused when it answers another question, or is no model at all', async () => {
    const answers = text
      .replace('objective=binary sigmoid:1', 'objective=regression')
      .replace('binary:logistic', 'reg:squarederror');
    await expect(importText(answers)).rejects.toThrow(
      'objective: expected yes or no (logistic), got squared',
    );
    await expect(importText('PK')).rejects.toThrow('file: expected a model of XGBoost');
  });

  it('finds its training table: every row, no name, no protected attribute', () => {
    const [header, ...lines] = trainingTable(dataset);
    const columns = header.split(',');
    expect(columns).toEqual([...dataset.columns, 'label', 'part', 'learner']);
    expect(columns.filter((name) => /gender|sex|\bage|region|disab|imd|origin|depriv/i.test(name))).toEqual(
      [],
    );
    const { train, calibrate, test } = dataset.parts;
    expect(lines.length).toBe(train.x.rows + calibrate.x.rows + test.x.rows);
    const cells = lines[0].split(',');
    const values = cells.slice(0, -3).map((cell) => (cell === '' ? NaN : Number(cell)));
    expect(Float64Array.from(values)).toEqual(Float64Array.from(train.x.values.subarray(0, train.x.columns)));
    expect(cells.slice(-3)).toEqual([String(train.labels[0]), 'train', '1']);
    const learners = new Set([...train.learners, ...calibrate.learners, ...test.learners]);
    expect(new Set(lines.map((line) => line.split(',').at(-1))).size).toBe(learners.size);
  });
});

describe('merito models', () => {
  let folder = '';
  const lines: string[] = [];
  const whole: App = {
    ...app,
    clock: { now: () => new Date(at.getTime() + 60_000) },
    jobs: createJobs(database, app.log),
    stop: async () => undefined,
  };
  const context: CommandContext = {
    app: async () => whole,
    print: (line) => void lines.push(line),
    printError: (line) => void lines.push(line),
  };
  const run = async (command: Command, ...args: string[]) => {
    lines.length = 0;
    expect(await command.run(args, context)).toBe(0);
    return lines;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'merito-models-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('writes the champion to a file, takes it back, and lists both', async () => {
    const path = join(folder, 'at-risk.model');
    await run(modelsExport, path, '--task', 'at-risk');
    const taken = await run(modelsImport, path, '--task', 'at-risk', '--school', 'exchange');
    expect(taken[0]).toMatch(/^exchange at-risk \S+: champion, not worse than the champion/);
    const listed = await run(modelsList);
    expect(listed.map((line) => line.split(/\s+/)[3])).toEqual(['champion:', 'retired:']);
  });

  it('writes the training table', async () => {
    const path = join(folder, 'at-risk.csv');
    await run(modelsColumns, path, '--task', 'at-risk');
    const printed = await run(modelsColumns, '--task', 'at-risk');
    expect(await readFile(path, 'utf8')).toBe(`${printed.join('\n')}\n`);
    expect(printed[0]).toMatch(/,label,part,learner$/);
  });

  it('answers misuse with the place, and no stack', async () => {
    const path = join(folder, 'broken.json');
    await writeFile(path, '{"learner":{}}');
    const refused = modelsImport.run([path, '--task', 'at-risk'], context);
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(`${path}: learner.objective: expected a value, got none`);
    await expect(modelsImport.run(['nowhere', '--task', 'at-risk'], context)).rejects.toThrow(UsageError);
    await expect(modelsExport.run([path, '--task', 'luck'], context)).rejects.toThrow(
      '--task: expected one of engagement-level, badge-chance, at-risk, got "luck"',
    );
    await expect(modelsExport.run([path, '--task', 'badge-chance'], context)).rejects.toThrow(
      'badge-chance: model: expected a champion of badge-chance, got none',
    );
  });
});

/** What another library would do with the table: its own order of columns, its own trees, a file. */
function trainElsewhere({ columns, parts: { train } }: Dataset): string {
  const model = fitBoosting(
    { x: reversed(train.x), labels: train.labels },
    { seed: 1, loss: 'logistic', rounds: 40, depth: 3, minChildWeight: 10 },
  );
  const names = columns.toReversed();
  return model.sums === 'single' ? writeXgboostJson(model, { names }) : writeLightgbmText(model, { names });
}

function reversed(x: Matrix): Matrix {
  const values = Float64Array.from(x.values);
  for (let row = 0; row < x.rows; row++) values.subarray(row * x.columns, (row + 1) * x.columns).reverse();
  return matrix(x.rows, x.columns, values);
}
