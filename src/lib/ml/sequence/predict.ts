import { type Network, openNetwork, predictWith } from '../neural/index.ts';
import { neuralKernel } from '../neural/neural-kernel.ts';
import { AttentionBlock } from '../neural/layers/attention-block.ts';
import { restore, type SequenceModel } from './model.ts';
import { checkSequences, type Sequences, standardised } from './sequences.ts';

const largestBatch = 64;

/** What the network says of each row. */
export interface SequenceAnswers {
  /** Of being at risk: the chance is 1 / (1 + exp(−margin)). */
  readonly margins: Float64Array;
  /** Events in the week after; null when the model was not taught it. */
  readonly nextWeek: Float64Array | null;
}

// Opening a network takes longer than asking it about one learner, and models are never changed.
const opened = new WeakMap<SequenceModel, Network>();

/** The model in a session, opened once. */
export function sessionOf(model: SequenceModel): Network {
  const known = opened.get(model);
  if (known) return known;
  const network = openNetwork(model.network, neuralKernel(), largestBatch);
  opened.set(model, network);
  return network;
}

/** @throws RangeError for sequences that the model does not read */
export function predictSequences(model: SequenceModel, sequences: Sequences): SequenceAnswers {
  const answers = predictWith(sessionOf(model), {
    inputs: inputsOf(model, sequences),
    lengths: sequences.lengths,
  });
  const { activity } = model;
  const rows = sequences.lengths.length;
  return {
    margins: Float64Array.from({ length: rows }, (_, row) => answers[2 * row]),
    nextWeek:
      activity && Float64Array.from({ length: rows }, (_, row) => restore(answers[2 * row + 1], activity)),
  };
}

/** Standardised, after a look whether they fit. @throws RangeError */
export function inputsOf({ weeks, scales }: SequenceModel, sequences: Sequences): Float32Array {
  checkSequences(sequences);
  if (sequences.weeks !== weeks || sequences.channels !== scales.length)
    throw new RangeError(
      `sequences: expected ${weeks} weeks of ${scales.length} channels, got ${sequences.weeks} of ${sequences.channels}`,
    );
  return standardised(sequences, scales);
}

/**
 * How much of a Transformer's attention went to each week: rows × weeks, the mean over blocks, heads and asking weeks, 0 past
 * the length; a row's shares sum to 1. A hint at where the network looked, not a reason for its answer.
 * @throws TypeError for a model without attention
 * @see Jain and Wallace 2019, Attention is not explanation
 */
export function attentionByWeek(model: SequenceModel, sequences: Sequences): Float64Array {
  const network = sessionOf(model);
  const blocks = network.layers.filter((layer) => layer instanceof AttentionBlock);
  if (blocks.length === 0) throw new TypeError(`family: expected a transformer, got a ${model.family}`);
  const examples = { inputs: inputsOf(model, sequences), lengths: sequences.lengths };
  const rows = sequences.lengths.length;
  const shares = new Float64Array(rows * model.weeks);
  for (let from = 0; from < rows; from += largestBatch) {
    const count = Math.min(largestBatch, rows - from);
    network.load(
      examples,
      Int32Array.from({ length: count }, (_, i) => from + i),
    );
    network.forward(count, false);
    const lengths = sequences.lengths.subarray(from, from + count);
    for (const block of blocks) {
      const own = block.attentionShares(lengths, model.weeks);
      own.forEach((share, i) => (shares[from * model.weeks + i] += share / blocks.length));
    }
  }
  return shares;
}
