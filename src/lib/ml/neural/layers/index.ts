import type { Layer } from '../layer.ts';
import type { LayerSpec } from '../model.ts';
import { attentionBlock } from './attention-block.ts';
import { convolution } from './convolution.ts';
import { dense } from './dense.ts';
import { dropout } from './dropout.ts';
import { embedding } from './embedding.ts';
import { gru } from './gru.ts';
import type { LayerKind, LayerPlan, LayerSite, RowShape, SpecOf } from './kind.ts';
import { layerNorm } from './layer-norm.ts';
import { lstm } from './lstm.ts';
import { meanPool } from './mean-pool.ts';
import { position } from './position.ts';
import { transposedConvolution } from './transposed-convolution.ts';

type Kind = LayerSpec['kind'];

/** Every kind of layer there is: a new one is a line here and one in the writers of `layers-model.ts`. */
const kinds: { readonly [K in Kind]: LayerKind<SpecOf<K>> } = {
  dense,
  dropout,
  'layer-norm': layerNorm,
  embedding,
  position,
  lstm,
  gru,
  'attention-block': attentionBlock,
  'mean-pool': meanPool,
  convolution,
  'transposed-convolution': transposedConvolution,
};

function kindOf<K extends Kind>(kind: K): LayerKind<SpecOf<K>> {
  if (!Object.hasOwn(kinds, kind))
    throw new RangeError(`layer: expected one of ${Object.keys(kinds).join(', ')}, got ${String(kind)}`);
  return kinds[kind];
}

/** What a layer needs and gives. @throws RangeError for a spec that makes no layer, or an input it cannot take */
export function planLayer<K extends Kind>(spec: SpecOf<K>, input: RowShape): LayerPlan {
  return kindOf<K>(spec.kind as K).plan(spec, input);
}

export function makeLayer<K extends Kind>(spec: SpecOf<K>, site: LayerSite): Layer {
  return kindOf<K>(spec.kind as K).make(spec, site);
}
