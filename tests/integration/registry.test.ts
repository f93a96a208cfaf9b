import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { and, eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { ArtifactError, artifactFolder, readArtifact } from '#lib/server/models/artifact.ts';
import {
  forgetLoadedModels,
  listModels,
  loadChampion,
  loadChampions,
  type ModelStatus,
  promoteModel,
  saveModel,
} from '#lib/server/models/registry.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { modelVersions } from '#lib/server/platform/db/schema.ts';
import { trainingApp } from '../support/artifacts.ts';
import { addSchool, testDatabase } from '../support/database.ts';
import { toyModel } from '../support/toy-models.ts';

const database = await testDatabase();
const { config } = trainingApp(database);
const root = config.artifactFolder;
const columns = ['a', 'b', 'c'];
let schools = 0;
let school = 0;

beforeEach(async () => {
  forgetLoadedModels();
  school = await addSchool(database, `school-${++schools}`);
});

const within = <T>(work: (scope: SchoolScope) => Promise<T>) => database.withSchool(school, work);

function save(seed: number, status: Exclude<ModelStatus, 'retired'> = 'champion'): Promise<string> {
  const at = new Date(Date.UTC(2026, 0, seed));
  const model = toyModel('at-risk', columns, seed);
  return within((scope) =>
    saveModel(scope, root, { task: 'at-risk', model, card: { seed }, status, message: null, at }),
  );
}

const folderOf = (version: string) => join(root, String(school), 'at-risk', version);
const champion = () => within((scope) => loadChampion(scope, 'at-risk'));
const statuses = () => within(async (scope) => (await listModels(scope)).map(({ status }) => status));

function damage(file: string, byte: number): void {
  const bytes = readFileSync(file);
  bytes[byte] ^= 1;
  writeFileSync(file, bytes);
}

describe('the registry', () => {
  it('brings the champion back as it was saved', async () => {
    const version = await save(1);
    const loaded = await champion();
    expect(loaded?.version).toBe(version);
    expect(loaded?.model).toEqual(toyModel('at-risk', columns, 1));
    expect(readdirSync(folderOf(version)).sort()).toEqual(['card.json', 'manifest.json', 'model.bin']);
  });

  it('has one champion a task: the newest retires the one before', async () => {
    await save(1);
    const second = await save(2);
    await save(3, 'challenger');
    expect((await champion())?.version).toBe(second);
    expect(await statuses()).toEqual(['challenger', 'champion', 'retired']);
  });

  it('asks for all tasks at once, and knows no model of another school', async () => {
    await save(1);
    const found = await within((scope) => loadChampions(scope));
    expect([...found.keys()]).toEqual(['at-risk']);
    school = await addSchool(database, `other-${schools}`);
    expect((await within((scope) => loadChampions(scope))).size).toBe(0);
  });

  it('promotes a challenger or a retired model, never a refused one', async () => {
    const first = await save(1);
    const refused = await save(2, 'refused');
    const challenger = await save(3, 'challenger');
    await within((scope) => promoteModel(scope, 'at-risk', challenger));
    expect((await champion())?.version).toBe(challenger);
    await within((scope) => promoteModel(scope, 'at-risk', first));
    expect((await champion())?.version).toBe(first);
    await expect(within((scope) => promoteModel(scope, 'at-risk', refused))).rejects.toThrow(
      'expected a challenger',
    );
    expect((await champion())?.version).toBe(first);
  });
});

describe('a damaged artifact', () => {
  it.each([
    [
      'a changed byte in the model',
      (folder: string) => damage(join(folder, 'model.bin'), 300),
      'model.bin: expected SHA-256',
    ],
    [
      'a changed card',
      (folder: string) => appendFileSync(join(folder, 'card.json'), ' '),
      'card.json: expected SHA-256',
    ],
    [
      'a cut manifest',
      (folder: string) => writeFileSync(join(folder, 'manifest.json'), '{"version":1'),
      'JSON',
    ],
    ['a missing model', (folder: string) => rmSync(join(folder, 'model.bin')), 'ENOENT'],
  ])('is refused for %s, and the model before goes on', async (_, harm, message) => {
    const good = await save(1);
    const bad = await save(2);
    harm(folderOf(bad));
    expect((await champion())?.version).toBe(good);
    await expect(readArtifact(root, `${school}/at-risk/${bad}`, 'at-risk')).rejects.toThrow(message);
  });

  it('leaves no champion when none before is sound', async () => {
    damage(join(folderOf(await save(1)), 'model.bin'), 300);
    expect(await champion()).toBeNull();
  });

  it('is refused when it holds another task, whatever its checksum says', async () => {
    const version = await save(1);
    await expect(readArtifact(root, `${school}/at-risk/${version}`, 'badge-chance')).rejects.toThrow(
      'expected a task model of version 1 or 2 for badge-chance, got task-model 2 at-risk',
    );
  });
});

describe('a folder that leads elsewhere', () => {
  it.each([
    '../1/at-risk/v',
    '1/at-risk',
    '1/at-risk/v/deeper',
    '/etc/passwd',
    '1/../../x',
    '1/at-risk/..',
    '1/At Risk/v',
  ])('is refused: %s', (folder) => {
    expect(() => artifactFolder(root, folder)).toThrow(ArtifactError);
  });

  it('is refused when a row names it, and the model before goes on', async () => {
    const good = await save(1);
    const bad = await save(2);
    const outside = join(root, '..', `outside-${process.pid}`);
    mkdirSync(outside, { recursive: true });
    renameSync(folderOf(bad), join(outside, 'v'));
    await within((scope) =>
      scope.tx
        .update(modelVersions)
        .set({ folder: `../outside-${process.pid}/v` })
        .where(and(eq(modelVersions.schoolId, school), eq(modelVersions.version, bad))),
    );
    expect((await champion())?.version).toBe(good);
    rmSync(outside, { recursive: true });
  });
});
