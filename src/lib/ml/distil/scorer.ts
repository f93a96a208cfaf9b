import { bendInto } from './bend.ts';
import { sigmoid } from '../core/sigmoid.ts';
import type { Activation } from '../neural/kernel.ts';
import { checkStudent, denseLayers, type DenseLayer, type InputScale, type Student } from './student.ts';

/** A row of numbers; NaN means missing. */
export type Numbers = Float64Array | Float32Array;

/** A student ready to answer. One at a time: it works in buffers of its own. */
export interface StudentScorer {
  /** Columns that a learner brings, first of all. */
  readonly shared: number;
  /** Columns that each row brings, after those. */
  readonly own: number;
  /**
   * The chances of `count` rows of one learner, into the first of `out`. Allocates nothing; the learner's part of the first
   * layer is summed once for all rows.
   * @param shared the learner's columns
   * @param rows count × own, row-major
   */
  scoreInto(shared: Numbers, rows: Numbers, count: number, out: Numbers): void;
  /** The margins of the network, not yet bent as the teacher's calibration does. */
  marginsInto(shared: Numbers, rows: Numbers, count: number, out: Numbers): void;
}

/** A layer whose numbers stand wide: reading float32 costs a conversion each time. */
interface WideLayer {
  readonly activation: Activation;
  readonly units: number;
  /** inputs × units. */
  readonly weights: Float64Array;
  readonly bias: Float64Array;
  /** What it answers about the present row. */
  readonly sums: Float64Array;
}

/** The inputs of a layer that are not 0. */
interface Active {
  count: number;
  readonly inputs: Int32Array;
  readonly factors: Float64Array;
}

/** Columns of one part with the place of each one's first input. */
interface Columns {
  readonly count: number;
  readonly means: Float64Array;
  readonly scales: Float64Array;
  readonly inputs: Int32Array;
  readonly hasMissing: Uint8Array;
}

/** @throws TypeError for a student that cannot answer */
export function openStudent(student: Student): StudentScorer {
  const { inputs, shared, bound, network, bend } = checkStudent(student);
  const [first, ...rest] = denseLayers(network).map(wide);
  const places = firstInputs(inputs);
  const learners = columnsOf(inputs.slice(0, shared), places.subarray(0, shared));
  const rowsOwn = columnsOf(inputs.slice(shared), places.subarray(shared));
  const learner = new Float64Array(first.units);
  const active = activeOf(Math.max(inputs.length, first.units, ...rest.map(({ units }) => units)));

  const marginsInto = (values: Numbers, rows: Numbers, count: number, out: Numbers) => {
    checkSizes(values, rows, count, out, learners.count, rowsOwn.count);
    learner.set(first.bias);
    gatherColumns(active, learners, bound, values, 0);
    addActive(learner, first, active);
    for (let row = 0; row < count; row++) {
      first.sums.set(learner);
      gatherColumns(active, rowsOwn, bound, rows, row * rowsOwn.count);
      addActive(first.sums, first, active);
      out[row] = answer(first, rest, active);
    }
  };
  return {
    shared: learners.count,
    own: rowsOwn.count,
    marginsInto,
    scoreInto: (values, rows, count, out) => {
      marginsInto(values, rows, count, out);
      bendInto(bend, out, count);
    },
  };
}

function wide({ activation, units, weights, bias }: DenseLayer): WideLayer {
  return {
    activation,
    units,
    weights: Float64Array.from(weights),
    bias: Float64Array.from(bias),
    sums: new Float64Array(units),
  };
}

function activeOf(most: number): Active {
  return { count: 0, inputs: new Int32Array(most + 3), factors: new Float64Array(most + 3) };
}

/** Where each column's inputs begin. */
function firstInputs(inputs: readonly InputScale[]): Int32Array {
  let next = 0;
  return Int32Array.from(inputs, ({ hasMissing }) => {
    const at = next;
    next += hasMissing ? 2 : 1;
    return at;
  });
}

