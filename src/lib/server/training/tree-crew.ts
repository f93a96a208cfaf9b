import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { ThreadCrew, TrainingJob } from '#lib/ml/trees/index.ts';
import { threadFile } from './thread-file.ts';

/** Worker threads that share the fitting of one tree model with the thread that asks. */
export interface TreeCrew extends ThreadCrew {
  close(): Promise<void>;
}

/**
 * Starts the threads; the caller of `fitBoosting` is one of them and sleeps while it waits for the others, so call it where
 * nobody waits for answers: in a worker or a script. An idle crew does not keep the process alive.
 * @param threads 2 or more, the caller's included; the machine's cores unless told
 */
export function startTreeCrew(threads = Math.max(2, availableParallelism())): TreeCrew {
  if (!(Number.isInteger(threads) && threads >= 2))
    throw new RangeError(`threads: expected a whole number from 2, got ${threads}`);
  let failure: Error | null = null;
  const workers = Array.from({ length: threads - 1 }, () => {
    // None of this process' own flags: a test runner's loader has no business in the thread.
    const worker = new Worker(threadFile('tree-crew-thread.ts'), { execArgv: [] });
    worker.on('error', (error) => {
      failure = error instanceof Error ? error : new Error(String(error));
    });
    worker.unref();
    return worker;
  });
  return {
    threads,
    start: (job: TrainingJob) => {
      if (failure) throw failure;
      workers.forEach((worker, i) => {
        if (i + 1 < job.plan.threads) worker.postMessage({ job, index: i + 1 });
      });
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
