import type { Address, NeuralKernel } from './kernel.ts';

export function bytesOf(code: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(code), (char) => char.charCodeAt(0));
}

const pageBytes = 65_536;
const mostBytes = 2 ** 32 - pageBytes;

type Loops = Omit<NeuralKernel, 'kind' | 'start' | 'buffer' | 'grow'>;

/** A compiled kernel over a memory of its own. */
export function kernelOf(module: WebAssembly.Module, kind: 'simd' | 'fused'): NeuralKernel {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const exports = new WebAssembly.Instance(module, { env: { memory } }).exports;
  const { start, ...loops } = exports as unknown as Loops & { readonly start: WebAssembly.Global<'i32'> };
  const kernel: NeuralKernel = {
    ...loops,
    kind,
    start: start.value,
    get buffer() {
      return memory.buffer;
    },
    grow: (bytes) => growTo(memory, bytes),
  };
  kernel.grow(kernel.start);
  return kernel;
}

/** At least by half, so that many small arrays do not make many new buffers. */
function growTo(memory: WebAssembly.Memory, bytes: Address): void {
  const now = memory.buffer.byteLength;
  if (bytes <= now) return;
  if (bytes > mostBytes) throw new RangeError(`bytes: expected at most ${mostBytes}, got ${bytes}`);
  const wanted = Math.min(mostBytes, Math.max(bytes, 1.5 * now));
  memory.grow(Math.ceil((wanted - now) / pageBytes));
}
