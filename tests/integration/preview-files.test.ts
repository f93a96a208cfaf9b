import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { badgeColumns } from '#lib/domain/badges/chance-inputs.ts';
import { encodeStudent } from '#lib/ml/distil/index.ts';
import { toyStudent } from '#lib/ml/distil/toy-student.ts';
import { overrideVerdict } from '#lib/server/models/override.ts';
import {
  forgetLoadedPreviews,
  imitatedTask,
  loadPreviewModel,
  type NewPreviewModel,
  type PreviewFile,
  previewFiles,
  previewTask,
  readPreviewFile,
  savePreviewModel,
} from '#lib/server/models/preview-model.ts';
import { forgetLoadedModels, promoteModel, saveModel } from '#lib/server/models/registry.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { loadPreviewView } from '#lib/server/stories/preview-card.ts';
import { GET } from '../../src/routes/me/preview-model/[version]/[file]/+server.ts';
import { trainingApp } from '../support/artifacts.ts';
import { addSchool, testDatabase } from '../support/database.ts';
import { installApp } from '../support/doors.ts';
import { toyModel } from '../support/toy-models.ts';

const database = await testDatabase();
const { config } = trainingApp(database);
installApp(database);
let school = 0;
let schools = 0;
let day = 0;

beforeEach(async () => {
  forgetLoadedModels();
  forgetLoadedPreviews();
  school = await addSchool(database, `previewing-${++schools}`);
});

const within = <T>(work: (scope: SchoolScope) => Promise<T>) => database.withSchool(school, work);
const nextDay = () => new Date(Date.UTC(2026, 0, ++day));

function saveTeacher(status: 'champion' | 'challenger' = 'champion'): Promise<string> {
  const model = toyModel(imitatedTask, badgeColumns, day + 1);
  return within((scope) =>
    saveModel(scope, config.artifactFolder, {
      task: imitatedTask,
      model,
      card: {},
      status,
      message: null,
      at: nextDay(),
    }),
  );
}

function saveStudent(imitates: string, status: NewPreviewModel['status'] = 'champion'): Promise<string> {
  const student = { ...toyStudent({ seed: day + 1 }), imitates };
  const text = (content: string) => new TextEncoder().encode(content);
  const files = {
    'preview.bin': encodeStudent(student),
    'model.json': text('{}'),
    'weights.bin': text('1234'),
  };
  return within((scope) =>
    savePreviewModel(scope, config.artifactFolder, {
      files,
      card: { imitates },
      status,
      message: 'made for a test',
      at: nextDay(),
    }),
  );
}

const shown = () => within(loadPreviewModel);

describe('which small model pages think with', () => {
  it('is the newest that imitates the champion', async () => {
    const teacher = await saveTeacher();
    expect(await shown()).toBeNull();
    await saveStudent(teacher);
    const second = await saveStudent(teacher);
    expect(await shown()).toMatchObject({
      version: second,
      imitates: teacher,
      student: { imitates: teacher },
    });
  });

  it('is none when it was refused, and none once another champion answers', async () => {
    const teacher = await saveTeacher();
    await saveStudent(teacher, 'refused');
    expect(await shown()).toBeNull();
    await saveStudent(teacher);
    await saveTeacher();
    expect(await shown()).toBeNull();
    expect(await within(loadPreviewView)).toMatchObject({ shown: null, missing: 'not made', refused: null });
  });

  it('is its own again for a champion that a person puts back to work', async () => {
    const first = await saveTeacher();
    const imitator = await saveStudent(first);
    const second = await saveTeacher();
    await saveStudent(second);
    await within((scope) => overrideVerdict(scope, imitatedTask, first, 'Ada Conti', nextDay()));
    expect(await shown()).toMatchObject({ version: imitator, imitates: first });
    await within((scope) => promoteModel(scope, imitatedTask, second));
    expect(await shown()).toMatchObject({ imitates: second });
  });
});

it('gives way to the sound one before it when its file is damaged, and serves nothing of that file', async () => {
  const teacher = await saveTeacher();
  const [first, second] = [await saveStudent(teacher), await saveStudent(teacher)];
  const folder = join(config.artifactFolder, String(school), previewTask, second);
  expect(readdirSync(folder).sort()).toEqual(['card.json', 'manifest.json', ...previewFiles].sort());
  const path = join(folder, 'preview.bin');
  const bytes = readFileSync(path);
  bytes[bytes.length - 1] ^= 1;
  writeFileSync(path, bytes);
  expect((await shown())?.version).toBe(first);
  const read = (file: PreviewFile) => within((scope) => readPreviewFile(scope, second, file));
  expect(await read('preview.bin')).toBeNull();
  expect(await read('model.json')).not.toBeNull();
});

describe('GET /me/preview-model/[version]/[file]', () => {
  const ask = (version: string, file: string, schoolId = school) => {
    const user = { id: 'u', schoolId, role: 'learner', learnerId: 1 };
    const event = { locals: { user, apiKey: null }, params: { version, file } };
    return Promise.resolve(GET(event as unknown as Parameters<typeof GET>[0]));
  };

  it('answers with the file as it was written, for ever', async () => {
    const version = await saveStudent(await saveTeacher());
    const answer = await ask(version, 'weights.bin');
    expect(Object.fromEntries(answer.headers)).toEqual({
      'content-type': 'application/octet-stream',
      'content-length': '4',
      'cache-control': 'private, max-age=31536000, immutable',
    });
    expect(await answer.text()).toBe('1234');
    expect((await ask(version, 'model.json')).headers.get('content-type')).toBe('application/json');
    await saveTeacher();
    expect((await ask(version, 'preview.bin')).status).toBe(200);
  });

  it('knows no other file, no other version, none refused and none of another school', async () => {
    const teacher = await saveTeacher();
    const [version, refused] = [await saveStudent(teacher), await saveStudent(teacher, 'refused')];
    const other = await addSchool(database, `next-door-${schools}`);
    for (const [name, file, schoolId] of [
      [version, 'card.json', school],
      [version, '../model.json', school],
      ['20260101000000-00000000', 'preview.bin', school],
      [teacher, 'preview.bin', school],
      [refused, 'preview.bin', school],
      [version, 'preview.bin', other],
    ] as const)
      await expect(ask(name, file, schoolId), `${name} ${file}`).rejects.toMatchObject({ status: 404 });
  });
});
