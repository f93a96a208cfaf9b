import type { SpecOf } from '../layers/kind.ts';
import type { Config, LayerWeights, Node } from './graph.ts';
import { addReshape } from './plain-writers.ts';
import { addCleared, addRealSteps } from './real-steps.ts';
import type { LayerWriter, WriterSite } from './writer.ts';

/**
 * tfjs masks by what a step holds, not by lengths: so padding is cleared, whether a step is real becomes one more channel with
 * weights of 0, and a step of zeros alone is passed over.
 */
export const writeLstm: LayerWriter<'lstm'> = (spec, site) => {
  const { graph, rows, name } = site;
  const real = rows.steps > 1 ? addRealSteps(site) : null;
  const masked = real
    ? addMasked(site, real)
    : addReshape(graph, site.input, `${name}_step`, [1, rows.width]);
  const channels = rows.width + (real ? 1 : 0);
  const states = addStates(spec, site, masked, channels);
  if (spec.returns === 'last') return states;
  const width = (spec.direction === 'both' ? 2 : 1) * spec.units;
  // Reshaped to the same: what follows must not see the mask, which layers that know none refuse.
  const free = addReshape(graph, states, `${name}_states`, real ? [rows.steps, width] : [width]);
  return real ? addCleared(graph, free, real, `${name}_cleared`) : free;
};

function addMasked({ graph, input, name }: WriterSite, real: Node): Node {
  const cleared = addCleared(graph, input, real, `${name}_input`);
  const joined = graph.add('Concatenate', `${name}_joined`, { axis: -1 }, [cleared, real]);
  return graph.add('Masking', `${name}_masked`, { mask_value: 0 }, [joined]);
}

function addStates(spec: SpecOf<'lstm'>, site: WriterSite, input: Node, channels: number): Node {
  const { graph, name, parameters } = site;
  const [kernel, recurrent, bias, ...backward] = parameters;
  if (spec.direction === 'forward')
    return graph.add(
      'LSTM',
      name,
      lstmConfig(spec),
      [input],
      cellWeights([kernel, recurrent, bias], '', channels),
    );
  const inner = `${name}_cell`;
  const config = {
    merge_mode: 'concat',
    layer: { class_name: 'LSTM', config: { name: inner, ...lstmConfig(spec) } },
  };
  return graph.add(
    'Bidirectional',
    name,
    config,
    [input],
    [
      ...cellWeights([kernel, recurrent, bias], `forward_${inner}/`, channels),
      ...cellWeights(backward, `backward_${inner}/`, channels),
    ],
  );
}

function lstmConfig({ units, returns }: SpecOf<'lstm'>): Config {
  return {
    units,
    activation: 'tanh',
    recurrent_activation: 'sigmoid',
    use_bias: true,
    return_sequences: returns === 'all',
  };
}

function cellWeights(
  [kernel, recurrent, bias]: readonly LayerWeights[],
  prefix: string,
  channels: number,
): readonly LayerWeights[] {
  return [
    { ...widened(kernel, channels), name: `${prefix}kernel` },
    { ...recurrent, name: `${prefix}recurrent_kernel` },
    { ...bias, name: `${prefix}bias` },
  ];
}

/** Rows of 0 below: the weights of channels that only tell which steps are real. */
function widened({ name, shape: [, columns], values }: LayerWeights, rows: number): LayerWeights {
  const wider = new Float32Array(rows * columns);
  wider.set(values);
  return { name, shape: [rows, columns], values: wider };
}
