import { Worker } from 'node:worker_threads';
import type { Assignment, Learned } from './learn.ts';
import { threadFile } from './thread-file.ts';

type Message =
  | { readonly type: 'progress'; readonly share: number }
  | { readonly type: 'done'; readonly learned: Learned };

/** Learns in a thread of its own, so that pages stay fast while it lasts. */
export function learnInWorker(assignment: Assignment, onProgress: (share: number) => void): Promise<Learned> {
  return new Promise((resolve, reject) => {
    // None of this process' own flags: a test runner's loader has no business in the thread.
    const worker = new Worker(threadFile('worker.ts'), { workerData: assignment, execArgv: [] });
    worker.on('message', (message: Message) => {
      if (message.type === 'progress') onProgress(message.share);
      else resolve(message.learned);
    });
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`training: expected a model, got exit code ${code}`)));
  });
}
