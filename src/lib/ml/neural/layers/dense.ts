import type { Arena } from '../arena.ts';
import { glorotUniform, zeros } from '../initial.ts';
import { type Activation, activationCode, type Address } from '../kernel.ts';
import type { BatchShape, Layer, Parameter } from '../layer.ts';
import { expectWhole } from './checks.ts';
import type { LayerKind, ParameterPlan, SpecOf } from './kind.ts';
import { addTransposedProduct, multiply } from './products.ts';

/** rows × inputWidth → rows × units: activation(input · kernel + bias). */
export class DenseLayer implements Layer {
  readonly inputWidth: number;
  readonly outputWidth: number;
  readonly parameters: readonly Parameter[];
  readonly #arena: Arena;
  readonly #activation: number;
  readonly #output: Address;
  readonly #inputGradient: Address;
  readonly #transposed: Address;
  #input: Address = 0;

  /** `parameters`: kernel (inputWidth × units) and bias (units). */
  constructor(
    arena: Arena,
    largestRows: number,
    [kernel, bias]: readonly Parameter[],
    activation: Activation,
  ) {
    const [inputWidth, units] = kernel.shape;
    this.inputWidth = inputWidth;
    this.outputWidth = units;
    this.parameters = [kernel, bias];
    this.#arena = arena;
    this.#activation = activationCode(activation);
    this.#output = arena.allocate(largestRows * units);
    this.#inputGradient = arena.allocate(largestRows * inputWidth);
    this.#transposed = arena.allocate(inputWidth * units);
  }

  forward(input: Address, { batch, steps }: BatchShape): Address {
    return this.forwardRows(input, batch * steps);
  }

  /** The same for any number of rows up to the largest. */
  forwardRows(input: Address, rows: number): Address {
    const { inputWidth, outputWidth } = this;
    const { kernel } = this.#arena;
    const [weights, bias] = this.parameters;
    this.#input = input;
    kernel.dense(this.#output, input, weights.at, bias.at, rows, outputWidth, inputWidth, this.#activation);
    return this.#output;
  }

  backward(gradient: Address, { batch, steps, needsParameters }: BatchShape, needsInput: boolean): Address {
    return this.backwardRows(gradient, batch * steps, needsInput, needsParameters);
  }

  backwardRows(gradient: Address, rows: number, needsInput: boolean, needsParameters = true): Address {
    const { inputWidth, outputWidth } = this;
    const { kernel } = this.#arena;
    const [weights, bias] = this.parameters;
    kernel.activateBack(gradient, this.#output, bias.gradient, rows, outputWidth, this.#activation);
    if (needsParameters)
      addTransposedProduct(
        kernel,
        weights.gradient,
        [this.#input, gradient],
        [inputWidth, outputWidth, rows],
      );
    if (!needsInput) return this.#inputGradient;
    kernel.transpose(this.#transposed, weights.at, inputWidth, outputWidth);
    multiply(kernel, this.#inputGradient, [gradient, this.#transposed], [rows, inputWidth, outputWidth]);
    return this.#inputGradient;
  }

  stepsAfter(steps: number): number {
    return steps;
  }
}

/** Kernel and bias of a dense layer, for blocks that hold some. `prefix` goes before their names. */
export function densePlan(inputWidth: number, units: number, prefix = ''): readonly ParameterPlan[] {
  return [
    {
      name: `${prefix}kernel`,
      shape: [inputWidth, units],
      initial: glorotUniform(inputWidth, units),
    },
    { name: `${prefix}bias`, shape: [units], initial: zeros },
  ];
}

export const dense: LayerKind<SpecOf<'dense'>> = {
  plan({ units }, { width, steps }) {
    expectWhole('units', units, 1);
    return { output: { width: units, steps }, parameters: densePlan(width, units) };
  },
  make({ activation }, { arena, largestBatch, input, parameters }) {
    return new DenseLayer(arena, largestBatch * input.steps, parameters, activation);
  },
};
