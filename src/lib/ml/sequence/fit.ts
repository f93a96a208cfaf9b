import { foldsOf } from '../evaluate/index.ts';
import {
  buildNetwork,
  type EpochReport,
  type LayerSpec,
  networkModel,
  type NeuralKernel,
  type TrainingData,
  trainNetwork,
} from '../neural/index.ts';
import { neuralKernel } from '../neural/neural-kernel.ts';
import type { ChannelScale, SequenceFamily, SequenceModel } from './model.ts';
import { standardise } from './model.ts';
import {
  channelScales,
  checkSequences,
  scaleOf,
  type Sequences,
  standardised,
  takeSequences,
} from './sequences.ts';

/** Sequences with what became of the learners. */
export interface SequenceExamples extends Sequences {
  /** 0 or 1 a row: turned out to be at risk. */
  readonly labels: ArrayLike<number>;
  /** How active the week after was, 0 or more; NaN where it is not known. Leave it out to teach the risk alone. */
  readonly nextWeek?: ArrayLike<number>;
  /** The learner of each row: rows of one learner never stand on both sides of early stopping. */
  readonly learners: ArrayLike<number>;
}

export interface SequenceOptions {
  /** Of the first weights, the order of rows and what dropout drops. */
  readonly seed: number;
  /** Which channels are counts, read on a log scale; all unless told. */
  readonly counts?: readonly boolean[];
  /** Rows a step, 64. */
  readonly batch?: number;
  /** 0.004. */
  readonly rate?: number;
  /** At most, 30. */
  readonly epochs?: number;
  /** Stops after so many epochs in which the held-out learners fared no better; 4. */
  readonly patience?: number;
  /** One learner of so many is held out to stop by; 6. */
  readonly heldOut?: number;
  /** What next week's activity counts beside the risk; 0.3. */
  readonly activityWeight?: number;
  /** Share dropped while learning, 0.2. */
  readonly dropout?: number;
  /** A kernel of its own for this fit; the fastest there is unless told. */
  readonly kernel?: NeuralKernel;
  onEpoch?(report: EpochReport): void;
}

export interface BilstmOptions extends SequenceOptions {
  /** Of the state, each way; 24. */
  readonly units?: number;
}

export interface TransformerOptions extends SequenceOptions {
  /** Numbers a week is held in, a multiple of `heads`; 32. */
  readonly width?: number;
  /** 4. */
  readonly heads?: number;
  /** Of the feed-forward part, 64. */
  readonly hidden?: number;
  /** 1. */
  readonly blocks?: number;
}

/**
 * A bidirectional LSTM that reads each learner's weeks from both ends; its last states answer.
 * @throws RangeError for examples or options that do not fit each other
 */
export function fitBilstm(examples: SequenceExamples, options: BilstmOptions): SequenceModel {
  const { units = 24, dropout = 0.2 } = options;
  return fitNetwork('bilstm', examples, options, [
    { kind: 'lstm', units, direction: 'both', returns: 'last' },
    { kind: 'dropout', rate: dropout },
    { kind: 'dense', units: 2, activation: 'linear' },
  ]);
}

/**
 * A Transformer encoder over the weeks, each with a learned vector of its place; the mean of the real weeks answers.
 * @throws RangeError for examples or options that do not fit each other
 */
export function fitTransformer(examples: SequenceExamples, options: TransformerOptions): SequenceModel {
  const { width = 32, heads = 4, hidden = 64, blocks = 1, dropout = 0.2 } = options;
  const block: LayerSpec = { kind: 'attention-block', heads, hidden, dropout };
  return fitNetwork('transformer', examples, options, [
    { kind: 'dense', units: width, activation: 'linear' },
    { kind: 'position', steps: examples.weeks },
    ...Array.from({ length: blocks }, () => block),
    { kind: 'mean-pool' },
    { kind: 'dense', units: 2, activation: 'linear' },
  ]);
}

function fitNetwork(
  family: SequenceFamily,
  examples: SequenceExamples,
  options: SequenceOptions,
  layers: readonly LayerSpec[],
): SequenceModel {
  checkExamples(examples);
  const { seed, kernel = neuralKernel(), batch = 64 } = options;
  const { weeks, channels } = examples;
  const scales = channelScales(examples, countsOf(options, channels));
  const activity = activityScale(examples);
  const parts = partsOf(examples, options.heldOut ?? 6, scales, activity);
  const network = buildNetwork(
    { inputWidth: channels, steps: weeks, layers },
    { kernel, largestBatch: batch, seed },
  );
  trainNetwork(network, parts.train, {
    loss: [
      { columns: 1, loss: 'binary-cross-entropy', weight: 1 },
      { columns: 1, loss: 'squared-error', weight: options.activityWeight ?? 0.3 },
    ],
    optimizer: { kind: 'adamw', rate: options.rate ?? 0.004, decay: 0.01, clip: 1 },
    epochs: options.epochs ?? 30,
    batch,
    seed,
    validation: parts.heldOut,
    patience: options.patience ?? 4,
    onEpoch: options.onEpoch,
  });
  return {
    kind: 'sequence',
    version: 1,
    family,
    weeks,
    scales,
    activity,
    network: networkModel(network),
  };
}

function checkExamples(examples: SequenceExamples): void {
  checkSequences(examples);
  const { labels, nextWeek, learners, lengths } = examples;
  const rows = lengths.length;
  for (const [name, list] of Object.entries({ labels, learners, nextWeek: nextWeek ?? labels })) {
    if (list.length !== rows)
      throw new RangeError(`${name}: expected ${rows}, one a row, got ${list.length}`);
  }
  for (let row = 0; row < rows; row++) {
    if (labels[row] !== 0 && labels[row] !== 1)
      throw new RangeError(`labels[${row}]: expected 0 or 1, got ${labels[row]}`);
  }
}

function countsOf({ counts }: SequenceOptions, channels: number): readonly boolean[] {
  if (!counts) return new Array<boolean>(channels).fill(true);
  if (counts.length !== channels)
    throw new RangeError(`counts: expected ${channels}, one a channel, got ${counts.length}`);
  return counts;
}

function activityScale({ nextWeek }: SequenceExamples): ChannelScale | null {
  if (!nextWeek) return null;
  const known = Array.from(nextWeek).filter((value) => !Number.isNaN(value));
  return known.length > 0 ? scaleOf(known, true) : null;
}

interface Parts {
  readonly train: TrainingData;
  readonly heldOut: TrainingData;
}

/** Every so many-th learner is held out, in the order in which they first come. */
function partsOf(
  examples: SequenceExamples,
  heldOut: number,
  scales: readonly ChannelScale[],
  activity: ChannelScale | null,
): Parts {
  const [fold] = foldsOf(examples.lengths.length, { folds: heldOut, groups: examples.learners });
  if (!fold) throw new RangeError('learners: expected two or more, to learn from some and stop by others');
  const dataOf = (rows: Uint32Array): TrainingData => {
    const sequences = takeSequences(examples, rows);
    const targets = Array.from(rows).flatMap((row) => [
      examples.labels[row],
      activity && examples.nextWeek ? targetOf(examples.nextWeek[row], activity) : NaN,
    ]);
    return {
      inputs: standardised(sequences, scales),
      lengths: sequences.lengths,
      targets: Float32Array.from(targets),
    };
  };
  return { train: dataOf(fold.fit), heldOut: dataOf(fold.judge) };
}

/** What is not known stays unknown: the loss passes it over. */
function targetOf(value: number, scale: ChannelScale): number {
  return Number.isNaN(value) ? NaN : standardise(value, scale);
}
