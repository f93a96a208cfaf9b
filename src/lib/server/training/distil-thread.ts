import { parentPort, workerData } from 'node:worker_threads';
import { neuralKernel } from '#lib/ml/neural/neural-kernel.ts';
import { TooLittleData } from './dataset.ts';
import { distil, type DistilAssignment } from './distil.ts';
import type { DistilMessage } from './distil-worker.ts';

// The thread that teaches the browser's small model: an assignment comes in, progress and then the student go out.

if (!parentPort) throw new Error('distil-thread: expected to be started as a worker thread');
const port = parentPort;
const tell = (message: DistilMessage) => port.postMessage(message);
try {
  const distilled = distil(workerData as DistilAssignment, neuralKernel(), (share) =>
    tell({ type: 'progress', share }),
  );
  tell({ type: 'done', distilled });
} catch (error) {
  // An error's class does not survive the way between threads.
  if (!(error instanceof TooLittleData)) throw error;
  tell({ type: 'too little', message: error.message });
}
