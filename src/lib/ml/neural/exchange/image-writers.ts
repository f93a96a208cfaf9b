import {
  type ConvolutionSpec,
  convolvedShape,
  type ImageShape,
  transposedShape,
} from '../layers/image-shape.ts';
import { sizeOf } from '../plan.ts';
import type { LayersGraph, LayerWeights, Node } from './graph.ts';
import { activationName, addActivation, addReshape } from './plain-writers.ts';
import type { LayerWriter, WriterSite } from './writer.ts';

// Padding is a layer of its own on either side, for Keras' convolutions know only none or "same".

export const writeConvolution: LayerWriter<'convolution'> = (spec, site) => {
  const { graph, name } = site;
  const [kernel, bias] = site.parameters;
  const image = openImage(spec, site);
  const padded = spec.padding > 0 ? addEdge(graph, 'ZeroPadding2D', image, `${name}_padding`, spec) : image;
  const sums = graph.add('Conv2D', name, convolutionConfig(spec), [padded], [kernel, bias]);
  return closeImage(addActivation(graph, sums, name, spec.activation), site, convolvedShape(spec));
};

export const writeTransposedConvolution: LayerWriter<'transposed-convolution'> = (spec, site) => {
  const { graph, name } = site;
  const [kernel, bias] = site.parameters;
  const image = openImage(spec, site);
  const weights = [channelsLast(kernel), bias];
  const sums = graph.add('Conv2DTranspose', name, convolutionConfig(spec), [image], weights);
  const cropped = spec.padding > 0 ? addEdge(graph, 'Cropping2D', sums, `${name}_cropping`, spec) : sums;
  return closeImage(addActivation(graph, cropped, name, spec.activation), site, transposedShape(spec));
};

function openImage({ height, width, channels }: ConvolutionSpec, { graph, input, name }: WriterSite): Node {
  return addReshape(graph, input, `${name}_image`, [height, width, channels]);
}

function closeImage(node: Node, { graph, name }: WriterSite, { height, width, channels }: ImageShape): Node {
  return addReshape(graph, node, `${name}_row`, [height * width * channels]);
}

function convolutionConfig({ filters, size, stride, activation }: ConvolutionSpec) {
  return {
    filters,
    kernel_size: [size, size],
    strides: [stride, stride],
    padding: 'valid',
    data_format: 'channels_last',
    activation: activationName(activation),
    use_bias: true,
  };
}

function addEdge(
  graph: LayersGraph,
  className: 'ZeroPadding2D' | 'Cropping2D',
  input: Node,
  name: string,
  { padding }: ConvolutionSpec,
): Node {
  const sides = [
    [padding, padding],
    [padding, padding],
  ];
  const amount = className === 'Cropping2D' ? { cropping: sides } : { padding: sides };
  return graph.add(className, name, { ...amount, data_format: 'channels_last' }, [input]);
}

/** channels × size × size × filters → size × size × filters × channels. */
function channelsLast({ name, shape: [channels, ...patch], values }: LayerWeights): LayerWeights {
  const width = sizeOf(patch);
  const turned = new Float32Array(values.length);
  for (let c = 0; c < channels; c++)
    for (let i = 0; i < width; i++) turned[i * channels + c] = values[c * width + i];
  return { name, shape: [...patch, channels], values: turned };
}
