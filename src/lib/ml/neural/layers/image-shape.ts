import { glorotUniform, zeros } from '../initial.ts';
import type { LayerPlan, RowShape, SpecOf } from './kind.ts';
import { expectEqual, expectWhole } from './checks.ts';

export type ConvolutionSpec = SpecOf<'convolution' | 'transposed-convolution'>;

/** An image as it stands in a row: height × width × channels, channels last. */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** What a convolution makes of its images. @throws RangeError when nothing is left of them */
export function convolvedShape({
  height,
  width,
  filters,
  size,
  stride,
  padding,
}: ConvolutionSpec): ImageShape {
  const after = (length: number) => Math.floor((length + 2 * padding - size) / stride) + 1;
  return expectImage({ height: after(height), width: after(width), channels: filters });
}

/** What a transposed convolution makes of its images: the shape whose convolution has theirs. */
export function transposedShape({
  height,
  width,
  filters,
  size,
  stride,
  padding,
}: ConvolutionSpec): ImageShape {
  const after = (length: number) => (length - 1) * stride + size - 2 * padding;
  return expectImage({ height: after(height), width: after(width), channels: filters });
}

function expectImage(shape: ImageShape): ImageShape {
  expectWhole('height after a convolution', shape.height, 1);
  expectWhole('width after a convolution', shape.width, 1);
  return shape;
}

/** @throws RangeError unless the numbers make a convolution for rows of `inputWidth` */
function checkConvolution(spec: ConvolutionSpec, inputWidth: number): void {
  for (const name of ['height', 'width', 'channels', 'filters', 'size', 'stride'] as const)
    expectWhole(name, spec[name], 1);
  expectWhole('padding', spec.padding, 0);
  if (spec.padding >= spec.size)
    throw new RangeError(`padding: expected less than the size ${spec.size}, got ${spec.padding}`);
  // Else a transposed convolution would leave holes that no filter reaches.
  if (spec.stride > spec.size)
    throw new RangeError(`stride: expected at most the size ${spec.size}, got ${spec.stride}`);
  expectEqual('width before a convolution', spec.height * spec.width * spec.channels, inputWidth);
}

/**
 * Either convolution as a plan: a kernel of that shape, whose weights begin by how many inputs and outputs each one joins.
 * @throws RangeError for numbers that make no convolution
 */
export function convolutionPlan(
  spec: ConvolutionSpec,
  { width, steps }: RowShape,
  outOf: (spec: ConvolutionSpec) => ImageShape,
  shape: readonly number[],
): LayerPlan {
  checkConvolution(spec, width);
  const { size, channels, filters } = spec;
  const out = outOf(spec);
  const initial = glorotUniform(size * size * channels, size * size * filters);
  return {
    output: { width: out.height * out.width * filters, steps },
    parameters: [
      { name: 'kernel', shape, initial },
      { name: 'bias', shape: [filters], initial: zeros },
    ],
  };
}
