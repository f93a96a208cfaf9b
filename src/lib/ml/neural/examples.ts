import type { NetworkSpec } from './plan.ts';

/** What a network reads. */
export interface Examples {
  /** Examples × steps × inputWidth. */
  readonly inputs: Float32Array;
  /** Real steps of each example, 1 to `steps`, the others padding at the end; all are real when not told. */
  readonly lengths?: Int32Array;
}

/**
 * How many examples there are.
 * @throws RangeError when they do not fit the network, hold a number that is not finite, or a length that cannot be
 */
export function checkExamples({ inputs, lengths }: Examples, { steps, inputWidth }: NetworkSpec): number {
  const size = steps * inputWidth;
  if (inputs.length % size !== 0)
    throw new RangeError(
      `inputs: expected a multiple of ${steps} × ${inputWidth} numbers, got ${inputs.length}`,
    );
  const count = inputs.length / size;
  const odd = inputs.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0)
    throw new RangeError(
      `inputs[${odd}]: expected a finite number, got ${inputs[odd]} (fill what is missing first)`,
    );
  if (!lengths) return count;
  if (lengths.length !== count) throw new RangeError(`lengths: expected ${count}, got ${lengths.length}`);
  const wrong = lengths.findIndex((length) => !(length >= 1 && length <= steps));
  if (wrong >= 0) throw new RangeError(`lengths[${wrong}]: expected 1 to ${steps}, got ${lengths[wrong]}`);
  return count;
}

// Below so many numbers, a loop is done before a view on them is made.
const worthAView = 48;

/** Rows of `size` numbers, in the order of their indexes, one after another into `to`. */
export function gatherRows(to: Float32Array, from: Float32Array, indexes: Int32Array, size: number): void {
  for (let i = 0; i < indexes.length; i++) {
    const [target, source] = [i * size, indexes[i] * size];
    if (size >= worthAView) to.set(from.subarray(source, source + size), target);
    else for (let k = 0; k < size; k++) to[target + k] = from[source + k];
  }
}
