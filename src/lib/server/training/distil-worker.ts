import { Worker } from 'node:worker_threads';
import { TooLittleData } from './dataset.ts';
import type { DistilAssignment, Distilled } from './distil.ts';
import { threadFile } from './thread-file.ts';

export type DistilMessage =
  | { readonly type: 'progress'; readonly share: number }
  | { readonly type: 'done'; readonly distilled: Distilled }
  | { readonly type: 'too little'; readonly message: string };

/** Distils in a thread of its own, so that pages stay fast while it lasts. @throws TooLittleData as `distil` does */
export function distilInWorker(
  assignment: DistilAssignment,
  onProgress: (share: number) => void,
): Promise<Distilled> {
  return new Promise((resolve, reject) => {
    // None of this process' own flags: a test runner's loader has no business in the thread.
    const worker = new Worker(threadFile('distil-thread.ts'), { workerData: assignment, execArgv: [] });
    worker.on('message', (message: DistilMessage) => {
      if (message.type === 'progress') onProgress(message.share);
      else if (message.type === 'done') resolve(message.distilled);
      else reject(new TooLittleData(message.message));
    });
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`distil: expected a student, got exit code ${code}`)));
  });
}
