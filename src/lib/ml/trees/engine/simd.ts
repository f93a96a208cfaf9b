import { kernelCode } from './kernel-code.ts';
import type { Kernel } from './kernel.ts';
import { plainKernel } from './plain-kernel.ts';

export type KernelName = 'simd' | 'plain';
export type TrainingMemory = WebAssembly.Memory | ArrayBufferLike;

export function bufferOf(memory: TrainingMemory): ArrayBufferLike {
  return memory instanceof WebAssembly.Memory ? memory.buffer : memory;
}

/** The fastest kernel this place can run. */
export function bestKernel(): KernelName {
  return simdModule() ? 'simd' : 'plain';
}

export function kernelOn(memory: TrainingMemory, name: KernelName): Kernel {
  const module = name === 'simd' ? simdModule() : null;
  if (module && memory instanceof WebAssembly.Memory)
    return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernel;
  return plainKernel(bufferOf(memory));
}

let compiled: WebAssembly.Module | null | undefined;

/** Compiled at the first fit, not on import; null where WebAssembly, its SIMD or shared memory is missing. */
function simdModule(): WebAssembly.Module | null {
  if (compiled !== undefined) return compiled;
  try {
    newMemory(1);
    compiled = new WebAssembly.Module(Uint8Array.from(atob(kernelCode), (char) => char.charCodeAt(0)));
  } catch {
    compiled = null;
  }
  return compiled;
}

const pageBytes = 65_536;
const mostPages = 65_536;

function newMemory(bytes: number): WebAssembly.Memory {
  return new WebAssembly.Memory({
    initial: Math.ceil(bytes / pageBytes),
    maximum: mostPages,
    shared: true,
  });
}

// A memory reserves gigabytes of addresses, so a small one is used again instead of left to the garbage collector.
const keptBytes = 2 ** 25;
let spare: WebAssembly.Memory | null = null;

/** Memory of at least that size, whose contents are not zero. @throws RangeError beyond 4 GiB */
export function takeMemory(bytes: number, kernel: KernelName, isShared: boolean): TrainingMemory {
  if (bytes > (mostPages - 1) * pageBytes)
    throw new RangeError(
      `x: expected a table that fits into 4 GiB with its working space, got ${bytes} bytes`,
    );
  const size = Math.ceil(bytes / 8) * 8;
  if (kernel === 'plain') return isShared ? new SharedArrayBuffer(size) : new ArrayBuffer(size);
  const memory = spare ?? newMemory(bytes);
  spare = null;
  const lacking = bytes - memory.buffer.byteLength;
  if (lacking > 0) memory.grow(Math.ceil(lacking / pageBytes));
  return memory;
}

/** Takes back what no thread will touch again. */
export function keepMemory(memory: TrainingMemory): void {
  if (memory instanceof WebAssembly.Memory && memory.buffer.byteLength <= keptBytes) spare = memory;
}
