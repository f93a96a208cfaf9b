import { expect, test } from 'vitest';
import { overrideVerdict } from '#lib/server/models/override.ts';
import { listModels, loadChampion, type NewModel, saveModel } from '#lib/server/models/registry.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { trainingApp } from '../support/artifacts.ts';
import { addSchool, testDatabase } from '../support/database.ts';
import { toyModel } from '../support/toy-models.ts';

const database = await testDatabase();
const { config } = trainingApp(database);
const school = await addSchool(database, 'overriding');
const at = new Date('2026-03-02T09:00:00Z');

const within = <T>(work: (scope: SchoolScope) => Promise<T>) => database.withSchool(school, work);

function save(seed: number, status: NewModel['status'], message: string | null): Promise<string> {
  const model = toyModel('at-risk', ['a', 'b', 'c'], seed);
  const trainedAt = new Date(Date.UTC(2026, 0, seed));
  return within((scope) =>
    saveModel(scope, config.artifactFolder, {
      task: 'at-risk',
      model,
      card: {},
      status,
      message,
      at: trainedAt,
    }),
  );
}

test('a person puts a held version to work, and it keeps who and when', async () => {
  const first = await save(1, 'champion', null);
  const held = await save(2, 'challenger', 'held for a person: a gap');
  expect(await within((scope) => overrideVerdict(scope, 'at-risk', held, 'Ada Conti', at))).toBe(true);
  expect((await within((scope) => loadChampion(scope, 'at-risk')))?.version).toBe(held);
  const versions = await within(listModels);
  expect(versions.find(({ version }) => version === held)).toMatchObject({
    status: 'champion',
    message: 'held for a person: a gap; put to work by Ada Conti on 2026-03-02',
  });
  expect(versions.find(({ version }) => version === first)?.status).toBe('retired');
});

test('what was refused, or is not there, leaves the champion at work', async () => {
  const champion = await save(3, 'champion', null);
  const refused = await save(4, 'refused', 'not surely better');
  const put = (version: string) => within((scope) => overrideVerdict(scope, 'at-risk', version, 'Ada', at));
  expect(await put(refused)).toBe(false);
  expect(await put('nowhere')).toBe(false);
  expect((await within((scope) => loadChampion(scope, 'at-risk')))?.version).toBe(champion);
});
