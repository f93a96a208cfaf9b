import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../core/random.ts';
import { Arena } from '../arena.ts';
import { largestDifference } from '../gradient-check.ts';
import { plainKernel } from '../plain-kernel.ts';
import { normalisedGraph, Propagation } from './propagation.ts';

const nodes = 6;
const width = 4;
const edges = Int32Array.of(0, 1, 0, 2, 3, 1, 4, 0, 1, 0);
const graph = normalisedGraph(nodes, edges);

/** The same graph as a full matrix. */
const full = Array.from({ length: nodes }, (_, i) => {
  const row = new Array<number>(nodes).fill(0);
  for (let k = graph.rowStarts[i]; k < graph.rowStarts[i + 1]; k++) row[graph.columns[k]] = graph.values[k];
  return row;
});

/** (I + A + A² + …) / (layers + 1) · rows, by hand. */
function spread(rows: Float64Array, layers: number): Float64Array {
  let stage = rows;
  const sum = rows.slice();
  for (let layer = 0; layer < layers; layer++) {
    const before = stage;
    stage = rows.map((_, at) =>
      full[Math.floor(at / width)].reduce(
        (total, share, j) => total + share * before[j * width + (at % width)],
        0,
      ),
    );
    stage.forEach((value, i) => (sum[i] += value));
  }
  return sum.map((value) => value / (layers + 1));
}

describe('normalisedGraph', () => {
  it('weighs an edge by the degrees of its ends, once however often it is told', () => {
    expect(full[0][1]).toBeCloseTo(1 / Math.sqrt(3 * 2), 6);
    expect(full[1][0]).toBe(full[0][1]);
    expect(full[5]).toEqual(new Array(nodes).fill(0));
  });

  it('refuses nodes that are not there', () => {
    expect(() => normalisedGraph(2, Int32Array.of(0, 2))).toThrow('edges[1]: expected 0 to 1, got 2');
    expect(() => normalisedGraph(2, Int32Array.of(0))).toThrow('edges: expected pairs, got 1 numbers');
  });
});

describe.each([1, 2, 3])('Propagation of %i layers', (layers) => {
  const random = seededRandom(layers);
  const draw = () => Float64Array.from({ length: nodes * width }, () => Math.fround(normal(random)));
  const arena = new Arena(plainKernel());
  const propagation = new Propagation(arena, graph, width, layers);
  const rowsAt = arena.allocate(nodes * width);
  const run = (rows: Float64Array, way: 'forward' | 'backward') => {
    arena.floats(rowsAt, nodes * width).set(rows);
    return Float64Array.from(arena.floats(propagation[way](rowsAt), nodes * width));
  };
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);

  it('is the mean of all stages', () => {
    const rows = draw();
    expect(largestDifference(run(rows, 'forward'), spread(rows, layers))).toBeLessThan(1e-6);
  });

  // It is linear, so the gradient is right when ⟨forward(x), g⟩ = ⟨x, backward(g)⟩ for any x and g.
  it('goes back by the same weights', () => {
    const [rows, gradient] = [draw(), draw()];
    expect(dot(run(rows, 'forward'), gradient)).toBeCloseTo(dot(rows, run(gradient, 'backward')), 5);
  });
});
