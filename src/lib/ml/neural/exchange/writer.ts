import type { RowShape, SpecOf } from '../layers/kind.ts';
import type { LayerSpec } from '../model.ts';
import type { LayersGraph, LayerWeights, Node } from './graph.ts';

export interface WriterSite {
  readonly graph: LayersGraph;
  /** What the layer reads. */
  readonly input: Node;
  readonly rows: RowShape;
  /** Begins the names of all it adds, so that none meets another's. */
  readonly name: string;
  /** The layer's parameters, as its plan lists them. */
  readonly parameters: readonly LayerWeights[];
}

/** Adds a layer of ours to the graph, as one or more of tfjs' layers. @returns what the next one reads */
export type LayerWriter<Kind extends LayerSpec['kind']> = (spec: SpecOf<Kind>, site: WriterSite) => Node;
