import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { matrix } from '#lib/ml/core/matrix.ts';
import type { Member } from '#lib/ml/ensemble/index.ts';
import type { PartRows } from './dataset.ts';
import type { FitJobs, MemberJob } from './fit-member.ts';

/** What a fitting thread starts with; the values are shared memory, not a copy. */
export interface FitAssignment {
  readonly train: PartRows;
  readonly jobs: readonly MemberJob[];
  readonly seed: number;
}

export interface FitAnswer {
  readonly job: number;
  readonly model: Member;
}

/**
 * Threads on all cores but one, which stays with the pages; each takes the next job when it is free: members and folds do not
 * depend on each other, which uses cores better than splitting one small fit among them.
 */
export const fitInThreads: FitJobs = async (train, jobs, seed, onProgress) => {
  const assignment: FitAssignment = { train: inSharedMemory(train), jobs, seed };
  const models = new Array<Member>(jobs.length);
  let [next, done] = [0, 0];
  const thread = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(join(import.meta.dirname, 'fit-thread.ts'), {
        workerData: assignment,
        execArgv: [],
      });
      const ask = () => worker.postMessage(next < jobs.length ? next++ : null);
      worker.on('message', ({ job, model }: FitAnswer) => {
        models[job] = model;
        onProgress(++done / jobs.length);
        ask();
      });
      worker.on('error', reject);
      worker.on('exit', (code) => {
        if (code === 0) resolve();
        else reject(new Error(`fit: expected the thread to end well, got exit code ${code}`));
      });
      ask();
    });
  const threads = Math.max(1, Math.min(availableParallelism() - 1, jobs.length));
  await Promise.all(Array.from({ length: threads }, thread));
  return models;
};

function inSharedMemory(train: PartRows): PartRows {
  const { rows, columns, values } = train.x;
  const shared = new Float64Array(new SharedArrayBuffer(8 * values.length));
  shared.set(values);
  return { ...train, x: matrix(rows, columns, shared) };
}
