import type { LayersGraph, Node } from './graph.ts';
import type { WriterSite } from './writer.ts';

/** 1 at real steps and 0 at padding, steps × 1, from the input `shares`: a share is 1 / steps at least, so 2 × steps × it is cut to 1. */
export function addRealSteps({ graph, rows, name }: WriterSite): Node {
  const column = graph.add('Reshape', `${name}_shares`, { target_shape: [rows.steps, 1] }, [graph.shares()]);
  const large = addRescaling(graph, column, `${name}_large`, 2 * rows.steps, 0);
  return graph.add('ReLU', `${name}_real`, { max_value: 1 }, [large]);
}

/** scale × input + offset. */
export function addRescaling(
  graph: LayersGraph,
  input: Node,
  name: string,
  scale: number,
  offset: number,
): Node {
  return graph.add('Rescaling', name, { scale, offset }, [input]);
}

/** Rows of padding become 0. */
export function addCleared(graph: LayersGraph, input: Node, real: Node, name: string): Node {
  return graph.add('Multiply', name, {}, [input, real]);
}
