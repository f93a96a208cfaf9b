import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { badgeColumns, badgeRateColumn } from '#lib/domain/badges/chance-inputs.ts';
import { localMoment } from '#lib/domain/activity/school-day.ts';
import { matrix } from '#lib/ml/core/matrix.ts';
import { bendInto, decodeStudent, networkInputs, openStudent } from '#lib/ml/distil/index.ts';
import { predictNetwork } from '#lib/ml/neural/index.ts';
import { seedBadges } from '#lib/server/awards/badges.ts';
import { loadSchool } from '#lib/server/demo/load-school.ts';
import { previewCardSchema } from '#lib/server/models/card.ts';
import {
  loadPreviewModel,
  previewFiles,
  previewTask,
  readPreviewFile,
} from '#lib/server/models/preview-model.ts';
import { listModels } from '#lib/server/models/registry.ts';
import { loadPreviewView } from '#lib/server/stories/preview-card.ts';
import { TooLittleData, type Trained, trainPreview, trainTask } from '#lib/server/training/train.ts';
import { buildSchool } from '#lib/simulator/index.ts';
import { trainingApp } from '../support/artifacts.ts';
import { addSchool, testDatabase } from '../support/database.ts';

const timeZone = 'Europe/Rome';
const at = new Date('2026-03-20T08:00:00Z');
const before = localMoment(at, timeZone).day;
const database = await testDatabase();
const app = trainingApp(database);

describe('a school that has lived', () => {
  let schoolId = 0;
  let trained: Trained;
  const steps = new Set<string>();
  const within = <T>(work: Parameters<typeof database.withSchool<T>>[1]) =>
    database.withSchool(schoolId, work);

  beforeAll(async () => {
    schoolId = await addSchool(database, 'imitating');
    const school = buildSchool({ seed: 3, learners: 160, classes: 7, years: 2, timeZone, before });
    await loadSchool(database, schoolId, school, at);
    await within((scope) => seedBadges(scope));
    const onProgress = (share: number, step: string, of: string) => {
      expect(share).toBeLessThanOrEqual(1);
      steps.add(`${of}: ${step}`);
    };
    trained = await trainTask(app, schoolId, 'badge-chance', { at, onProgress });
  }, 600_000);

  const made = () => {
    if (!trained.preview || trained.preview instanceof TooLittleData)
      throw new Error('expected a small model beside the champion');
    return trained.preview;
  };

  it('teaches a small model right after its champion', () => {
    expect(trained.status).toBe('champion');
    expect(made().status).toBe('champion');
    expect(made().card.imitates).toBe(trained.version);
    expect([...steps]).toEqual(
      expect.arrayContaining(['badge-chance: learning', `${previewTask}: learning`]),
    );
  });

  it('is held to learners that it never learnt from', () => {
    const { fidelity, whatIf, learners, rows, bytes } = previewCardSchema.parse(made().card);
    expect(fidelity.spearman.value).toBeGreaterThanOrEqual(0.95);
    expect(fidelity.calibrationError.value).toBeLessThanOrEqual(0.02);
    expect(whatIf.spearman.value).toBeGreaterThanOrEqual(0.95);
    expect(fidelity.learners).toBe(learners.judged);
    expect(learners.judged).toBeGreaterThanOrEqual(Math.floor((learners.learnt + learners.stopping) / 4));
    expect(rows.moved).toBeGreaterThan(rows.learnt);
    expect(bytes).toBeLessThanOrEqual(100_000);
  });

  it('is found with the champion it imitates, and keeps its card', async () => {
    const found = await within(loadPreviewModel);
    expect(found).toMatchObject({ version: made().version, imitates: trained.version });
    expect(found?.student.inputs.map(({ column }) => column)).toEqual(badgeColumns);
    const view = await within(loadPreviewView);
    expect(view).toMatchObject({ missing: null, shown: { version: made().version } });
    const stored = (await within(listModels)).find(({ task }) => task === previewTask);
    expect(previewCardSchema.parse(stored?.card)).toEqual(made().card);
  });

  it('is served as a flat file and as a model of tfjs that answer the same', async () => {
    const files = await Promise.all(
      previewFiles.map((file) => within((scope) => readPreviewFile(scope, made().version, file))),
    );
    const [flat, json, weights] = files.map((bytes) => bytes ?? new Uint8Array());
    const student = decodeStudent(flat);
    const { modelTopology, weightsManifest } = JSON.parse(new TextDecoder().decode(json));
    const model = await tf.loadLayersModel(
      tf.io.fromMemory({
        modelTopology,
        weightSpecs: weightsManifest[0].weights,
        weightData: Uint8Array.from(weights).buffer,
      }),
    );
    const rows = 50;
    const values = Float64Array.from({ length: rows * badgeColumns.length }, (_, i) =>
      i % 11 === 0 ? NaN : ((i * 37) % 29) / 4,
    );
    for (let row = 1; row < rows; row++) values.copyWithin(row * badgeColumns.length, 0, badgeRateColumn);
    const inputs = networkInputs(matrix(rows, badgeColumns.length, values), student.inputs, student.bound);
    const answer = model.predict(tf.tensor2d(inputs, [rows, student.network.inputWidth])) as tf.Tensor;
    const chances = new Float64Array(rows);
    const own = values.filter((_, i) => i % badgeColumns.length >= badgeRateColumn);
    openStudent(student).scoreInto(values.slice(0, badgeRateColumn), own, rows, chances);
    for (const margins of [await answer.data(), predictNetwork(student.network, inputs)]) {
      const answers = Float64Array.from(margins);
      bendInto(student.bend, answers, rows);
      // A step of the calibration makes the last bits of a margin a few times larger.
      for (const [row, chance] of answers.entries())
        expect(Math.abs(chance - chances[row])).toBeLessThan(1e-5);
    }
  });

  it('is none of another school', async () => {
    const other = await addSchool(database, 'next-door');
    const elsewhere = <T>(work: Parameters<typeof database.withSchool<T>>[1]) =>
      database.withSchool(other, work);
    expect(await elsewhere(loadPreviewModel)).toBeNull();
    expect(await elsewhere((scope) => readPreviewFile(scope, made().version, 'preview.bin'))).toBeNull();
    expect(await elsewhere(loadPreviewView)).toMatchObject({ shown: null, missing: 'no champion' });
    await expect(trainPreview(app, other, { at })).rejects.toThrow(TooLittleData);
  });
});
