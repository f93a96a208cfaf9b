import type { Random } from '../../core/random.ts';
import type { Arena } from '../arena.ts';
import type { Initial } from '../initial.ts';
import type { Layer, Parameter } from '../layer.ts';
import type { LayerSpec } from '../model.ts';

/** Rows as they stand between two layers: numbers in a row, and rows an example. */
export interface RowShape {
  readonly width: number;
  /** 1 for plain rows. */
  readonly steps: number;
}

/** A parameter before it has a place. */
export interface ParameterPlan {
  readonly name: string;
  readonly shape: readonly number[];
  readonly initial: Initial;
}

export interface LayerPlan {
  readonly output: RowShape;
  /** In the order in which the layer lists them and a model's weights hold them. */
  readonly parameters: readonly ParameterPlan[];
}

/** What a layer is built from. */
export interface LayerSite {
  readonly arena: Arena;
  readonly largestBatch: number;
  readonly input: RowShape;
  /** Placed as the plan says, in its order. */
  readonly parameters: readonly Parameter[];
  /** The layer's own stream of chance, for what it draws while training. */
  readonly random: Random;
}

/** One kind of layer: what it needs and gives, and how it is built. */
export interface LayerKind<Spec extends LayerSpec> {
  /** @throws RangeError in a sentence, for numbers that make no layer or an input it cannot take */
  plan(spec: Spec, input: RowShape): LayerPlan;
  make(spec: Spec, site: LayerSite): Layer;
}

/** The spec of one kind. */
export type SpecOf<Kind extends LayerSpec['kind']> = LayerSpec & { readonly kind: Kind };
