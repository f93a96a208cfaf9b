import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matrix } from '../../core/matrix.ts';
import { normal, seededRandom } from '../../core/random.ts';
import { quantileCuts, weightedCuts } from '../bins.ts';
import { type BoostingData, type BoostingOptions, fitBoosting } from '../boosting.ts';
import { predictMargins } from '../predict.ts';
import { exclusiveOr, threeBands } from '../toy-worlds.ts';
import { treeCount } from '../trees.ts';
import { drawByGradientInto, drawRowsInto } from './row-draws.ts';
import { bestKernel } from './simd.ts';
import { sortSingles } from './sort-singles.ts';

const logistic = { seed: 1, loss: 'logistic', rounds: 8, depth: 4 } as const;

/** Two columns of numbers with gaps and one of categories, the label following all three. */
function mixedWorld(rows: number, seed: number): BoostingData & { readonly labels: Uint8Array } {
  const random = seededRandom(seed);
  const values = new Float64Array(3 * rows);
  const labels = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const code = Math.floor(9 * random());
    const [a, b] = [normal(random), normal(random)];
    labels[row] = Number(a + b * b + ((code * 5) % 9) / 3 - 2 + normal(random) > 0);
    values.set([random() < 0.1 ? NaN : a, b, random() < 0.05 ? NaN : code], 3 * row);
  }
  return { x: matrix(rows, 3, values), labels, categories: [2] };
}

const ways: readonly (readonly [string, Partial<BoostingOptions>])[] = [
  ['depth-wise', {}],
  ['leaf-wise', { growth: 'leaf', depth: 0, leaves: 9 }],
  ['with the rules of LightGBM', { family: 'lightgbm', leaves: 9, minLeafRows: 5 }],
  ['from half of the rows', { rowShare: 0.5 }],
  ['from the largest gradients', { sampling: 'goss', rate: 0.5 }],
  ['on drawn columns', { columnShare: 0.7, levelColumnShare: 0.7, nodeColumnShare: 0.7 }],
  ['under constraints', { monotone: [1, -1, 0], interactions: [[0, 1], [2]], maxDeltaStep: 0.5 }],
];

describe('the two kernels', () => {
  it('runs WebAssembly here', () => {
    expect(bestKernel()).toBe('simd');
  });

  it.each(ways)('grow the same bytes %s', (_, options) => {
    const world = mixedWorld(600, 1);
    const fit = (kernel: 'simd' | 'plain') => fitBoosting(world, { ...logistic, ...options, kernel });
    expect(fit('plain')).toEqual(fit('simd'));
  });

  it('grow the same symmetric trees and softmax trees', () => {
    const worlds = [
      [exclusiveOr(600, 1), { ...logistic, growth: 'symmetric' }],
      [threeBands(600, 1), { ...logistic, loss: 'softmax', classes: 3 }],
    ] as const;
    for (const [world, options] of worlds)
      expect(fitBoosting(world, { ...options, kernel: 'plain' })).toEqual(fitBoosting(world, options));
  });
});

describe('growth', () => {
  it('splits a symmetric level by one cut', () => {
    const { trees } = fitBoosting(exclusiveOr(800, 2), { ...logistic, growth: 'symmetric', depth: 3 });
    for (let tree = 0; tree < treeCount(trees); tree++) {
      let level = [trees.start[tree]];
      while (trees.feature[level[0]] >= 0) {
        const cuts = level.map((node) => `${trees.feature[node]} ${trees.threshold[node]}`);
        expect(new Set(cuts).size).toBe(1);
        level = level.flatMap((node) => [trees.left[node], trees.right[node]]);
      }
    }
  });

  it('keeps to its leaves', () => {
    const { trees } = fitBoosting(exclusiveOr(800, 2), { ...logistic, growth: 'leaf', depth: 0, leaves: 5 });
    for (let tree = 0; tree < treeCount(trees); tree++)
      expect(trees.start[tree + 1] - trees.start[tree]).toBeLessThanOrEqual(9);
  });
});

describe('columns', () => {
  it('gain nothing by standing there twice', () => {
    const law = fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
      const { x, labels } = exclusiveOr(200, seed);
      const doubled = Float64Array.from({ length: 200 * 8 }, (_, i) => x.values[4 * (i >> 3) + (i & 3)]);
      const plain = fitBoosting({ x, labels }, logistic);
      const twice = fitBoosting({ x: matrix(200, 8, doubled), labels }, logistic);
      expect(twice.trees).toEqual(plain.trees);
    });
    fc.assert(law, { numRuns: 10 });
  });

  it('of categories answer for codes never seen, and for more codes than bins', () => {
    const random = seededRandom(4);
    const codes = Float64Array.from({ length: 3000 }, () => Math.floor(900 * random() ** 2));
    const labels = Uint8Array.from(codes, (code) => Number(code % 3 === 0));
    for (const family of ['xgboost', 'lightgbm'] as const) {
      const model = fitBoosting(
        { x: matrix(3000, 1, codes), labels, categories: [0] },
        { ...logistic, family, leaves: 15, minChildWeight: 0.1, categoryRules: { minGroupRows: 1 } },
      );
      const margins = predictMargins(model, matrix(3, 1, Float64Array.of(3, 4, 5_000_000)));
      expect(margins[0]).toBeGreaterThan(margins[1]);
      expect(Number.isFinite(margins[2])).toBe(true);
    }
  });

  it('say what is wrong with them', () => {
    const { x, labels } = exclusiveOr(20, 1);
    const fit = (options: Partial<BoostingOptions>, categories: readonly number[] = []) =>
      fitBoosting({ x, labels, categories }, { ...logistic, ...options });
    expect(() => fit({ monotone: [1] })).toThrow(
      'monotone: length: expected a whole number from 4 to 4, got 1',
    );
    expect(() => fit({ interactions: [[0, 9]] })).toThrow(
      'interactions: expected a whole number from 0 to 3, got 9',
    );
    expect(() => fit({}, [0])).toThrow('x: category at row 0, column 0: expected a whole number');
    expect(() => fit({ growth: 'symmetric', monotone: [0, 0, 0, 1] })).toThrow(
      'growth: expected depth or leaf',
    );
    expect(() => fit({ topRate: 0.8, otherRate: 0.4 })).toThrow('topRate + otherRate: expected 0 to 1');
  });
});

