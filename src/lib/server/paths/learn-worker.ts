import { Worker } from 'node:worker_threads';
import { TooLittleData } from '#lib/server/training/dataset.ts';
import { threadFile } from '#lib/server/training/thread-file.ts';
import type { LearntPaths, PathAssignment } from './learn.ts';

export type PathMessage =
  | { readonly type: 'progress'; readonly share: number }
  | { readonly type: 'done'; readonly learnt: LearntPaths }
  | { readonly type: 'too little'; readonly message: string };

/** Learns in a thread of its own, so that pages stay fast while it lasts. @throws TooLittleData as `learnPaths` does */
export function learnPathsInWorker(
  assignment: PathAssignment,
  onProgress: (share: number) => void,
): Promise<LearntPaths> {
  return new Promise((resolve, reject) => {
    // None of this process' own flags: a test runner's loader has no business in the thread.
    const worker = new Worker(threadFile('../paths/learn-thread.ts'), {
      workerData: assignment,
      execArgv: [],
    });
    worker.on('message', (message: PathMessage) => {
      if (message.type === 'progress') onProgress(message.share);
      else if (message.type === 'done') resolve(message.learnt);
      else reject(new TooLittleData(message.message));
    });
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`paths: expected a model, got exit code ${code}`)));
  });
}
