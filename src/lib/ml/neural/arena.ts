import type { Address, NeuralKernel } from './kernel.ts';

const alignment = 16;
const floatBytes = 4;

/** Memory of one training session or scorer, handed out once and never given back; arrays begin on 16 bytes, zeroed. */
export class Arena {
  readonly kernel: NeuralKernel;
  #top: Address;

  constructor(kernel: NeuralKernel) {
    this.kernel = kernel;
    this.#top = kernel.start;
  }

  /** Room for so many float32 (or int32), and up to three more, so that a kernel may read whole vectors. */
  allocate(count: number): Address {
    if (!Number.isInteger(count) || count < 0)
      throw new RangeError(`count: expected a whole number from 0, got ${count}`);
    const at = this.#top;
    this.#top += Math.ceil((count * floatBytes + alignment) / alignment) * alignment;
    if (this.#top > this.kernel.buffer.byteLength) this.kernel.grow(this.#top);
    return at;
  }

  /** The numbers at an address. A view: take it anew after anything was allocated. */
  floats(at: Address, count: number): Float32Array {
    return new Float32Array(this.kernel.buffer, at, count);
  }

  integers(at: Address, count: number): Int32Array {
    return new Int32Array(this.kernel.buffer, at, count);
  }

  get bytesUsed(): number {
    return this.#top;
  }
}
