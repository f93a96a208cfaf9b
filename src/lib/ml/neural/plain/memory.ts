import type { Address } from '../kernel.ts';

/** The first address given out; 0 stays free, so that an address is never 0. */
export const plainStart: Address = 16;

const firstBytes = 65_536;
const mostBytes = 2 ** 32 - firstBytes;

/** A growing array of bytes and the two ways to read it. */
export class PlainMemory {
  floats = new Float32Array(firstBytes / 4);
  integers = new Int32Array(this.floats.buffer);

  get buffer(): ArrayBuffer {
    return this.floats.buffer;
  }

  /** Doubles while it can, so that many small arrays do not copy all of it each time. */
  grow(bytes: number): void {
    if (bytes <= this.buffer.byteLength) return;
    if (bytes > mostBytes) throw new RangeError(`bytes: expected at most ${mostBytes}, got ${bytes}`);
    const before = this.floats;
    const size = Math.min(mostBytes, Math.max(bytes, 2 * this.buffer.byteLength));
    this.floats = new Float32Array(Math.ceil(size / 4));
    this.integers = new Int32Array(this.floats.buffer);
    this.floats.set(before);
  }
}

/** The place of an address in an array of four-byte numbers. Addresses reach 4 GiB, so they are shifted without a sign. */
export function place(at: Address): number {
  return at >>> 2;
}
