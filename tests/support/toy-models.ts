import { catalogueVersion } from '#lib/domain/features/index.ts';
import { matrix } from '#lib/ml/core/matrix.ts';
import { normal, seededRandom } from '#lib/ml/core/random.ts';
import { identityCalibration } from '#lib/ml/evaluate/index.ts';
import { fitBoosting, fitForest } from '#lib/ml/trees/index.ts';
import type { TaskCalibration, TaskFacts, TaskModel, TaskName } from '#lib/server/models/task-model.ts';

/** A small model with the columns of a task, learnt from noise: enough to carry through registry and scoring. */
export function toyModel(
  task: TaskName,
  columns: readonly string[],
  seed = 1,
  facts: TaskFacts = {},
): TaskModel {
  const random = seededRandom(seed);
  const rows = 200;
  const x = matrix(
    rows,
    columns.length,
    Float64Array.from({ length: rows * columns.length }, () => 10 * Math.abs(normal(random))),
  );
  const isLevels = task === 'engagement-level';
  const labels = Uint8Array.from({ length: rows }, () => Math.floor(random() * (isLevels ? 5 : 2)));
  const model = isLevels
    ? fitForest({ x, labels }, { seed, classes: 5, trees: 5, depth: 4 }).model
    : fitBoosting({ x, labels }, { seed, loss: 'logistic', rounds: 8, depth: 3 });
  const calibration: TaskCalibration = isLevels
    ? { of: 'classes', map: { kind: 'identity', version: 1 } }
    : { of: 'probability', map: identityCalibration };
  return {
    kind: 'task-model',
    version: 2,
    task,
    catalogueVersion,
    columns,
    model,
    calibration,
    sets: null,
    summary: null,
    facts,
  };
}
