import type { Arena } from '../arena.ts';
import type { Address } from '../kernel.ts';
import { expectWhole } from './checks.ts';

/** Who touches whom, as compressed rows: the neighbours of node i stand from rowStarts[i] to rowStarts[i + 1]. */
export interface Graph {
  readonly nodes: number;
  readonly rowStarts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float32Array;
}

/**
 * The symmetric graph of undirected edges, each weighing 1 / √(degree · degree). An edge told twice counts once.
 * @param edges pairs of nodes, one after another
 * @see He et al. 2020, LightGCN: simplifying and powering graph convolution network for recommendation, eq. 3
 * @throws RangeError for an odd count, or a node that is not below `nodes`
 */
export function normalisedGraph(nodes: number, edges: Int32Array): Graph {
  expectWhole('nodes', nodes, 1);
  if (edges.length % 2 !== 0) throw new RangeError(`edges: expected pairs, got ${edges.length} numbers`);
  const odd = edges.findIndex((node) => !(node >= 0 && node < nodes));
  if (odd >= 0) throw new RangeError(`edges[${odd}]: expected 0 to ${nodes - 1}, got ${edges[odd]}`);
  const neighbours = Array.from({ length: nodes }, () => new Set<number>());
  for (let e = 0; e < edges.length; e += 2) {
    neighbours[edges[e]].add(edges[e + 1]);
    neighbours[edges[e + 1]].add(edges[e]);
  }
  const rowStarts = new Int32Array(nodes + 1);
  for (const [i, { size }] of neighbours.entries()) rowStarts[i + 1] = rowStarts[i] + size;
  const columns = Int32Array.from(neighbours.flatMap((set) => [...set].sort((a, b) => a - b)));
  const degree = (node: number) => rowStarts[node + 1] - rowStarts[node];
  const values = new Float32Array(columns.length);
  for (let i = 0; i < nodes; i++)
    for (let k = rowStarts[i]; k < rowStarts[i + 1]; k++)
      values[k] = 1 / Math.sqrt(degree(i) * degree(columns[k]));
  return { nodes, rowStarts, columns, values };
}

/**
 * LightGCN's layers: rows spread along the edges again and again, and the answer is the mean of all stages, the rows as
 * they were among them. It has no parameters of its own.
 */
export class Propagation {
  readonly nodes: number;
  readonly width: number;
  readonly #arena: Arena;
  readonly #layers: number;
  readonly #rowStarts: Address;
  readonly #columns: Address;
  readonly #values: Address;
  readonly #stages: readonly [Address, Address];
  readonly #mean: Address;

  /** `graph` is symmetric, as `normalisedGraph` makes it: the way back is then the same as the way forward. */
  constructor(arena: Arena, graph: Graph, width: number, layers: number) {
    expectWhole('width', width, 1);
    expectWhole('layers', layers, 1);
    this.nodes = graph.nodes;
    this.width = width;
    this.#arena = arena;
    this.#layers = layers;
    this.#rowStarts = placeIntegers(arena, graph.rowStarts);
    this.#columns = placeIntegers(arena, graph.columns);
    this.#values = arena.allocate(graph.values.length);
    arena.floats(this.#values, graph.values.length).set(graph.values);
    this.#stages = [arena.allocate(graph.nodes * width), arena.allocate(graph.nodes * width)];
    this.#mean = arena.allocate(graph.nodes * width);
  }

  /** Rows (nodes × width) in, the mean of their stages out. */
  forward(rows: Address): Address {
    const { kernel } = this.#arena;
    const count = this.nodes * this.width;
    const share = 1 / (this.#layers + 1);
    let stage = rows;
    kernel.clear(this.#mean, count);
    kernel.add(this.#mean, rows, count, share);
    for (let layer = 0; layer < this.#layers; layer++) {
      const next = this.#stages[layer % 2];
      kernel.sparseMultiply(
        next,
        this.#rowStarts,
        this.#columns,
        this.#values,
        stage,
        this.nodes,
        this.width,
      );
      kernel.add(this.#mean, next, count, share);
      stage = next;
    }
    return this.#mean;
  }

  /** From the gradient of the mean to that of the rows. Overwrites what `forward` returned. */
  backward(gradient: Address): Address {
    return this.forward(gradient);
  }
}

function placeIntegers(arena: Arena, values: Int32Array): Address {
  const at = arena.allocate(values.length);
  arena.integers(at, values.length).set(values);
  return at;
}
