import { type GrownTree, growTree } from '../grow.ts';
import { AbandonedError } from './barrier.ts';
import { bundleOwnRows, findBundles } from './bundles.ts';
import { binOwnColumns } from './prepare.ts';
import { ownChunks, type Thread, threadOn } from './thread.ts';
import type { Plan } from './plan.ts';
import type { TrainingMemory } from './simd.ts';

/** What a thread needs to take part in a training. */
export interface TrainingJob {
  readonly memory: TrainingMemory;
  readonly plan: Plan;
  readonly isWeighted: boolean;
}

/**
 * Threads that stand ready to share a training with the one that calls `fitBoosting`. That one then sleeps until the others
 * are done with their part, so it must be one that may: no page's main thread.
 */
export interface ThreadCrew {
  /** All of them, the caller's included. */
  readonly threads: number;
  /** Lets thread 1 and those after call `joinTraining(job, thread)`, at once and while the caller sleeps. */
  start(job: TrainingJob): void;
}

// What the leading thread tells the others, as float64 at `layout.order`.
const orders = { stop: 0, gradients: 1, tree: 2 } as const;
const orderFields = { kind: 0, output: 1, sampled: 2, seed: 3 } as const;

/** The work of thread 1 and those after: binning, then what the leading thread orders, until it is done. */
export function joinTraining(job: TrainingJob, index: number): void {
  const newcomer = threadOn(job.memory, job.plan, index);
  const { barrier, views } = newcomer;
  try {
    const { thread } = prepareTable(newcomer, job.isWeighted);
    for (;;) {
      barrier.meet();
      const [kind, output, sampled, seed] = views.order;
      if (kind === orders.stop) return;
      if (kind === orders.gradients) computeGradients(thread, output);
      else growTree(thread, output, sampled, seed);
    }
  } catch (error) {
    // The thread that failed says so itself; this one is free for the next training.
    if (error instanceof AbandonedError) return;
    barrier.fail();
    throw error;
  }
}

/** Bins the table, and lets exclusive columns share bytes. All threads together. */
function prepareTable(thread: Thread, isWeighted: boolean): { thread: Thread; bundles: number } {
  const { plan, barrier, index } = thread;
  binOwnColumns(thread, isWeighted);
  barrier.meet();
  if (!plan.bundling) return { thread, bundles: 0 };
  const bundles = index === 0 ? findBundles(thread) : 0;
  barrier.meet();
  return { thread: { ...thread, rowBytes: bundleOwnRows(thread) }, bundles };
}

/** The leading thread's view of a training. */
export interface Training {
  readonly thread: Thread;
  /** How many bundles of columns share a byte. */
  readonly bundles: number;
  /** Computes the gradients of one output at the present margins; those of a round's first tree, where it has several. */
  computeGradients(output: number): void;
  /** Grows a tree on the first `sampled` of the listed rows and moves the margins of all. */
  grow(output: number, sampled: number, seed: number): GrownTree;
  /** Sends the other threads home. */
  end(): void;
  /** Lets the other threads stop where they are, after an error here. */
  fail(): void;
}

/** Starts the crew and bins the table, whose values, labels and weights lie in memory already. */
export function startTraining(job: TrainingJob, crew: ThreadCrew | undefined): Training {
  if (job.plan.threads > 1) crew?.start(job);
  const { thread, bundles } = prepareTable(threadOn(job.memory, job.plan, 0), job.isWeighted);
  const { barrier, views } = thread;
  const order = (kind: number, output = 0, sampled = 0, seed = 0) => {
    views.order[orderFields.kind] = kind;
    views.order[orderFields.output] = output;
    views.order[orderFields.sampled] = sampled;
    views.order[orderFields.seed] = seed;
    barrier.meet();
  };
  return {
    thread,
    bundles,
    computeGradients: (output) => {
      order(orders.gradients, output);
      computeGradients(thread, output);
    },
    grow: (output, sampled, seed) => {
      order(orders.tree, output, sampled, seed);
      return growTree(thread, output, sampled, seed);
    },
    end: () => order(orders.stop),
    fail: () => barrier.fail(),
  };
}

function computeGradients(thread: Thread, output: number): void {
  const { plan, views, loss, kernel, barrier, index } = thread;
  const { layout, rows, outputs } = plan;
  const [from, to] = ownChunks(thread, rows);
  if (outputs > 1 && output === 0)
    views.before.set(views.margins.subarray(from * outputs, to * outputs), from * outputs);
  if (!loss.isRowwise) barrier.meet();
  const { gradients, before, labels, weights } = views;
  if (loss.name === 'logistic')
    kernel.logisticGradients(layout.margins, layout.labels, layout.weights, from, to, layout.gradients);
  else if (loss.isRowwise) loss.gradientsInto(gradients, before, labels, weights, output, from, to);
  else if (index === 0) loss.gradientsInto(gradients, before, labels, weights, output);
  barrier.meet();
}
