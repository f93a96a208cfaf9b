import { describe, expect, it } from 'vitest';
import type { LayerSpec } from '#lib/ml/neural/index.ts';
import { gradientsOf, outputOf, toyNetwork, worstDifference } from '#lib/ml/neural/layers/layer-toys.ts';
import golden from './pytorch.json' with { type: 'json' };

// What PyTorch computes in float64; ours is float32, so 1e-6 of the largest number is all that can be asked.

describe.each(golden.cases.map((one) => [JSON.stringify(one.layer), one] as const))('%s', (_name, one) => {
  const { batch, steps, width } = one;
  const toy = {
    ...{ batch, steps, width },
    inputs: Float32Array.from(one.inputs),
    lengths: Int32Array.from(one.lengths),
  };
  const network = toyNetwork(one.layer as LayerSpec, toy, 1);
  network.setWeights(Float32Array.from(one.weights));

  it('answers as PyTorch does', () => {
    expect(worstDifference(outputOf(network, toy), one.output)).toBeLessThan(1e-6);
  });

  it('has the gradients that PyTorch has', () => {
    const ours = gradientsOf(network, toy, Float32Array.from(one.pull));
    expect(worstDifference(ours.input, one.inputGradient)).toBeLessThan(1e-6);
    // Together: a gradient that is 0 but for rounding has no size of its own to be measured by.
    const flat = ours.parameters.flatMap((gradient) => [...gradient]);
    expect(worstDifference(flat, one.gradients.flat())).toBeLessThan(1e-6);
  });
});
