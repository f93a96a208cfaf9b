import { type Loss, lossOf } from '../losses.ts';
import { type Barrier, barrierOn, barrierWords } from './barrier.ts';
import { emptyHessian, type Kernel, nodeFields } from './kernel.ts';
import { bundleFields, chunkRows, ownParts } from './layout.ts';
import type { Plan } from './plan.ts';
import type { RowBytes } from './row-bytes.ts';
import { bufferOf, kernelOn, type TrainingMemory } from './simd.ts';

/**
 * One of the threads of a training. All run the same program on the same memory and come to the same decisions; they differ
 * in the columns whose histograms they fill, the rows whose gradients they compute and the nodes whose rows they part.
 */
export interface Thread {
  readonly plan: Plan;
  readonly index: number;
  readonly kernel: Kernel;
  readonly barrier: Barrier;
  readonly loss: Loss;
  /** Own columns: first to end − 1. */
  readonly first: number;
  readonly end: number;
  /** Where this thread's own part of the memory begins. */
  readonly own: number;
  /** Where some of its columns share bytes. */
  readonly rowBytes: RowBytes | null;
  readonly views: Views;
}

/** The memory as arrays. */
export interface Views {
  readonly buffer: ArrayBufferLike;
  readonly doubles: Float64Array;
  readonly bytes: Uint8Array;
  readonly order: Float64Array;
  readonly gradients: Float64Array;
  readonly margins: Float64Array;
  readonly before: Float64Array;
  readonly labels: Float64Array;
  readonly weights: Float64Array;
  readonly rows: Uint32Array;
  readonly sums: Float64Array;
  readonly bins: Uint32Array;
  readonly slots: Uint32Array;
  readonly bundles: Uint32Array;
  readonly placeSlots: Uint32Array;
  readonly counts: Int32Array;
  readonly leaves: Float64Array;
  readonly node: Float64Array;
  readonly best: Float64Array;
  readonly goesLeft: Uint8Array;
  readonly list: Uint32Array;
}

export function threadOn(memory: TrainingMemory, plan: Plan, index: number): Thread {
  const { layout, loss } = plan;
  const buffer = bufferOf(memory);
  const views = viewsOn(buffer, plan, index);
  views.node[nodeFields.alpha] = plan.alpha;
  views.node[nodeFields.leastHessian] = Math.max(plan.minChildWeight, emptyHessian);
  views.node[nodeFields.leastRows] = plan.minLeafRows;
  views.node[nodeFields.descends] = Number(plan.descends);
  return {
    plan,
    index,
    kernel: kernelOn(memory, plan.kernel),
    barrier: barrierOn(new Int32Array(buffer, layout.barrier, barrierWords), plan.threads),
    loss: lossOf(loss.name, loss.classes, loss.settings),
    first: layout.firstColumn[index],
    end: layout.firstColumn[index + 1],
    own: layout.own[index],
    rowBytes: null,
    views,
  };
}

function viewsOn(buffer: ArrayBufferLike, plan: Plan, index: number): Views {
  const { rows, columns, outputs, layout, bundling } = plan;
  const own = layout.own[index];
  const doubles = (at: number, length: number) => new Float64Array(buffer, at, length);
  return {
    buffer,
    doubles: new Float64Array(buffer),
    bytes: new Uint8Array(buffer),
    order: doubles(layout.order, 8),
    gradients: doubles(layout.gradients, 2 * rows),
    margins: doubles(layout.margins, rows * outputs),
    before: doubles(outputs > 1 ? layout.before : layout.margins, rows * outputs),
    labels: doubles(layout.labels, rows),
    weights: doubles(layout.weights, rows),
    rows: new Uint32Array(buffer, layout.rows, rows),
    sums: doubles(layout.sums, 2 * Math.ceil(rows / chunkRows)),
    bins: new Uint32Array(buffer, layout.bins, columns),
    slots: new Uint32Array(buffer, layout.slots, columns),
    bundles: new Uint32Array(buffer, layout.bundles, bundling ? bundleFields.count * columns : 0),
    placeSlots: new Uint32Array(buffer, layout.placeSlots[index], bundling ? columns : 0),
    counts: new Int32Array(buffer, layout.counts, (layout.candidates - layout.counts) >> 2),
    leaves: doubles(layout.leaves, (layout.histograms - layout.leaves) >> 3),
    node: doubles(own + ownParts.node, 8),
    best: doubles(own + ownParts.best, 8),
    goesLeft: new Uint8Array(buffer, own + ownParts.goesLeft, 256),
    list: new Uint32Array(buffer, own + ownParts.list, columns),
  };
}

/** The rows, in whole chunks, that this thread computes gradients of. */
export function ownChunks({ plan, index }: Thread, rows: number): readonly [from: number, to: number] {
  const chunks = Math.ceil(rows / chunkRows);
  const edge = (t: number) => Math.min(rows, Math.floor((chunks * t) / plan.threads) * chunkRows);
  return [edge(index), edge(index + 1)];
}
