import type { Arena } from '../arena.ts';
import { ones, zeros } from '../initial.ts';
import type { Address } from '../kernel.ts';
import type { BatchShape, Layer, Parameter } from '../layer.ts';
import type { LayerKind, ParameterPlan, SpecOf } from './kind.ts';

/** Added to the variance, as PyTorch does. */
export const layerNormEpsilon = 1e-5;

/**
 * Each row less its mean, over its deviation, times `gain`, plus `shift`.
 * @see Ba, Kiros and Hinton 2016, Layer normalization
 */
export class LayerNormLayer implements Layer {
  readonly inputWidth: number;
  readonly outputWidth: number;
  readonly parameters: readonly Parameter[];
  readonly #arena: Arena;
  readonly #output: Address;
  readonly #normal: Address;
  readonly #inverse: Address;
  readonly #inputGradient: Address;

  /** `parameters`: gain and shift, both of the row's width. */
  constructor(arena: Arena, largestRows: number, [gain, shift]: readonly Parameter[]) {
    const [width] = gain.shape;
    this.inputWidth = width;
    this.outputWidth = width;
    this.parameters = [gain, shift];
    this.#arena = arena;
    this.#output = arena.allocate(largestRows * width);
    this.#normal = arena.allocate(largestRows * width);
    this.#inverse = arena.allocate(largestRows);
    this.#inputGradient = arena.allocate(largestRows * width);
  }

  forward(input: Address, { batch, steps }: BatchShape): Address {
    const [gain, shift] = this.parameters;
    this.#arena.kernel.layerNormForward(
      this.#output,
      this.#normal,
      this.#inverse,
      input,
      gain.at,
      shift.at,
      batch * steps,
      this.inputWidth,
      layerNormEpsilon,
    );
    return this.#output;
  }

  backward(gradient: Address, { batch, steps }: BatchShape): Address {
    const [gain, shift] = this.parameters;
    this.#arena.kernel.layerNormBack(
      this.#inputGradient,
      gradient,
      this.#normal,
      this.#inverse,
      gain.at,
      gain.gradient,
      shift.gradient,
      batch * steps,
      this.inputWidth,
    );
    return this.#inputGradient;
  }

  stepsAfter(steps: number): number {
    return steps;
  }
}

/** Gain and shift, for blocks that hold some. `prefix` goes before their names. */
export function layerNormPlan(width: number, prefix = ''): readonly ParameterPlan[] {
  return [
    { name: `${prefix}gain`, shape: [width], initial: ones },
    { name: `${prefix}shift`, shape: [width], initial: zeros },
  ];
}

export const layerNorm: LayerKind<SpecOf<'layer-norm'>> = {
  plan: (_spec, input) => ({ output: input, parameters: layerNormPlan(input.width) }),
  make: (_spec, { arena, largestBatch, input, parameters }) =>
    new LayerNormLayer(arena, largestBatch * input.steps, parameters),
};
