import type { NeuralKernel } from './kernel.ts';
import { neuralCode } from './neural-code.ts';
import { bytesOf, kernelOf } from './wasm-kernel.ts';

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

let compiled: WebAssembly.Module | undefined;
