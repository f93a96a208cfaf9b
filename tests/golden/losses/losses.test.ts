import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { matrix } from '#lib/ml/core/matrix.ts';
import { fitBoosting, type LossName, predictMargins } from '#lib/ml/trees/index.ts';
import { lossOf, type LossSettings } from '#lib/ml/trees/losses.ts';

interface GoldenGradients {
  readonly labels: readonly number[];
  readonly weights: readonly number[] | null;
  readonly margins: readonly number[];
  readonly gradients: readonly number[];
  readonly hessians: readonly number[];
}

interface GoldenLeaves extends Omit<GoldenGradients, 'gradients' | 'hessians'> {
  readonly share: number;
  readonly leaves: readonly number[];
  readonly values: readonly number[];
  readonly start: number;
}

interface GoldenRanking extends GoldenGradients {
  readonly groups: readonly number[];
  readonly options: { readonly lambdarank_truncation_level?: number; readonly lambdarank_norm?: boolean };
}

function read<T>(name: string): T {
  return JSON.parse(readFileSync(join(import.meta.dirname, `${name}.json`), 'utf8')) as T;
}

function numbersOf({ labels, weights, margins }: Pick<GoldenGradients, 'labels' | 'weights' | 'margins'>) {
  return {
    labels: Float64Array.from(labels),
    weights: weights ? Float64Array.from(weights) : new Float64Array(labels.length).fill(1),
    margins: Float64Array.from(margins),
  };
}

/** The farthest that any gradient or second derivative is from the golden one. */
function distance(golden: GoldenGradients, name: LossName, settings: LossSettings): number {
  const { labels, weights, margins } = numbersOf(golden);
  const loss = lossOf(name, 1, settings);
  loss.checkLabels(labels, labels.length);
  const ours = new Float64Array(2 * labels.length);
  loss.gradientsInto(ours, margins, labels, weights, 0);
  const apart = ours.map((value, i) =>
    Math.abs(value - (i % 2 === 0 ? golden.gradients : golden.hessians)[i >> 1]),
  );
  return Math.max(...apart);
}

describe('gradients', () => {
  // XGBoost keeps gradients in float32: second derivatives of poisson reach 1,000.
  test('of poisson are those of XGBoost', () => {
    const golden = read<GoldenGradients>('poisson');
    expect(distance(golden, 'poisson', { maxDeltaStep: 5 })).toBeLessThan(2e-4);
  });

  test('of cox are those of XGBoost, with ties', () => {
    expect(distance(read<GoldenGradients>('cox'), 'cox', {})).toBeLessThan(3e-6);
  });

  // LightGBM reads its sigmoid from a table of steps of 5e-5.
  test.each(read<{ cases: GoldenRanking[] }>('ranking').cases)(
    'of ranking are those of LightGBM with $options',
    (golden) => {
      const { lambdarank_truncation_level: truncation, lambdarank_norm: isNormalised } = golden.options;
      const settings = { groups: golden.groups, truncation, isNormalised };
      expect(distance(golden, 'ranking', settings)).toBeLessThan(3e-5);
    },
  );
});

interface GoldenTraining {
  readonly rounds: number;
  readonly rows: number;
  readonly columns: number;
  readonly x: readonly number[];
  readonly labels: readonly number[];
  readonly margins: readonly number[];
}

test.each<LossName>(['poisson', 'cox'])('training by %s gives the margins of XGBoost', (loss) => {
  const golden = read<{ training: GoldenTraining }>(loss).training;
  const x = matrix(golden.rows, golden.columns, Float64Array.from(golden.x));
  const data = { x, labels: golden.labels };
  // XGBoost 1.7 starts both from the logarithm of its base_score, 0.5.
  const start = [Math.log(0.5)];
  const model = fitBoosting(data, { seed: 1, loss, rounds: golden.rounds, rate: 0.3, depth: 3, start });
  const apart = predictMargins(model, x).map((margin, i) => Math.abs(margin - golden.margins[i]));
  expect(Math.max(...apart)).toBeLessThan(1e-5);
});

describe('quantile', () => {
  test.each(read<{ cases: GoldenLeaves[] }>('quantile').cases)(
    'starts and renews its leaves as LightGBM, share $share',
    (golden) => {
      const { labels, weights, margins } = numbersOf(golden);
      const loss = lossOf('quantile', 1, { quantile: golden.share });
      expect(loss.start(labels, weights)[0]).toBeCloseTo(golden.start, 6);
      for (const leaf of new Set(golden.leaves)) {
        const rows = Uint32Array.from([...labels.keys()].filter((row) => golden.leaves[row] === leaf));
        const value = loss.renewLeaf?.(margins, labels, weights, rows, 0, rows.length);
        expect(value).toBeCloseTo(golden.values[rows[0]], 5);
      }
    },
  );
});