describe('constraints', () => {
  it('never lets the margin fall where it may only rise', () => {
    const law = fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
      const model = fitBoosting(exclusiveOr(250, seed), { ...logistic, monotone: [1, -1, 0, 0] });
      const random = seededRandom(seed);
      for (let probe = 0; probe < 20; probe++) {
        const rest = Array.from({ length: 3 }, () => normal(random));
        const steps = [-2, -1, -0.3, 0, 0.4, 1, 2];
        const up = predictMargins(model, matrix(7, 4, Float64Array.from(steps.flatMap((s) => [s, ...rest]))));
        const down = predictMargins(
          model,
          matrix(7, 4, Float64Array.from(steps.flatMap((s) => [rest[0], s, rest[1], rest[2]]))),
        );
        for (let i = 1; i < 7; i++) {
          expect(up[i]).toBeGreaterThanOrEqual(up[i - 1]);
          expect(down[i]).toBeLessThanOrEqual(down[i - 1]);
        }
      }
    });
    fc.assert(law, { numRuns: 15 });
  });

  it('lets only columns of one set meet on a path', () => {
    const sets = [
      [0, 2],
      [1, 3],
    ];
    const { trees } = fitBoosting(exclusiveOr(800, 3), { ...logistic, interactions: sets });
    const walk = (node: number, path: readonly number[]): void => {
      if (trees.feature[node] < 0) return;
      const longer = [...path, trees.feature[node]];
      expect(sets.some((set) => longer.every((column) => set.includes(column)))).toBe(true);
      walk(trees.left[node], longer);
      walk(trees.right[node], longer);
    };
    for (let tree = 0; tree < treeCount(trees); tree++) walk(trees.start[tree], []);
  });
});

describe('draws', () => {
  it('lists every row once, the drawn ones first', () => {
    const law = fc.property(
      fc.integer({ min: 1, max: 300 }),
      fc.double({ min: 0.05, max: 1, noNaN: true }),
      (count, share) => {
        const rows = new Uint32Array(count);
        const drawn = drawRowsInto(rows, share, seededRandom(count));
        expect(drawn).toBe(Math.max(1, Math.round(share * count)));
        expect([...rows].sort((a, b) => a - b)).toEqual([...new Uint32Array(count).keys()]);
      },
    );
    fc.assert(law);
  });

  it('keeps the largest gradients and the sum of the others about right', () => {
    const random = seededRandom(3);
    const gradients = Float64Array.from({ length: 4000 }, (_, i) => (i % 2 ? 1 : normal(random)));
    const before = gradients.slice();
    const rows = new Uint32Array(2000);
    const sampled = drawByGradientInto(rows, gradients, 0.2, 0.1, random);
    expect(sampled).toBe(600);
    const sum = rows.subarray(0, sampled).reduce((total, row) => total + gradients[2 * row + 1], 0);
    expect(sum).toBeCloseTo(2000, 9);
    const largest = Math.max(
      ...Array.from(
        before.filter((_, i) => i % 2 === 0),
        Math.abs,
      ),
    );
    const kept = [...rows.subarray(0, sampled)].some((row) => Math.abs(before[2 * row]) === largest);
    expect(kept).toBe(true);
  });
});

describe('cuts', () => {
  const singles = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { maxLength: 400 });

  it('sorts float32 as the language does', () => {
    const law = fc.property(singles, (list) => {
      const values = Float32Array.from(list);
      const expected = values.slice().sort();
      sortSingles(values, new Float32Array(values.length));
      expect(values).toEqual(expected);
    });
    fc.assert(law);
  });

  it('takes equal weights as none', () => {
    const law = fc.property(singles, fc.integer({ min: 2, max: 40 }), (list, bins) => {
      const values = Float32Array.from(list, (value) => value + 0);
      const plain = quantileCuts(values.slice().sort(), bins);
      expect(weightedCuts(values, new Float64Array(values.length).fill(1), bins)).toEqual(plain);
    });
    fc.assert(law);
  });

  it('puts more cuts where more weight lies', () => {
    const values = Float32Array.from({ length: 1000 }, (_, i) => i);
    const weights = Float64Array.from(values, (value) => (value < 100 ? 9 : 1));
    const cuts = weightedCuts(values, weights, 10);
    expect(cuts.filter((cut) => cut < 100).length).toBeGreaterThanOrEqual(4);
  });
});
