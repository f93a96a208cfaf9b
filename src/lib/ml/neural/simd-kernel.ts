import { type Address, type NeuralKernel } from './kernel.ts';
import { neuralCode } from './neural-code.ts';
import { plainKernel } from './plain-kernel.ts';

/**
 * The kernel in WebAssembly with SIMD, over a memory of its own. Compiles at the first call, and waits for it: for Node and
 * for workers.
 * @throws WebAssembly.CompileError where WebAssembly lacks SIMD, ReferenceError where it is missing
 */
export function simdKernel(): NeuralKernel {
  compiled ??= new WebAssembly.Module(moduleBytes());
  return kernelOf(compiled);
}

/** `simdKernel` without waiting, for the main thread of a browser; null where WebAssembly or its SIMD is missing. */
export async function loadSimdKernel(): Promise<NeuralKernel | null> {
  try {
    compiled ??= await WebAssembly.compile(moduleBytes());
    return kernelOf(compiled);
  } catch {
    return null;
  }
}

/** The fastest kernel this place can run. */
export function neuralKernel(): NeuralKernel {
  try {
    return simdKernel();
  } catch {
    return plainKernel();
  }
}

let compiled: WebAssembly.Module | undefined;

function moduleBytes(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(neuralCode), (char) => char.charCodeAt(0));
}

const pageBytes = 65_536;
const mostBytes = 2 ** 32 - pageBytes;

type Loops = Omit<NeuralKernel, 'kind' | 'start' | 'buffer' | 'grow'>;

function kernelOf(module: WebAssembly.Module): NeuralKernel {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const exports = new WebAssembly.Instance(module, { env: { memory } }).exports;
  const { start, ...loops } = exports as unknown as Loops & { readonly start: WebAssembly.Global<'i32'> };
  const kernel: NeuralKernel = {
    ...loops,
    kind: 'simd',
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
