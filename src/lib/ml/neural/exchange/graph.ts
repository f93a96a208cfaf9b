import { sizeOf } from '../plan.ts';

/** Weights of one layer, by the name tfjs knows them by within the layer, such as `kernel`. */
export interface LayerWeights {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** A layer of the graph, by its name. */
export type Node = string;

/** What a config may hold. */
export type Config = Readonly<Record<string, unknown>>;

interface GraphLayer {
  readonly class_name: string;
  readonly name: string;
  readonly config: Config;
  readonly inbound_nodes: readonly (readonly (readonly [Node, number, number, Config])[])[];
}

/** The input of real steps, see `shares`. */
export const sharesInput = 'shares';
const rowsInput = 'input';

/**
 * A tfjs LayersModel while it is written: layers with what they read, as Keras' functional models list them.
 * @see https://www.tensorflow.org/js/guide/save_load, and `modelTopology` of a saved model
 */
export class LayersGraph {
  readonly steps: number;
  /** The network's input: steps × width, or width alone. */
  readonly input: Node;
  readonly #layers: GraphLayer[] = [];
  readonly #inputs: Node[] = [];
  readonly #weights: LayerWeights[] = [];

  constructor(width: number, steps: number) {
    this.steps = steps;
    this.input = this.#addInput(rowsInput, steps > 1 ? [steps, width] : [width]);
  }

  #addInput(name: string, shape: readonly number[]): Node {
    const config = { name, batch_input_shape: [null, ...shape], dtype: 'float32', sparse: false };
    this.#layers.push({ class_name: 'InputLayer', name, config, inbound_nodes: [] });
    this.#inputs.push(name);
    return name;
  }

  /**
   * The second input, of layers that must know which steps are real: a number a step, 1 / length at the real ones and 0 at
   * padding. Asked for once or often, it is one input; a network that never asks has none.
   */
  shares(): Node {
    return this.#inputs.includes(sharesInput) ? sharesInput : this.#addInput(sharesInput, [this.steps]);
  }

  /** A layer of a class tfjs knows, reading the outputs of others. @returns its own */
  add(
    className: string,
    name: string,
    config: Config,
    inputs: readonly Node[],
    weights: readonly LayerWeights[] = [],
  ): Node {
    this.#layers.push({
      class_name: className,
      name,
      config: { name, trainable: true, ...config },
      inbound_nodes: [inputs.map((input) => [input, 0, 0, {}] as const)],
    });
    for (const one of weights) this.#addWeights(name, one);
    return name;
  }

  #addWeights(layer: string, { name, shape, values }: LayerWeights): void {
    if (values.length !== sizeOf(shape))
      throw new RangeError(`${layer}/${name}: expected ${sizeOf(shape)} weights, got ${values.length}`);
    this.#weights.push({ name: `${layer}/${name}`, shape, values });
  }

  /** The whole, answering with the node. */
  finish(output: Node): { readonly topology: Config; readonly weights: readonly LayerWeights[] } {
    const topology = {
      class_name: 'Functional',
      config: {
        name: 'network',
        layers: this.#layers,
        input_layers: this.#inputs.map((name) => [name, 0, 0]),
        output_layers: [[output, 0, 0]],
      },
      keras_version: 'tfjs-layers 4.22.0',
      backend: 'tensor_flow.js',
    };
    return { topology, weights: this.#weights };
  }
}
