import { type Bend, checkBend } from './bend.ts';
import { activations } from '../neural/kernel.ts';
import type { LayerSpec, NetworkModel } from '../neural/model.ts';

/** How one column becomes an input of the network. */
export interface InputScale {
  readonly column: string;
  /** Input = (value − mean) / scale, held within ±`bound`; 0 where the value is missing. */
  readonly mean: number;
  readonly scale: number;
  /** True: a second input, right after, says 1 where the value is missing, 0 where it is known. */
  readonly hasMissing: boolean;
}

/**
 * A small network that answers as a large model does. Its columns are those of the large model: first `shared` ones that
 * are the same for all rows of a learner, then those of the row's own.
 */
export interface Student {
  readonly kind: 'student';
  readonly version: 1;
  /** Of the feature catalogue. */
  readonly catalogueVersion: number;
  /** The version of the model it imitates. */
  readonly imitates: string;
  readonly inputs: readonly InputScale[];
  /** So many of the first columns are the learner's; the rest describe the badge and how far it is. */
  readonly shared: number;
  /** Inputs are held within ±bound. */
  readonly bound: number;
  /** A chain of dense layers whose answer is a margin: that of the teacher before it was calibrated. */
  readonly network: NetworkModel;
  /** From there to the margin of the answer; the chance is 1 / (1 + exp(−margin)). */
  readonly bend: Bend;
}

export type DenseSpec = Extract<LayerSpec, { readonly kind: 'dense' }>;

/** One layer of a student with its weights: views of the network's own. */
export interface DenseLayer extends DenseSpec {
  readonly inputs: number;
  /** inputs × units, row-major. */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

/** How many inputs of the network these columns become. */
export function inputWidth(columns: readonly InputScale[]): number {
  return columns.reduce((width, { hasMissing }) => width + (hasMissing ? 2 : 1), 0);
}

/** How many numbers so many dense layers hold. */
export function weightCount(inputs: number, layers: readonly DenseSpec[]): number {
  let count = 0;
  for (const { units } of layers) {
    count += (inputs + 1) * units;
    inputs = units;
  }
  return count;
}

/** The layers of a chain that ends in one answer. @throws TypeError for any other network */
export function denseLayers({ inputWidth: width, layers, weights }: NetworkModel): DenseLayer[] {
  let [inputs, at] = [width, 0];
  const chain = layers.map((layer, i) => {
    if (layer.kind !== 'dense')
      throw new TypeError(`student.layers[${i}]: expected a dense layer, got ${layer.kind}`);
    const bias = at + inputs * layer.units;
    const dense = {
      ...layer,
      inputs,
      weights: weights.subarray(at, bias),
      bias: weights.subarray(bias, bias + layer.units),
    };
    [inputs, at] = [layer.units, bias + layer.units];
    return dense;
  });
  if (chain.at(-1)?.units !== 1)
    throw new TypeError(
      `student.layers: expected one answer at the end, got ${chain.at(-1)?.units ?? 'no layer'}`,
    );
  if (at !== weights.length)
    throw new TypeError(`student.weights: expected ${at} numbers, got ${weights.length}`);
  return chain;
}

/** Checks that answering with it always ends in a number. @throws TypeError that says what is wrong */
export function checkStudent(student: Student): Student {
  const { inputs, shared, bound, network, bend } = student;
  if (!(Number.isInteger(shared) && shared >= 0 && shared < inputs.length))
    throw new TypeError(`student.shared: expected 0 to ${inputs.length - 1} columns, got ${shared}`);
  if (!(bound > 0 && bound < Infinity))
    throw new TypeError(`student.bound: expected a number above 0, got ${bound}`);
  for (const { column, mean, scale } of inputs) {
    if (!(Number.isFinite(mean) && scale > 0 && scale < Infinity))
      throw new TypeError(
        `student.inputs, ${column}: expected a mean and a scale above 0, got ${mean} and ${scale}`,
      );
  }
  if (network.inputWidth !== inputWidth(inputs))
    throw new TypeError(`student.network: expected ${inputWidth(inputs)} inputs, got ${network.inputWidth}`);
  for (const { units, activation } of denseLayers(network)) {
    if (!(Number.isInteger(units) && units >= 1 && activations.includes(activation)))
      throw new TypeError(`student.layers: expected units and an activation, got ${units} and ${activation}`);
  }
  if (!network.weights.every(Number.isFinite))
    throw new TypeError('student.weights: expected numbers, got one that is not finite');
  checkBend(bend);
  return student;
}
