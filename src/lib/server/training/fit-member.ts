import { takeRows } from '#lib/ml/ensemble/index.ts';
import {
  type BoostingData,
  fitBoosting,
  fitCatboost,
  fitForest,
  type TreeModel,
} from '#lib/ml/trees/index.ts';
import type { PartRows } from './dataset.ts';
import type { MemberMethod } from './task.ts';

/** Fits one model. Pure: same data, same seed, same bytes. */
export function fitMember(method: MemberMethod, data: BoostingData, seed: number): TreeModel {
  if (method.kind === 'forest') return fitForest(data, { ...method.options, seed }).model;
  if (method.kind === 'catboost') return fitCatboost(data, { ...method.options, seed });
  return fitBoosting(data, { ...method.options, seed });
}

/** With the directions of the columns: only boosting can promise them; forests and symmetric trees learn freely. */
export function directed(method: MemberMethod, directions: readonly number[] | null): MemberMethod {
  if (method.kind !== 'boosting' || !directions?.some((direction) => direction !== 0)) return method;
  return { ...method, options: { ...method.options, monotone: directions } };
}

/** A model to fit: how, and from which rows of the train part. */
export interface MemberJob {
  readonly method: MemberMethod;
  readonly rows: Uint32Array;
}

/** Fits jobs that do not depend on each other and gives the models in their order. */
export type FitJobs = (
  train: PartRows,
  jobs: readonly MemberJob[],
  seed: number,
  onProgress: (share: number) => void,
) => Promise<readonly TreeModel[]>;

export function fitJob({ x, labels }: PartRows, { method, rows }: MemberJob, seed: number): TreeModel {
  const own = Float64Array.from(rows, (row) => labels[row]);
  return fitMember(method, { x: takeRows(x, rows), labels: own }, seed);
}

/** One after another, in this thread. */
export const fitInTurn: FitJobs = async (train, jobs, seed, onProgress) =>
  jobs.map((job, done) => {
    const model = fitJob(train, job, seed);
    onProgress((done + 1) / jobs.length);
    return model;
  });
