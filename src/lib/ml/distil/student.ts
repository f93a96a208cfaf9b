import type { NetworkModel } from '../neural/model.ts';

/** How one column becomes an input of the network. */
export interface InputScale {
  readonly column: string;
  /** Input = (value − mean) / scale, held within ±`bound`; 0 where the value is missing. */
  readonly mean: number;
  readonly scale: number;
  /** True: a second input says 1 where the value is missing, 0 where it is known. */
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
  /** A chain of dense layers; its answer is a margin, the chance is 1 / (1 + exp(−margin)). */
  readonly network: NetworkModel;
}
