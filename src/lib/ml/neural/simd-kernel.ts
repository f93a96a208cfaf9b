import { fusedCode } from './fused-code.ts';
import type { Address, NeuralKernel } from './kernel.ts';
import { neuralCode } from './neural-code.ts';
import { plainKernel } from './plain-kernel.ts';

/**
 * The kernel in WebAssembly with SIMD, over a memory of its own: the same bits wherever it runs. Compiles at the first call,
 * and waits for it: for Node and for workers.
 * @throws WebAssembly.CompileError where WebAssembly lacks SIMD, ReferenceError where it is missing
 */
export function simdKernel(): NeuralKernel {
  compiled ??= new WebAssembly.Module(bytesOf(neuralCode));
  return kernelOf(compiled, 'simd');
}

/** `simdKernel` without waiting, for the main thread of a browser; null where WebAssembly or its SIMD is missing. */
export async function loadSimdKernel(): Promise<NeuralKernel | null> {
  try {
    compiled ??= await WebAssembly.compile(bytesOf(neuralCode));
    return kernelOf(compiled, 'simd');
  } catch {
    return null;
  }
}

/**
 * `simdKernel` with products and sums in one instruction, rounded once, where the processor has it: about a quarter faster,
 * and the last bits are those of the processor.
 * @throws WebAssembly.CompileError where WebAssembly lacks relaxed SIMD, ReferenceError where it is missing
 */
export function fusedKernel(): NeuralKernel {
  fused ??= new WebAssembly.Module(bytesOf(fusedCode));
  return kernelOf(fused, 'fused');
}

/** The fastest kernel this place can run. */
export function neuralKernel(): NeuralKernel {
  for (const make of [fusedKernel, simdKernel]) {
    try {
      return make();
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  return plainKernel();
}

function isMissing(error: unknown): boolean {
  return error instanceof ReferenceError || error instanceof WebAssembly.CompileError;
}

let compiled: WebAssembly.Module | undefined;
let fused: WebAssembly.Module | undefined;

function bytesOf(code: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(code), (char) => char.charCodeAt(0));
}

const pageBytes = 65_536;
const mostBytes = 2 ** 32 - pageBytes;

type Loops = Omit<NeuralKernel, 'kind' | 'start' | 'buffer' | 'grow'>;

function kernelOf(module: WebAssembly.Module, kind: 'simd' | 'fused'): NeuralKernel {
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
