import { beforeAll, describe, expect, it } from 'vitest';
import { decodeModel, type Encodable, encodeModel } from '../core/codec.ts';
import { matrix, type Matrix } from '../core/matrix.ts';
import { normal, seededRandom } from '../core/random.ts';
import {
  type Autoencoder,
  checkAutoencoder,
  embed,
  encoderOf,
  fitAutoencoder,
  meanError,
  reconstructionError,
} from './autoencoder.ts';
import { simdKernel } from './simd-kernel.ts';

const columns = 12;

/** Twelve columns that two hidden numbers make, a little noise, some values missing; the last column never moves. */
function hiddenPair(rows: number, seed: number): { readonly x: Matrix; readonly hidden: number[][] } {
  const random = seededRandom(seed);
  const mix = seededRandom(99);
  const weights = Array.from({ length: columns }, () => [normal(mix), normal(mix), normal(mix)]);
  const hidden = Array.from({ length: rows }, () => [normal(random), normal(random)]);
  const values = hidden.flatMap(([a, b]) =>
    weights.map(([w, v, u], column) => {
      if (column === columns - 1) return 7;
      if (random() < 0.08) return NaN;
      return 10 * column + 3 * Math.tanh(w * a + v * b + u) + 0.05 * normal(random);
    }),
  );
  return { x: matrix(rows, columns, Float64Array.from(values)), hidden };
}

const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
const { x } = hiddenPair(600, 1);
const fresh = hiddenPair(200, 2);
let model: Autoencoder;

beforeAll(() => {
  model = fitAutoencoder(x, { seed: 1, bottleneck: 3, hidden: 16, kernel: simdKernel() }).model;
});

describe('an autoencoder', () => {
  it('reads rows it never saw back far better than the means do', () => {
    const share = mean(reconstructionError(model, fresh.x)) / mean(meanError(model, fresh.x));
    expect(share).toBeLessThan(0.2);
  });

  it('puts rows near each other that hidden numbers make alike', () => {
    const places = embed(model, fresh.x);
    const far = (list: ArrayLike<number>, i: number, j: number, width: number) => {
      let sum = 0;
      for (let k = 0; k < width; k++) sum += (list[i * width + k] - list[j * width + k]) ** 2;
      return sum;
    };
    const truth = fresh.hidden.flat();
    const ratios = fresh.hidden.map((_, i) => {
      const others = fresh.hidden.map((__, j) => j).filter((j) => j !== i);
      const nearest = others.toSorted((a, b) => far(places, i, a, 3) - far(places, i, b, 3)).slice(0, 5);
      const typical = mean(Float64Array.from(others, (j) => far(truth, i, j, 2)));
      return mean(Float64Array.from(nearest, (j) => far(truth, i, j, 2))) / typical;
    });
    expect(mean(Float64Array.from(ratios))).toBeLessThan(0.15);
  });

  it('finds strange what breaks the pattern, though each value by itself is usual', () => {
    const { values } = fresh.x;
    const broken = Float64Array.from({ length: values.length }, (_, cell) => {
      const [row, column] = [Math.floor(cell / columns), cell % columns];
      return values[((row + (column % 3) * 41) % fresh.x.rows) * columns + column];
    });
    const usual = mean(reconstructionError(model, fresh.x));
    expect(mean(reconstructionError(model, matrix(fresh.x.rows, columns, broken)))).toBeGreaterThan(
      3 * usual,
    );
  });

  it('tells a missing value from a mean one, and answers where all is missing', () => {
    const [plain, missing] = [model.means.slice(), model.means.slice()];
    missing[2] = NaN;
    const both = matrix(2, columns, Float64Array.from([...plain, ...missing]));
    const places = embed(model, both);
    expect(places.slice(0, 3)).not.toEqual(places.slice(3));
    const nothing = matrix(1, columns, new Float64Array(columns).fill(NaN));
    expect(embed(model, nothing).every(Number.isFinite)).toBe(true);
    expect(reconstructionError(model, nothing)[0]).toBeNaN();
  });

  it('is the same bytes for the same seed', () => {
    const small = matrix(60, columns, x.values.slice(0, 60 * columns));
    const fit = (seed: number) => fitAutoencoder(small, { seed, epochs: 5 }).model;
    expect(fit(3)).toEqual(fit(3));
    expect(fit(4)).not.toEqual(fit(3));
  });

  it('holds the rows of a group out together', () => {
    // Two groups that have nothing in common: what is learnt of one says nothing of the other.
    const random = seededRandom(5);
    const rows = 40;
    const values = Float64Array.from(
      { length: rows * 2 },
      (_, cell) => (cell < rows ? 100 : -100) + normal(random),
    );
    const groups = Int32Array.from({ length: rows }, (_, row) => (row < rows / 2 ? 1 : 2));
    const options = { seed: 1, bottleneck: 1, hidden: 4 };
    const together = fitAutoencoder(matrix(rows, 2, values), { ...options, groups }).report;
    const apart = fitAutoencoder(matrix(rows, 2, values), options).report;
    const best = ({ epochs, bestEpoch }: typeof together) => epochs[bestEpoch].validationLoss ?? 0;
    expect(best(together)).toBeGreaterThan(2 * best(apart));
  });

  it('comes back from a file, and nothing else does', () => {
    const bytes = encodeModel(model as unknown as Encodable);
    expect(checkAutoencoder(decodeModel(bytes))).toEqual(model);
    expect(() => checkAutoencoder({ ...model, kind: 'network' })).toThrow('kind: expected autoencoder');
    expect(() => checkAutoencoder({ ...model, means: model.means.slice(1) })).toThrow('means: expected 12');
    expect(() => checkAutoencoder({ ...model, bottleneck: 4 })).toThrow(
      'network: expected four dense layers',
    );
    expect(() => checkAutoencoder({ ...model, network: encoderOf(model) })).toThrow('network: expected four');
    expect(() => checkAutoencoder(null)).toThrow('kind: expected autoencoder');
  });

  it('refuses what it cannot learn from or read', () => {
    const few = matrix(10, 1, new Float64Array(10));
    expect(() => fitAutoencoder(few, { seed: 1 })).toThrow('rows: expected at least 20, got 10');
    expect(() => fitAutoencoder(x, { seed: 1, groups: new Int32Array(600) })).toThrow(
      'groups: expected two or more',
    );
    expect(() => fitAutoencoder(x, { seed: 1, groups: new Int32Array(3) })).toThrow(
      'groups: expected 600, got 3',
    );
    expect(() => fitAutoencoder(x, { seed: 1, bottleneck: 0 })).toThrow(
      'bottleneck: expected a whole number',
    );
    expect(() => embed(model, few)).toThrow('columns: expected 12, got 1');
  });
});