function columnsOf(inputs: readonly InputScale[], places: Int32Array): Columns {
  return {
    count: inputs.length,
    means: Float64Array.from(inputs, ({ mean }) => mean),
    scales: Float64Array.from(inputs, ({ scale }) => scale),
    inputs: places,
    hasMissing: Uint8Array.from(inputs, ({ hasMissing }) => Number(hasMissing)),
  };
}

export function checkSizes(
  shared: Numbers,
  rows: Numbers,
  count: number,
  out: Numbers,
  learners: number,
  own: number,
): void {
  if (shared.length !== learners)
    throw new RangeError(`shared: expected ${learners} numbers, got ${shared.length}`);
  if (!(Number.isInteger(count) && count >= 0 && rows.length >= count * own))
    throw new RangeError(`rows: expected ${count} × ${own} numbers, got ${rows.length}`);
  if (out.length < count) throw new RangeError(`out: expected room for ${count} numbers, got ${out.length}`);
}

/** Puts down what these values bring to the first layer: which of its inputs are not 0, and how much. */
function gatherColumns(
  active: Active,
  { count, means, scales, inputs, hasMissing }: Columns,
  bound: number,
  values: Numbers,
  at: number,
): void {
  const { inputs: places, factors } = active;
  let found = 0;
  for (let column = 0; column < count; column++) {
    const value = values[at + column];
    const isMissing = Number.isNaN(value);
    const scaled = isMissing ? hasMissing[column] : (value - means[column]) / scales[column];
    places[found] = inputs[column] + (isMissing ? 1 : 0);
    factors[found] = scaled > bound ? bound : scaled < -bound ? -bound : scaled;
    found += scaled !== 0 ? 1 : 0;
  }
  active.count = found;
}

/**
 * Puts down which of a layer's answers are not 0: after a relu half of them are, and the weights they lead to need not be
 * read. Without a branch on chance: each is written, and the place moves on only when it counts.
 */
function gatherAnswers(active: Active, { sums, units, activation }: WideLayer): void {
  const { inputs, factors } = active;
  const isRelu = activation === 'relu';
  let found = 0;
  for (let i = 0; i < units; i++) {
    const value = isRelu ? Math.max(0, sums[i]) : activated(sums[i], activation);
    inputs[found] = i;
    factors[found] = value;
    found += value !== 0 ? 1 : 0;
  }
  active.count = found;
}

/** sums += the layer's weights times what is active, four inputs at a time: that reads and writes each sum a quarter as often. */
function addActive(sums: Float64Array, { weights, units }: WideLayer, active: Active): void {
  const { inputs, factors, count } = active;
  // Up to three more that count for nothing, so that groups of four come out even.
  for (let i = count; i % 4 !== 0; i++) {
    inputs[i] = 0;
    factors[i] = 0;
  }
  for (let k = 0; k < count; k += 4) {
    const a = inputs[k] * units;
    const b = inputs[k + 1] * units;
    const c = inputs[k + 2] * units;
    const d = inputs[k + 3] * units;
    const fa = factors[k];
    const fb = factors[k + 1];
    const fc = factors[k + 2];
    const fd = factors[k + 3];
    for (let i = 0; i < units; i++)
      sums[i] += fa * weights[a + i] + fb * weights[b + i] + fc * weights[c + i] + fd * weights[d + i];
  }
}

/** From the first layer's sums to the margin. */
function answer(first: WideLayer, rest: readonly WideLayer[], active: Active): number {
  let before = first;
  for (const layer of rest) {
    gatherAnswers(active, before);
    layer.sums.set(layer.bias);
    addActive(layer.sums, layer, active);
    before = layer;
  }
  return activated(before.sums[0], before.activation);
}

function activated(sum: number, activation: Activation): number {
  if (activation === 'relu') return Math.max(0, sum);
  if (activation === 'linear') return sum;
  if (activation === 'tanh') return Math.tanh(sum);
  if (activation === 'leaky') return sum < 0 ? 0.2 * sum : sum;
  return sigmoid(sum);
}
