import type { Arena } from '../arena.ts';
import type { Address } from '../kernel.ts';
import type { BatchShape, Layer, Parameter } from '../layer.ts';
import { DenseLayer } from './dense.ts';
import { convolutionPlan, type ConvolutionSpec, convolvedShape, type ImageShape } from './image-shape.ts';
import type { LayerKind, LayerSite, SpecOf } from './kind.ts';

/** A dense layer over the patches of images. The kernel is size × size × channels × filters. */
class ConvolutionLayer implements Layer {
  readonly inputWidth: number;
  readonly outputWidth: number;
  readonly parameters: readonly Parameter[];
  readonly #arena: Arena;
  readonly #spec: ConvolutionSpec;
  readonly #out: ImageShape;
  readonly #dense: DenseLayer;
  readonly #patches: Address;
  readonly #inputGradient: Address;

  constructor(spec: ConvolutionSpec, { arena, largestBatch, input, parameters }: LayerSite) {
    this.#arena = arena;
    this.#spec = spec;
    this.#out = convolvedShape(spec);
    this.inputWidth = input.width;
    this.outputWidth = this.#out.height * this.#out.width * spec.filters;
    this.parameters = parameters;
    const [kernel, bias] = parameters;
    const patchWidth = spec.size * spec.size * spec.channels;
    const rows = largestBatch * this.#out.height * this.#out.width;
    const flat = { ...kernel, shape: [patchWidth, spec.filters] };
    this.#dense = new DenseLayer(arena, rows, [flat, bias], spec.activation);
    this.#patches = arena.allocate(rows * patchWidth);
    this.#inputGradient = arena.allocate(largestBatch * input.width);
  }

  forward(input: Address, { batch }: BatchShape): Address {
    const { height, width, channels, size, stride, padding } = this.#spec;
    const out = this.#out;
    this.#arena.kernel.imageToColumns(
      this.#patches,
      input,
      batch,
      height,
      width,
      channels,
      size,
      stride,
      padding,
      out.height,
      out.width,
    );
    return this.#dense.forwardRows(this.#patches, batch * out.height * out.width);
  }

  backward(gradient: Address, { batch }: BatchShape, needsInput: boolean): Address {
    const { height, width, channels, size, stride, padding } = this.#spec;
    const out = this.#out;
    const patches = this.#dense.backwardRows(gradient, batch * out.height * out.width, needsInput);
    if (!needsInput) return this.#inputGradient;
    this.#arena.kernel.columnsToImage(
      this.#inputGradient,
      patches,
      batch,
      height,
      width,
      channels,
      size,
      stride,
      padding,
      out.height,
      out.width,
    );
    return this.#inputGradient;
  }

  stepsAfter(steps: number): number {
    return steps;
  }
}

export const convolution: LayerKind<SpecOf<'convolution'>> = {
  plan(spec, input) {
    const { size, channels, filters } = spec;
    return convolutionPlan(spec, input, convolvedShape, [size, size, channels, filters]);
  },
  make: (spec, site) => new ConvolutionLayer(spec, site),
};
