import type { Address } from './kernel.ts';

/** How the rows of a batch lie: `batch` examples of `steps` rows each, all padded at the end to the same length. */
export interface BatchShape {
  readonly batch: number;
  /** 1 for plain rows. */
  readonly steps: number;
  /** int32 per example, 1 to `steps`: how many of its steps are real. */
  readonly lengths: Address;
  /** True while training: dropout drops. */
  readonly isTraining: boolean;
  /** On the way back. False: what is left in the parameters' gradients means nothing, and need not be reckoned. */
  readonly needsParameters: boolean;
}

/** One learnable array: where it stands, where its gradient is summed, and its shape. */
export interface Parameter {
  /** Such as `kernel`, `bias`, `gain`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly at: Address;
  readonly gradient: Address;
}

/**
 * A layer in a session. It owns its buffers, made for the largest batch, and remembers from `forward` what `backward` needs;
 * `backward` adds to the parameters' gradients, which the optimizer clears.
 */
export interface Layer {
  /** Numbers a row of the input and of the output has. */
  readonly inputWidth: number;
  readonly outputWidth: number;
  readonly parameters: readonly Parameter[];
  /** Rows in, rows out. A layer that pools steps returns one row an example; see `stepsAfter`. */
  forward(input: Address, shape: BatchShape): Address;
  /**
   * From the gradient of the output to that of the input. `gradient` may be overwritten. `needsInput` false: nobody asks for
   * the input's gradient, and the address returned means nothing.
   */
  backward(gradient: Address, shape: BatchShape, needsInput: boolean): Address;
  /** How many steps are left after it: `steps`, or 1. */
  stepsAfter(steps: number): number;
}
