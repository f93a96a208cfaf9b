import { straight } from './bend.ts';
import { normal, seededRandom } from '../core/random.ts';
import type { Activation } from '../neural/kernel.ts';
import { type InputScale, inputWidth, type Student, weightCount } from './student.ts';

export interface ToyOptions {
  readonly seed: number;
  /** Columns, the learner's first. */
  readonly columns?: number;
  readonly shared?: number;
  /** Units of the layers before the answer. */
  readonly hidden?: readonly number[];
  readonly activation?: Activation;
}

/** A student with random weights, for tests and benches: what it says means nothing. */
export function toyStudent({
  seed,
  columns = 9,
  shared = 5,
  hidden = [7, 4],
  activation = 'relu',
}: ToyOptions): Student {
  const random = seededRandom(seed);
  const inputs = Array.from({ length: columns }, (_, i): InputScale => ({
    column: `column-${i}`,
    mean: Math.fround(normal(random)),
    scale: Math.fround(0.5 + random()),
    hasMissing: i % 3 === 0,
  }));
  const layers = [
    ...hidden.map((units) => ({ kind: 'dense', units, activation }) as const),
    { kind: 'dense', units: 1, activation: 'linear' } as const,
  ];
  const width = inputWidth(inputs);
  const weights = Float32Array.from({ length: weightCount(width, layers) }, () => 0.4 * normal(random));
  return {
    kind: 'student',
    version: 1,
    catalogueVersion: 1,
    imitates: 'toy',
    inputs,
    shared,
    bound: 4,
    network: { kind: 'network', version: 1, inputWidth: width, steps: 1, layers, weights },
    bend: straight,
  };
}

/** Rows of all columns, now and then missing where that may be, or far beyond the bound. */
export function toyRows({ inputs }: Student, rows: number, seed: number): Float64Array {
  const random = seededRandom(seed);
  return Float64Array.from({ length: rows * inputs.length }, (_, i) => {
    if (inputs[i % inputs.length].hasMissing && random() < 0.3) return NaN;
    return (random() < 0.1 ? 20 : 2) * normal(random);
  });
}
