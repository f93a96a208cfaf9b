import { afterAll, describe, expect, it } from 'vitest';
import { matrix } from '#lib/ml/core/matrix.ts';
import { normal, seededRandom } from '#lib/ml/core/random.ts';
import { type BoostingOptions, fitBoosting } from '#lib/ml/trees/index.ts';
import { startTreeCrew } from '#lib/server/training/tree-crew.ts';

const crew = startTreeCrew(2);
afterAll(() => crew.close());

const rows = 5000;
const random = seededRandom(1);
const values = Float64Array.from({ length: 5 * rows }, (_, i) =>
  i % 5 === 4 ? Math.floor(9 * random()) : random() < 0.1 ? NaN : normal(random),
);
const labels = Uint8Array.from({ length: rows }, (_, i) =>
  Number((values[5 * i] || 0) + (values[5 * i + 1] || 0) * values[5 * i + 4] > 1),
);
const data = { x: matrix(rows, 5, values), labels };

/** The same, with the code as nine columns of zeros and ones: threads own some of a bundle each. */
const sparse = {
  x: matrix(
    rows,
    13,
    Float64Array.from({ length: 13 * rows }, (_, i) => {
      const [first, column] = [5 * Math.floor(i / 13), i % 13];
      return column < 4 ? values[first + column] : Number(values[first + 4] === column - 4);
    }),
  ),
  labels,
};

const ways: readonly (readonly [string, Partial<BoostingOptions>, readonly number[]])[] = [
  ['depth-wise', {}, [4]],
  ['leaf-wise', { growth: 'leaf', depth: 0, leaves: 12 }, [4]],
  ['with the rules of LightGBM', { family: 'lightgbm', leaves: 12 }, [4]],
  ['symmetric', { growth: 'symmetric' }, []],
  ['from half of the rows and columns', { rowShare: 0.5, columnShare: 0.5, nodeColumnShare: 0.7 }, [4]],
  ['with three outputs', { loss: 'softmax', classes: 3 }, [4]],
  ['with a loss that renews its leaves', { loss: 'quantile' }, [4]],
];

describe('a crew of two threads', () => {
  it.each(ways)('grows the bytes of one thread, %s', (_, options, categories) => {
    const fit = (more: Partial<BoostingOptions>) =>
      fitBoosting(
        { ...data, categories },
        { seed: 1, loss: 'logistic', rounds: 5, depth: 5, ...options, ...more },
      );
    const alone = fit({});
    expect(fit({ crew })).toEqual(alone);
    expect(fit({ crew, kernel: 'plain' })).toEqual(alone);
  });

  it.each(ways.slice(0, 5))('grows the bytes of one thread where columns share bytes, %s', (_, options) => {
    const told: number[] = [];
    const fit = (more: Partial<BoostingOptions>) =>
      fitBoosting(sparse, {
        ...{ seed: 1, loss: 'logistic', rounds: 5, depth: 5, bundling: true },
        ...{ ...options, ...more, onBundles: (bundles) => told.push(bundles) },
      });
    const alone = fit({});
    expect(fit({ crew })).toEqual(alone);
    expect(fit({ crew, kernel: 'plain' })).toEqual(alone);
    expect(told).toEqual([1, 1, 1]);
  });

  it('goes on after a fit that failed', () => {
    const fit = (onRound?: () => void) =>
      fitBoosting(data, { seed: 1, loss: 'logistic', rounds: 3, depth: 3, crew, onRound });
    const stop = () => {
      throw new Error('enough');
    };
    expect(() => fit(stop)).toThrow('enough');
    expect(fit()).toEqual(fitBoosting(data, { seed: 1, loss: 'logistic', rounds: 3, depth: 3 }));
  });
});
