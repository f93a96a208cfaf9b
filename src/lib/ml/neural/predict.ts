import { checkExamples, type Examples } from './examples.ts';
import type { NeuralKernel } from './kernel.ts';
import type { NetworkModel } from './model.ts';
import { type Network, openNetwork } from './network.ts';
import { plainKernel } from './plain-kernel.ts';

const usualBatch = 256;

/**
 * A network's answers for examples × steps × inputWidth numbers: examples × output.steps × output.width, of a last layer
 * without activation the margins. Opens the model anew; who asks often opens it once and asks `predictWith`.
 * @param options.lengths real steps of each example, all when not told
 * @param options.kernel a kernel of its own for this call, plain when not told
 * @throws RangeError for inputs that do not fit, or that are not finite
 */
export function predictNetwork(
  model: NetworkModel,
  inputs: Float32Array,
  options: { readonly lengths?: Int32Array; readonly kernel?: NeuralKernel } = {},
): Float32Array {
  const { lengths, kernel = plainKernel() } = options;
  const count = checkExamples({ inputs, lengths }, model);
  if (count === 0) return new Float32Array();
  return predictWith(openNetwork(model, kernel, Math.min(count, usualBatch)), { inputs, lengths });
}

/** The same from an open network, in batches as large as it takes. */
export function predictWith(network: Network, examples: Examples): Float32Array {
  const count = checkExamples(examples, network.spec);
  const width = network.output.steps * network.output.width;
  const answers = new Float32Array(count * width);
  for (let from = 0; from < count; from += network.largestBatch) {
    const batch = Math.min(network.largestBatch, count - from);
    network.load(
      examples,
      Int32Array.from({ length: batch }, (_, i) => from + i),
    );
    const at = network.forward(batch, false);
    answers.set(network.arena.floats(at, batch * width), from * width);
  }
  return answers;
}
