import { parentPort, workerData } from 'node:worker_threads';
import { fitInThreads } from './fit-threads.ts';
import { type Assignment, learn } from './learn.ts';

// The thread that trains: an assignment comes in, progress and then the model go out. It ends by itself.

if (!parentPort) throw new Error('worker: expected to be started as a worker thread');
const port = parentPort;
let told = 0;
const report = (share: number) => {
  if (share - told < 0.02 && share < 1) return;
  told = share;
  port.postMessage({ type: 'progress', share });
};
port.postMessage({ type: 'done', learned: await learn(workerData as Assignment, report, fitInThreads) });
