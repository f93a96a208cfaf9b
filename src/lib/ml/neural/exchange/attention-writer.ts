import type { LayerWeights, Node } from './graph.ts';
import { addDense, addLayerNorm, addReshape } from './plain-writers.ts';
import { addCleared, addRealSteps, addRescaling } from './real-steps.ts';
import type { LayerWriter, WriterSite } from './writer.ts';

// Added to the score of a padded step: its softmax is 0 to the last bit.
const never = -1e9;

/** tfjs has no attention of several heads: each head is three dense layers and two products, the scale in its weights. */
export const writeAttentionBlock: LayerWriter<'attention-block'> = ({ heads, dropout }, site) => {
  const { rows, graph, name, input } = site;
  const { steps, width } = rows;
  const part = (from: number) => site.parameters.slice(from, from + 2);
  const real = steps > 1 ? addRealSteps(site) : null;
  const open = real ? input : addReshape(graph, input, `${name}_step`, [1, width]);
  const opened = { ...site, input: open };
  const drop = (of: string, node: Node) =>
    graph.add('Dropout', `${name}_${of}_dropout`, { rate: dropout }, [node]);
  const add = (of: string, a: Node, b: Node) => graph.add('Add', `${name}_${of}_add`, {}, [a, b]);
  const mixed = addHeads(opened, heads, part(0), real);
  const projected = drop('attention', addDense(graph, mixed, `${name}_projection`, part(2), 'linear'));
  const middle = addLayerNorm(graph, add('attention', projected, open), `${name}_attention_norm`, part(4));
  const hidden = drop('hidden', addDense(graph, middle, `${name}_widen`, part(6), 'relu'));
  const narrowed = drop('output', addDense(graph, hidden, `${name}_narrow`, part(8), 'linear'));
  const output = addLayerNorm(graph, add('output', narrowed, middle), `${name}_output_norm`, part(10));
  if (!real) return addReshape(graph, output, `${name}_row`, [width]);
  return addCleared(graph, output, real, `${name}_cleared`);
};

function addHeads(
  site: WriterSite,
  heads: number,
  projection: readonly LayerWeights[],
  real: Node | null,
): Node {
  const { graph, rows, name } = site;
  const penalty = real && addPenalty(site, real);
  const mixed = Array.from({ length: heads }, (_, head) => addHead(site, [head, heads], projection, penalty));
  if (heads === 1) return mixed[0];
  const joined = graph.add('Concatenate', `${name}_heads`, { axis: -1 }, mixed);
  return addReshape(graph, joined, `${name}_mixed`, [rows.steps, rows.width]);
}

/** 1 × steps: 0 at real steps, far below everything at padding. */
function addPenalty({ graph, rows, name }: WriterSite, real: Node): Node {
  const row = addReshape(graph, real, `${name}_real_row`, [1, rows.steps]);
  return addRescaling(graph, row, `${name}_penalty`, -never, never);
}

function addHead(
  { graph, input, rows, name: block }: WriterSite,
  [head, heads]: readonly [number, number],
  projection: readonly LayerWeights[],
  penalty: Node | null,
): Node {
  const name = `${block}_${head}`;
  const width = rows.width / heads;
  const dense = (of: number, part: string, scale: number) => {
    const weights = projection.map((one) => columnsOf(one, of * rows.width + head * width, width, scale));
    return addDense(graph, input, `${name}_${part}`, weights, 'linear');
  };
  const query = dense(0, 'query', 1 / Math.sqrt(width));
  const key = dense(1, 'key', 1);
  const value = dense(2, 'value', 1);
  const dot = (part: string, axes: readonly number[], pair: readonly Node[]) =>
    graph.add('Dot', `${name}_${part}`, { axes, normalize: false }, pair);
  const scores = dot('scores', [2, 2], [query, key]);
  const judged = penalty ? graph.add('Add', `${name}_judged`, {}, [scores, penalty]) : scores;
  const weights = graph.add('Activation', `${name}_weights`, { activation: 'softmax' }, [judged]);
  return dot('mixed', [2, 1], [weights, value]);
}

/** Some columns of a matrix, or numbers of a vector, times a scale. */
function columnsOf(
  { name, shape, values }: LayerWeights,
  from: number,
  count: number,
  scale: number,
): LayerWeights {
  const all = shape[shape.length - 1];
  const rows = values.length / all;
  const chosen = Float32Array.from(
    { length: rows * count },
    (_, i) => scale * values[Math.floor(i / count) * all + from + (i % count)],
  );
  return { name, shape: [...shape.slice(0, -1), count], values: chosen };
}
