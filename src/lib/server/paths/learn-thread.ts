import { parentPort, workerData } from 'node:worker_threads';
import { neuralKernel } from '#lib/ml/neural/neural-kernel.ts';
import { TooLittleData } from '#lib/server/training/dataset.ts';
import { learnPaths, type PathAssignment } from './learn.ts';
import type { PathMessage } from './learn-worker.ts';

// The thread that learns where learners stand: an assignment comes in, progress and then the model go out.

if (!parentPort) throw new Error('learn-thread: expected to be started as a worker thread');
const port = parentPort;
const tell = (message: PathMessage) => port.postMessage(message);
try {
  const learnt = learnPaths(workerData as PathAssignment, neuralKernel, (share) =>
    tell({ type: 'progress', share }),
  );
  tell({ type: 'done', learnt });
} catch (error) {
  // An error's class does not survive the way between threads.
  if (!(error instanceof TooLittleData)) throw error;
  tell({ type: 'too little', message: error.message });
}
