import type { Matrix } from '#lib/ml/core/matrix.ts';
import { integerBelow, seededRandom } from '#lib/ml/core/random.ts';
import { takeRows } from '#lib/ml/ensemble/index.ts';
import { bootstrapInterval, type Interval } from '#lib/ml/evaluate/index.ts';
import {
  type Autoencoder,
  embed,
  fitAutoencoder,
  meanError,
  type NeuralKernel,
  reconstructionError,
} from '#lib/ml/neural/index.ts';
import { TooLittleData } from '#lib/server/training/dataset.ts';
import type { PathSnapshots } from './snapshots.ts';

export interface PathAssignment {
  readonly snapshots: PathSnapshots;
  readonly seed: number;
}

/** How well learners whom the model never saw read back from their eight numbers. */
export interface PathJudgement {
  readonly rows: number;
  readonly learners: number;
  /** Mean squared error, in deviations of each feature. */
  readonly error: number;
  /** The same of answering with each feature's mean. */
  readonly meanError: number;
  /** 1 − error / mean error; the interval redraws learners. */
  readonly kept: Interval;
  /** What so many numbers keep of features that have nothing to do with each other. */
  readonly keptOfNoise: number;
}

export interface LearntPaths {
  readonly model: Autoencoder;
  /** Of all snapshots: rows × bottleneck. */
  readonly places: Float32Array;
  readonly judgement: PathJudgement;
  readonly trainedOn: { readonly rows: number; readonly learners: number; readonly epochs: number };
}

const bottleneck = 8;
const hidden = 32;
const heldOutShare = 0.2;
const leastHeldOut = 8;
/** More say nothing new of so small a network, and take minutes. */
const mostRows = 60_000;

/**
 * Learns where learners stand, judges it by a fifth of the learners, all of whose snapshots are held out, and places everyone.
 * Pure: same snapshots and seed, same bytes.
 * @throws TooLittleData when there are too few learners to hold some out
 */
export function learnPaths(
  { snapshots, seed }: PathAssignment,
  createKernel: () => NeuralKernel,
  onProgress: (share: number) => void,
): LearntPaths {
  const { x, learnerIds } = snapshots;
  const { trained, heldOut } = splitLearners(learnerIds, seed);
  const epochs = 200;
  const learnt = fitAutoencoder(takeRows(x, trained), {
    seed,
    bottleneck,
    hidden,
    epochs,
    groups: Int32Array.from(trained, (row) => learnerIds[row]),
    kernel: createKernel(),
    onEpoch: ({ epoch }) => onProgress((0.9 * (epoch + 1)) / epochs),
  });
  const { model } = learnt;
  return {
    model,
    places: embed(model, x, createKernel()),
    judgement: judge(
      model,
      takeRows(x, heldOut),
      Int32Array.from(heldOut, (row) => learnerIds[row]),
      seed,
    ),
    trainedOn: {
      rows: trained.length,
      learners: new Set(Array.from(trained, (row) => learnerIds[row])).size,
      epochs: learnt.report.bestEpoch + 1,
    },
  };
}

function splitLearners(
  learnerIds: Int32Array,
  seed: number,
): { readonly trained: Uint32Array; readonly heldOut: Uint32Array } {
  const random = seededRandom(seed);
  const learners = [...new Set(learnerIds)];
  const count = Math.round(heldOutShare * learners.length);
  if (count < leastHeldOut)
    throw new TooLittleData(
      `learners: expected at least ${leastHeldOut / heldOutShare} with a past, got ${learners.length}`,
    );
  const held = new Set<number>();
  while (held.size < count) held.add(learners[integerBelow(random, learners.length)]);
  const rows = Uint32Array.from(learnerIds, (_, row) => row);
  const trained = rows.filter((row) => !held.has(learnerIds[row]));
  return {
    trained: everySo(trained, Math.ceil(trained.length / mostRows)),
    heldOut: rows.filter((row) => held.has(learnerIds[row])),
  };
}

function everySo(rows: Uint32Array, step: number): Uint32Array {
  return step <= 1 ? rows : rows.filter((_, i) => i % step === 0);
}

function judge(model: Autoencoder, x: Matrix, learners: Int32Array, seed: number): PathJudgement {
  const errors = reconstructionError(model, x);
  const means = meanError(model, x);
  const known = Uint32Array.from(errors, (_, row) => row).filter((row) => !Number.isNaN(errors[row]));
  const sum = (values: Float64Array, rows: Uint32Array) =>
    rows.reduce((total, row) => total + values[row], 0);
  const kept = bootstrapInterval(
    known.length,
    (drawn) => {
      const rows = drawn.map((i) => known[i]);
      return 1 - sum(errors, rows) / sum(means, rows);
    },
    { seed, groups: Array.from(known, (row) => learners[row]) },
  );
  return {
    rows: known.length,
    learners: new Set(learners).size,
    error: sum(errors, known) / known.length,
    meanError: sum(means, known) / known.length,
    kept,
    keptOfNoise: model.bottleneck / model.columns,
  };
}
