import { describe, expect, it } from 'vitest';
import type { LayerSpec } from '#lib/ml/neural/index.ts';
import {
  backwardGradients,
  gradientCase,
  largestDifference,
  outputsOf,
} from '#lib/ml/neural/gradient-check.ts';
import golden from './pytorch.json' with { type: 'json' };

// What PyTorch computes in float64; ours is float32, so 1e-6 of the largest number is all that can be asked.

describe.each(golden.cases.map((one) => [JSON.stringify(one.layer), one] as const))('%s', (_name, one) => {
  const { batch, steps, width, lengths } = one;
  const inputs = Float32Array.from(one.inputs);
  const network = { inputWidth: width, steps, layers: [one.layer as LayerSpec] };
  const ours = { ...gradientCase(network, { batch, lengths, inputs }), mix: Float32Array.from(one.pull) };
  ours.network.setWeights(Float32Array.from(one.weights));

  it('answers as PyTorch does', () => {
    expect(largestDifference(outputsOf(ours, inputs), one.output)).toBeLessThan(1e-6);
  });

  it('has the gradients that PyTorch has', () => {
    const [input, ...parameters] = backwardGradients(ours).values();
    expect(largestDifference(input, one.inputGradient)).toBeLessThan(1e-6);
    // Together: a gradient that is 0 but for rounding has no size of its own to be measured by.
    const flat = parameters.flatMap((gradient) => [...gradient]);
    expect(largestDifference(flat, one.gradients.flat())).toBeLessThan(1e-6);
  });
});
