import { parentPort } from 'node:worker_threads';
import { joinTraining, type TrainingJob } from '#lib/ml/trees/index.ts';

// One thread of a tree crew: it takes part in a training whenever it is told to.

if (!parentPort) throw new Error('tree-crew-thread: expected to be started as a worker thread');
parentPort.on('message', ({ job, index }: { readonly job: TrainingJob; readonly index: number }) =>
  joinTraining(job, index),
);
