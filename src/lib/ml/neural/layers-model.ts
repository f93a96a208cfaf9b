import { writeAttentionBlock } from './exchange/attention-writer.ts';
import { type Config, LayersGraph, type LayerWeights } from './exchange/graph.ts';
import { writeGru } from './exchange/gru-writer.ts';
import { writeConvolution, writeTransposedConvolution } from './exchange/image-writers.ts';
import { writeLstm } from './exchange/lstm-writer.ts';
import {
  writeDense,
  writeDropout,
  writeEmbedding,
  writeLayerNorm,
  writeMeanPool,
  writePosition,
} from './exchange/plain-writers.ts';
import { type Precision, type WeightSpec, writeWeights } from './exchange/weights.ts';
import type { LayerWriter, WriterSite } from './exchange/writer.ts';
import type { SpecOf } from './layers/kind.ts';
import type { LayerSpec, NetworkModel } from './model.ts';
import { planNetwork, sizeOf } from './plan.ts';

/** What `tf.loadLayersModel(tf.io.fromMemory(…))` reads. */
export interface LayersModel {
  readonly modelTopology: Config;
  readonly weightSpecs: readonly WeightSpec[];
  readonly weightData: ArrayBuffer;
}

type Kind = LayerSpec['kind'];

/** How each kind of layer is said in tfjs' layers. */
const writers: { readonly [K in Kind]?: LayerWriter<K> } = {
  dense: writeDense,
  dropout: writeDropout,
  'layer-norm': writeLayerNorm,
  embedding: writeEmbedding,
  position: writePosition,
  lstm: writeLstm,
  gru: writeGru,
  'attention-block': writeAttentionBlock,
  'mean-pool': writeMeanPool,
  convolution: writeConvolution,
  'transposed-convolution': writeTransposedConvolution,
};

/**
 * The network as a model of tfjs that answers the same. Its input is batch × steps × width (batch × width for plain rows);
 * where a layer must know which steps are real there is a second one, `shares`: see `sharesOf`.
 * @param options.precision of the weights, float32 unless told
 */
export function toLayersModel(
  model: NetworkModel,
  { precision = 'float32' }: { readonly precision?: Precision } = {},
): LayersModel {
  const { topology, weights } = writeGraph(model);
  const { specs, bytes } = writeWeights(weights, precision);
  return { modelTopology: topology, weightSpecs: specs, weightData: bytes.slice().buffer };
}

/** The same as the two files that `tf.loadLayersModel(url)` fetches: the url is the first's, the second lies beside it. */
export function layersModelFiles(
  model: NetworkModel,
  options: { readonly precision?: Precision } = {},
): { readonly 'model.json': string; readonly 'weights.bin': Uint8Array } {
  const { modelTopology, weightSpecs, weightData } = toLayersModel(model, options);
  const json = {
    format: 'layers-model',
    generatedBy: 'Merito',
    convertedBy: null,
    modelTopology,
    weightsManifest: [{ paths: ['weights.bin'], weights: weightSpecs }],
  };
  return { 'model.json': JSON.stringify(json), 'weights.bin': new Uint8Array(weightData) };
}

/** The input `shares` for examples with so many real steps: examples × steps, 1 / length at the real ones. */
export function sharesOf(lengths: Int32Array, steps: number): Float32Array {
  const shares = new Float32Array(lengths.length * steps);
  for (const [i, length] of lengths.entries())
    shares.fill(1 / length, i * steps, i * steps + Math.min(length, steps));
  return shares;
}

function writeGraph(model: NetworkModel): ReturnType<LayersGraph['finish']> {
  const plan = planNetwork(model);
  const graph = new LayersGraph(model.inputWidth, model.steps);
  let [node, offset] = [graph.input, 0];
  for (const [i, spec] of model.layers.entries()) {
    const parameters = plan.layers[i].parameters.map(({ name, shape }): LayerWeights => {
      offset += sizeOf(shape);
      return { name, shape, values: model.weights.subarray(offset - sizeOf(shape), offset) };
    });
    const name = `${spec.kind}_${i}`.replaceAll('-', '_');
    node = writeLayer(spec, { graph, input: node, rows: plan.inputs[i], name, parameters });
  }
  return graph.finish(node);
}

function writeLayer<K extends Kind>(spec: SpecOf<K>, site: WriterSite): string {
  const write: LayerWriter<K> | undefined = writers[spec.kind as K];
  if (!write)
    throw new RangeError(`layer: expected one of ${Object.keys(writers).join(', ')}, got ${spec.kind}`);
  return write(spec, site);
}
