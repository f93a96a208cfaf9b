import type { SpecOf } from '../layers/kind.ts';
import type { LayersGraph, LayerWeights, Node } from './graph.ts';
import { addReshape } from './plain-writers.ts';
import { addRealSteps, addRescaling } from './real-steps.ts';
import type { LayerWriter, WriterSite } from './writer.ts';

/**
 * tfjs' GRU knows no reset after the product, so the steps are written out one by one, each with its copy of the recurrent
 * weights.
 */
export const writeGru: LayerWriter<'gru'> = (spec, site) => {
  const { graph, rows, name, parameters } = site;
  const real = rows.steps > 1 ? addRealSteps(site) : null;
  const prefixes = spec.direction === 'both' ? [name, `${name}_backward`] : [name];
  const own = parameters.length / prefixes.length;
  const ways = prefixes.map((prefix, way) =>
    addWay(
      spec,
      { ...site, name: prefix, parameters: parameters.slice(way * own, (way + 1) * own) },
      real,
      way,
    ),
  );
  if (spec.returns === 'last')
    return join(
      graph,
      `${name}_last`,
      ways.map(({ last }) => last),
    );
  const states = ways.map(({ states: all }, way) => {
    const flat = join(graph, `${prefixes[way]}_flat`, all);
    return rows.steps > 1
      ? addReshape(graph, flat, `${prefixes[way]}_states`, [rows.steps, spec.units])
      : flat;
  });
  return join(graph, `${name}_all`, states);
};

interface Way {
  /** One a step, 0 where it is padding, in the order of the steps. */
  readonly states: readonly Node[];
  readonly last: Node;
}

/** One reading direction: padded steps keep the state they found. */
function addWay({ units }: SpecOf<'gru'>, site: WriterSite, real: Node | null, way: number): Way {
  const { graph, rows, name, parameters } = site;
  const [kernel, recurrent, bias, recurrentBias] = parameters;
  const config = { units: 3 * units, activation: 'linear', use_bias: true };
  const weights = [
    { ...kernel, name: 'kernel' },
    { ...bias, name: 'bias' },
  ];
  const sums = graph.add('Dense', `${name}_sums`, config, [site.input], weights);
  const image = addReshape(graph, sums, `${name}_image`, [rows.steps, 3 * units, 1]);
  const realImage = real && addReshape(graph, real, `${name}_real_image`, [rows.steps, 1, 1]);
  const states: Node[] = [];
  let state: Node | null = null;
  for (let count = 0; count < rows.steps; count++) {
    const step = way === 0 ? count : rows.steps - 1 - count;
    const cell: CellSite = { graph, name: `${name}_${step}`, units, steps: rows.steps, step };
    const found: Node = state ?? addRescaling(graph, cut(cell, image, 0), `${cell.name}_nothing`, 0, 0);
    const fresh = addCell(cell, image, found, [recurrent, recurrentBias]);
    const kept = realImage ? keepWhereReal(cell, realImage, fresh, found) : { state: fresh, output: fresh };
    states[step] = kept.output;
    state = kept.state;
  }
  return { states, last: state ?? site.input };
}

interface CellSite {
  readonly graph: LayersGraph;
  readonly name: string;
  readonly units: number;
  readonly steps: number;
  readonly step: number;
}

/** One step of one gate: `units` numbers out of steps × 3 units × 1. */
function cut({ graph, name, units, steps, step }: CellSite, image: Node, gate: number): Node {
  const cropping = [
    [step, steps - 1 - step],
    [gate * units, (2 - gate) * units],
  ];
  const cropped = graph.add(
    'Cropping2D',
    `${name}_crop_${gate}`,
    { cropping, data_format: 'channels_last' },
    [image],
  );
  return addReshape(graph, cropped, `${name}_sum_${gate}`, [units]);
}

function addCell(site: CellSite, image: Node, state: Node, weights: readonly LayerWeights[]): Node {
  const { graph, name } = site;
  const [update, reset, candidate] = [0, 1, 2].map((gate) => ({
    sum: cut(site, image, gate),
    back: addGate(site, state, weights, gate),
  }));
  const add = (part: string, a: Node, b: Node) => graph.add('Add', `${name}_${part}_add`, {}, [a, b]);
  const times = (part: string, a: Node, b: Node) =>
    graph.add('Multiply', `${name}_${part}_times`, {}, [a, b]);
  const activate = (part: string, activation: string, input: Node) =>
    graph.add('Activation', `${name}_${part}`, { activation }, [input]);
  const keeps = activate('update', 'sigmoid', add('update', update.sum, update.back));
  const resets = activate('reset', 'sigmoid', add('reset', reset.sum, reset.back));
  const allowed = times('candidate', resets, candidate.back);
  const fresh = activate('candidate', 'tanh', add('candidate', candidate.sum, allowed));
  const takes = addRescaling(graph, keeps, `${name}_takes`, -1, 1);
  return add('state', times('old', keeps, state), times('new', takes, fresh));
}

/** The recurrent product of one gate, with its bias. */
function addGate(
  { graph, name, units }: CellSite,
  state: Node,
  [recurrent, bias]: readonly LayerWeights[],
  gate: number,
): Node {
  const kernel = new Float32Array(units * units);
  for (let row = 0; row < units; row++)
    kernel.set(
      recurrent.values.subarray((3 * row + gate) * units, (3 * row + gate + 1) * units),
      row * units,
    );
  const config = { units, activation: 'linear', use_bias: true };
  return graph.add(
    'Dense',
    `${name}_recurrent_${gate}`,
    config,
    [state],
    [
      { name: 'kernel', shape: [units, units], values: kernel },
      { name: 'bias', shape: [units], values: bias.values.subarray(gate * units, (gate + 1) * units) },
    ],
  );
}

function keepWhereReal(site: CellSite, realImage: Node, fresh: Node, found: Node) {
  const { graph, name, steps, step } = site;
  const cropping = [
    [step, steps - 1 - step],
    [0, 0],
  ];
  const cropped = graph.add('Cropping2D', `${name}_real_crop`, { cropping, data_format: 'channels_last' }, [
    realImage,
  ]);
  const real = addReshape(graph, cropped, `${name}_real`, [1]);
  const padding = addRescaling(graph, real, `${name}_padding`, -1, 1);
  const output = graph.add('Multiply', `${name}_output`, {}, [fresh, real]);
  const old = graph.add('Multiply', `${name}_kept`, {}, [found, padding]);
  return { output, state: graph.add('Add', `${name}_after`, {}, [output, old]) };
}

/** Side by side; one alone stays as it is. */
function join(graph: LayersGraph, name: string, nodes: readonly Node[]): Node {
  return nodes.length === 1 ? nodes[0] : graph.add('Concatenate', name, { axis: -1 }, nodes);
}
