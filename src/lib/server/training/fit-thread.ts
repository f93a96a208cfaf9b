import { parentPort, workerData } from 'node:worker_threads';
import { fitJob } from './fit-member.ts';
import type { FitAnswer, FitAssignment } from './fit-threads.ts';

// A thread that fits: the number of a job comes in, its model goes out; null ends it.

if (!parentPort) throw new Error('fit-thread: expected to be started as a worker thread');
const port = parentPort;
const { train, jobs, seed } = workerData as FitAssignment;
port.on('message', (job: number | null) => {
  if (job === null) port.close();
  else port.postMessage({ job, model: fitJob(train, jobs[job], seed) } satisfies FitAnswer);
});
