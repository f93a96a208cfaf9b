import type { Activation } from '../kernel.ts';
import { layerNormEpsilon } from '../layers/layer-norm.ts';
import { sizeOf } from '../plan.ts';
import type { LayersGraph, LayerWeights, Node } from './graph.ts';
import type { LayerWriter } from './writer.ts';

/** Slope below 0 of `leaky`. */
const leakySlope = 0.2;

/** tfjs knows all activations but one by name; that one is a layer there. */
export function activationName(activation: Activation): string {
  return activation === 'leaky' ? 'linear' : activation;
}

/** The layer after a sum, for activations that have no name. */
export function addActivation(graph: LayersGraph, input: Node, name: string, activation: Activation): Node {
  if (activation !== 'leaky') return input;
  return graph.add('LeakyReLU', `${name}_leaky`, { alpha: leakySlope }, [input]);
}

/** Kernel and bias of a dense layer, as part of anything. */
export function addDense(
  graph: LayersGraph,
  input: Node,
  name: string,
  [kernel, bias]: readonly LayerWeights[],
  activation: Activation,
): Node {
  const config = { units: bias.values.length, activation: activationName(activation), use_bias: true };
  const weights = [
    { ...kernel, name: 'kernel' },
    { ...bias, name: 'bias' },
  ];
  return addActivation(graph, graph.add('Dense', name, config, [input], weights), name, activation);
}

export function addLayerNorm(
  graph: LayersGraph,
  input: Node,
  name: string,
  [gain, shift]: readonly LayerWeights[],
): Node {
  const config = { axis: -1, epsilon: layerNormEpsilon, center: true, scale: true };
  const weights = [
    { ...gain, name: 'gamma' },
    { ...shift, name: 'beta' },
  ];
  return graph.add('LayerNormalization', name, config, [input], weights);
}

export function addReshape(graph: LayersGraph, input: Node, name: string, shape: readonly number[]): Node {
  return graph.add('Reshape', name, { target_shape: shape }, [input]);
}

export const writeDense: LayerWriter<'dense'> = ({ activation }, { graph, input, name, parameters }) =>
  addDense(graph, input, name, parameters, activation);

export const writeDropout: LayerWriter<'dropout'> = ({ rate }, { graph, input, name }) =>
  graph.add('Dropout', name, { rate }, [input]);

export const writeLayerNorm: LayerWriter<'layer-norm'> = (_spec, { graph, input, name, parameters }) =>
  addLayerNorm(graph, input, name, parameters);

export const writeEmbedding: LayerWriter<'embedding'> = ({ entries, units }, site) => {
  const { graph, rows, name, parameters } = site;
  const indexes = addReshape(graph, site.input, `${name}_indexes`, [rows.steps]);
  const weights = [{ ...parameters[0], name: 'embeddings' }];
  const config = { input_dim: entries, output_dim: units, mask_zero: false };
  const found = graph.add('Embedding', name, config, [indexes], weights);
  return rows.steps > 1 ? found : addReshape(graph, found, `${name}_row`, [units]);
};

/** tfjs adds no vector of its own to each step, but a batch norm that changes nothing else does. */
export const writePosition: LayerWriter<'position'> = (_spec, { graph, input, rows, name, parameters }) => {
  const [{ shape, values }] = parameters;
  const width = sizeOf(shape);
  const vector = (part: string, numbers: Float32Array) => ({ name: part, shape: [width], values: numbers });
  const flat = addReshape(graph, input, `${name}_flat`, [width]);
  const added = graph.add(
    'BatchNormalization',
    name,
    { axis: -1, epsilon: 0, center: true, scale: false },
    [flat],
    [
      vector('beta', values),
      vector('moving_mean', new Float32Array(width)),
      vector('moving_variance', new Float32Array(width).fill(1)),
    ],
  );
  return rows.steps > 1 ? addReshape(graph, added, `${name}_steps`, [rows.steps, rows.width]) : added;
};

/** Steps × width times shares of the steps: their mean. */
export const writeMeanPool: LayerWriter<'mean-pool'> = (_spec, { graph, input, rows, name }) =>
  rows.steps > 1 ? graph.add('Dot', name, { axes: 1, normalize: false }, [input, graph.shares()]) : input;
