import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { BoostingModel } from '#lib/ml/trees/index.ts';
import {
  alignColumns,
  type ForeignModel,
  ModelFileError,
  readModelFile,
} from '#lib/ml/trees/exchange/index.ts';
import type { TaskName } from '#lib/server/models/task-model.ts';
import type { App } from '#lib/server/platform/app.ts';
import type { Dataset } from './dataset.ts';
import type { ImportedMethod } from './task.ts';
import { taskNamed } from './tasks/index.ts';
import { collectDataset, type Trained, type TrainOptions, trainOn } from './train.ts';

export interface ModelFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * Takes a model that learned elsewhere through the same door as our own: calibrated on the school's calibration part,
 * judged on its test part beside the baselines, champion only if the present one is not surely better.
 * @throws ModelFileError when the file is no model we can serve, or not one of this task's columns and answers
 * @throws TooLittleData when the school has too little past to judge it by
 */
export async function importModel(
  app: Pick<App, 'config' | 'database' | 'log'>,
  schoolId: number,
  name: TaskName,
  file: ModelFile,
  options: TrainOptions,
): Promise<Trained> {
  const foreign = readModelFile(new TextDecoder().decode(file.bytes));
  const task = taskNamed(name);
  const dataset = await collectDataset(app, schoolId, task, options);
  const method: ImportedMethod = {
    kind: 'imported',
    model: modelFor(foreign, dataset),
    options: {
      file: basename(file.name),
      sha256: createHash('sha256').update(file.bytes).digest('hex'),
      madeBy: foreign.madeBy,
    },
  };
  return trainOn(app, schoolId, { ...task, method }, dataset, options);
}

function modelFor(foreign: ForeignModel, { columns, classes }: Dataset): BoostingModel {
  const { loss, outputs } = foreign.model;
  if (classes === 2 && loss !== 'logistic')
    throw new ModelFileError('objective', `expected yes or no (logistic), got ${loss}`);
  if (classes > 2 && (loss !== 'softmax' || outputs !== classes))
    throw new ModelFileError(
      'objective',
      `expected softmax of ${classes} classes, got ${loss} of ${outputs}`,
    );
  return alignColumns(foreign, columns);
}
