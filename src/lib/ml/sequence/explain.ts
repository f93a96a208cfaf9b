import { predictWith } from '../neural/index.ts';
import { inputsOf, sessionOf } from './predict.ts';
import type { SequenceModel } from './model.ts';
import type { Sequences } from './sequences.ts';

/** A margin taken apart: base + lengths[row] + Σ effects of the row = margin of the row. */
export interface SequenceEffects {
  /** The margin of a learner whose weeks are all as in the mean of training, for the longest sequence. */
  readonly base: number;
  /** What each number of each week adds: rows × weeks × channels, 0 where it is unknown or padding. */
  readonly effects: Float64Array;
  /** What it adds that so many weeks are known, all of them average. */
  readonly lengths: Float64Array;
}

// The first count of path points, and where doubling ends.
const firstPoints = 64;
const mostPoints = 256;
/** Of a margin: what is left after that many points is shared out. */
const tolerance = 0.01;

/**
 * Integrated gradients of the margin, from weeks that are all average to the learner's own: along the straight way between
 * them each number gets its share of the change. The way is walked in finer steps until the shares sum to the change within
 * 0.01 (kinks of relu make the last digits slow); the rest is shared out in proportion, so that the sum is whole.
 * @see Sundararajan, Taly and Yan 2017, Axiomatic attribution for deep networks, eq. 3
 */
export function explainSequences(model: SequenceModel, sequences: Sequences): SequenceEffects {
  const inputs = inputsOf(model, sequences);
  const { lengths } = sequences;
  const size = model.weeks * model.scales.length;
  const effects = new Float64Array(inputs.length);
  const ofLength = new Float64Array(lengths.length);
  const averages = averageMargins(model);
  for (let row = 0; row < lengths.length; row++) {
    const own = inputs.subarray(row * size, (row + 1) * size);
    effects.set(effectsOf(model, own, lengths[row], averages[lengths[row] - 1]), row * size);
    ofLength[row] = averages[lengths[row] - 1] - averages[model.weeks - 1];
  }
  return { base: averages[model.weeks - 1], effects, lengths: ofLength };
}

/** The margin of an average sequence of each length from 1 on. */
function averageMargins(model: SequenceModel): Float64Array {
  const { weeks } = model;
  const lengths = Int32Array.from({ length: weeks }, (_, i) => i + 1);
  return marginsAt(model, new Float32Array(weeks * weeks * model.scales.length), lengths);
}

function effectsOf(model: SequenceModel, input: Float32Array, length: number, average: number): Float64Array {
  const [margin] = marginsAt(model, input, Int32Array.of(length));
  for (let points = firstPoints; ; points *= 2) {
    const effects = integrate(model, input, length, points);
    const rest = margin - average - effects.reduce((total, effect) => total + effect, 0);
    if (Math.abs(rest) < tolerance || points >= mostPoints) return shareOut(effects, rest);
  }
}

function shareOut(effects: Float64Array, rest: number): Float64Array {
  const size = effects.reduce((total, effect) => total + Math.abs(effect), 0);
  return size === 0 ? effects : effects.map((effect) => effect + (rest * Math.abs(effect)) / size);
}

/** input × the mean gradient at the middles of so many equal steps of the path. */
function integrate(model: SequenceModel, input: Float32Array, length: number, points: number): Float64Array {
  const network = sessionOf(model);
  const size = input.length;
  const total = new Float64Array(size);
  for (let from = 0; from < points; from += network.largestBatch) {
    const count = Math.min(network.largestBatch, points - from);
    const path = new Float32Array(count * size);
    for (let point = 0; point < count; point++) {
      const share = (from + point + 0.5) / points;
      for (let i = 0; i < size; i++) path[point * size + i] = share * input[i];
    }
    const gradients = gradientsAt(model, path, new Int32Array(count).fill(length));
    for (let i = 0; i < gradients.length; i++) total[i % size] += gradients[i];
  }
  return total.map((gradient, i) => (input[i] * gradient) / points);
}

function marginsAt(model: SequenceModel, inputs: Float32Array, lengths: Int32Array): Float64Array {
  const answers = predictWith(sessionOf(model), { inputs, lengths });
  return Float64Array.from(lengths, (_, row) => answers[2 * row]);
}

/** Of the margin by the standardised inputs. */
function gradientsAt(model: SequenceModel, inputs: Float32Array, lengths: Int32Array): Float32Array {
  const network = sessionOf(model);
  const count = lengths.length;
  network.load({ inputs, lengths }, Int32Array.from(lengths.keys()));
  network.forward(count, false);
  network.arena.floats(network.outputGradient, 2 * count).forEach((_, i, all) => (all[i] = 1 - (i % 2)));
  const at = network.backward(network.outputGradient, count, false, 'input');
  network.clearGradients();
  return network.arena.floats(at, inputs.length).slice();
}
