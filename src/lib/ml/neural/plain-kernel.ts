import type { NeuralKernel } from './kernel.ts';
import { attentionLoops } from './plain/attention.ts';
import { imageLoops } from './plain/images.ts';
import { PlainMemory, plainStart } from './plain/memory.ts';
import { multiplyLoops } from './plain/multiply.ts';
import { layerNormLoops } from './plain/normalise.ts';
import { activationLoops, adamLoop, vectorLoops } from './plain/pointwise.ts';
import { gruLoops, lstmLoops } from './plain/recurrent.ts';
import { rowLoops } from './plain/rows.ts';

/** The kernel in TypeScript, for places without WebAssembly SIMD; also what says how the other one must count. */
export function plainKernel(): NeuralKernel {
  const memory = new PlainMemory();
  const products = multiplyLoops(memory);
  const activations = activationLoops(memory);
  return {
    kind: 'plain',
    start: plainStart,
    get buffer() {
      return memory.buffer;
    },
    grow: (bytes) => memory.grow(bytes),
    ...products,
    ...activations,
    dense: (out, a, b, bias, rows, columns, inner, activation) => {
      products.multiply(out, a, b, rows, columns, inner, 4 * inner, 4, 4 * columns, 4 * columns, 0);
      activations.activate(out, bias, rows, columns, activation);
    },
    ...vectorLoops(memory),
    ...adamLoop(memory),
    ...lstmLoops(memory),
    ...gruLoops(memory),
    ...attentionLoops(memory),
    ...layerNormLoops(memory),
    ...imageLoops(memory),
    ...rowLoops(memory),
  };
}
