import { type Member, type NetworkMember, takeRows } from '#lib/ml/ensemble/index.ts';
import { fitBilstm, fitTransformer, sequencesOf, type WeekColumns } from '#lib/ml/sequence/index.ts';
import {
  type BoostingData,
  fitBoosting,
  fitCatboost,
  fitForest,
  type TreeModel,
} from '#lib/ml/trees/index.ts';
import { type PartRows, pickRows } from './dataset.ts';
import type { MemberMethod, SequenceMethod } from './task.ts';

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

/** How a network is fitted, and where its weeks will stand behind the columns that the trees read. */
export interface NetworkFit {
  readonly kind: 'network';
  readonly method: SequenceMethod;
  readonly layout: WeekColumns;
  readonly counts: readonly boolean[];
}

/** A model to fit: how, and from which rows of the train part. */
export interface MemberJob {
  readonly method: MemberMethod | NetworkFit;
  readonly rows: Uint32Array;
}

/** Fits jobs that do not depend on each other and gives the models in their order. */
export type FitJobs = (
  train: PartRows,
  jobs: readonly MemberJob[],
  seed: number,
  onProgress: (share: number) => void,
) => Promise<readonly Member[]>;

export function fitJob(train: PartRows, { method, rows }: MemberJob, seed: number): Member {
  if (method.kind === 'network') return fitNetwork(method, pickRows(train, rows), seed);
  const own = Float64Array.from(rows, (row) => train.labels[row]);
  return fitMember(method, { x: takeRows(train.x, rows), labels: own }, seed);
}

/** @throws RangeError for a part without weeks */
function fitNetwork({ method, layout, counts }: NetworkFit, part: PartRows, seed: number): NetworkMember {
  const { weeks, labels, learners } = part;
  if (!weeks) throw new RangeError('weeks: expected sequences to learn from, got none');
  const sequences = sequencesOf(weeks.x, { ...layout, first: 0 });
  const examples = { ...sequences, labels, learners, nextWeek: weeks.nextWeek };
  const model =
    method.family === 'bilstm'
      ? fitBilstm(examples, { ...method.options, counts, seed })
      : fitTransformer(examples, { ...method.options, counts, seed });
  const columns = layout.first + weeks.x.columns;
  return { kind: 'network-member', version: 1, columns, outputs: 1, layout, model };
}

/** One after another, in this thread. */
export const fitInTurn: FitJobs = async (train, jobs, seed, onProgress) =>
  jobs.map((job, done) => {
    const model = fitJob(train, job, seed);
    onProgress((done + 1) / jobs.length);
    return model;
  });
