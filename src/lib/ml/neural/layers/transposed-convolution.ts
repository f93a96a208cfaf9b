import type { Arena } from '../arena.ts';
import { activationCode, type Address } from '../kernel.ts';
import type { BatchShape, Layer, Parameter } from '../layer.ts';
import { convolutionPlan, type ConvolutionSpec, type ImageShape, transposedShape } from './image-shape.ts';
import type { LayerKind, LayerSite, SpecOf } from './kind.ts';
import { addTransposedProduct, multiply } from './products.ts';

/**
 * The way back of a convolution taken as the way forward: each pixel paints a patch, patches add up where they meet. The kernel
 * is channels × size × size × filters.
 */
class TransposedConvolutionLayer implements Layer {
  readonly inputWidth: number;
  readonly outputWidth: number;
  readonly parameters: readonly Parameter[];
  readonly #arena: Arena;
  readonly #spec: ConvolutionSpec;
  readonly #out: ImageShape;
  readonly #patchWidth: number;
  readonly #patches: Address;
  readonly #output: Address;
  readonly #inputGradient: Address;
  readonly #transposed: Address;
  #input: Address = 0;

  constructor(spec: ConvolutionSpec, { arena, largestBatch, input, parameters }: LayerSite) {
    this.#arena = arena;
    this.#spec = spec;
    this.#out = transposedShape(spec);
    this.#patchWidth = spec.size * spec.size * spec.filters;
    this.inputWidth = input.width;
    this.outputWidth = this.#out.height * this.#out.width * spec.filters;
    this.parameters = parameters;
    this.#patches = arena.allocate(largestBatch * spec.height * spec.width * this.#patchWidth);
    this.#output = arena.allocate(largestBatch * this.outputWidth);
    this.#inputGradient = arena.allocate(largestBatch * input.width);
    this.#transposed = arena.allocate(spec.channels * this.#patchWidth);
  }

  forward(input: Address, { batch }: BatchShape): Address {
    const { kernel } = this.#arena;
    const { channels, filters, activation } = this.#spec;
    const [weights, bias] = this.parameters;
    this.#input = input;
    multiply(kernel, this.#patches, [input, weights.at], [this.#pixels(batch), this.#patchWidth, channels]);
    this.#paint(batch);
    const rows = batch * this.#out.height * this.#out.width;
    kernel.activate(this.#output, bias.at, rows, filters, activationCode(activation));
    return this.#output;
  }

  #pixels(batch: number): number {
    return batch * this.#spec.height * this.#spec.width;
  }

  #paint(batch: number): void {
    const { height, width, filters, size, stride, padding } = this.#spec;
    this.#arena.kernel.columnsToImage(
      this.#output,
      this.#patches,
      batch,
      this.#out.height,
      this.#out.width,
      filters,
      size,
      stride,
      padding,
      height,
      width,
    );
  }

  backward(gradient: Address, { batch }: BatchShape, needsInput: boolean): Address {
    const { kernel } = this.#arena;
    const { channels, filters, activation } = this.#spec;
    const [weights, bias] = this.parameters;
    const rows = batch * this.#out.height * this.#out.width;
    kernel.activateBack(gradient, this.#output, bias.gradient, rows, filters, activationCode(activation));
    this.#collect(gradient, batch);
    const size = [channels, this.#patchWidth, this.#pixels(batch)] as const;
    addTransposedProduct(kernel, weights.gradient, [this.#input, this.#patches], size);
    if (needsInput) this.#inputBack(batch);
    return this.#inputGradient;
  }

  /** Each pixel's patch of the gradient. */
  #collect(gradient: Address, batch: number): void {
    const { height, width, filters, size, stride, padding } = this.#spec;
    this.#arena.kernel.imageToColumns(
      this.#patches,
      gradient,
      batch,
      this.#out.height,
      this.#out.width,
      filters,
      size,
      stride,
      padding,
      height,
      width,
    );
  }

  #inputBack(batch: number): void {
    const { kernel } = this.#arena;
    const { channels } = this.#spec;
    const [weights] = this.parameters;
    kernel.transpose(this.#transposed, weights.at, channels, this.#patchWidth);
    const size = [this.#pixels(batch), channels, this.#patchWidth] as const;
    multiply(kernel, this.#inputGradient, [this.#patches, this.#transposed], size);
  }

  stepsAfter(steps: number): number {
    return steps;
  }
}

export const transposedConvolution: LayerKind<SpecOf<'transposed-convolution'>> = {
  plan(spec, input) {
    const { size, channels, filters } = spec;
    return convolutionPlan(spec, input, transposedShape, [channels, size, size, filters]);
  },
  make: (spec, site) => new TransposedConvolutionLayer(spec, site),
};
