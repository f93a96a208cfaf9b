import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { matrix } from '#lib/ml/core/matrix.ts';
import { macroAuc, multiclassLogLoss } from '#lib/ml/evaluate/index.ts';
import { fitExtraTrees, fitForest, type ForestOptions, predictMargins } from '#lib/ml/trees/index.ts';

interface GoldenForest {
  readonly name: string;
  readonly seeds: number;
  readonly cuts: 'best' | 'random';
  readonly options: Omit<ForestOptions, 'seed'>;
  readonly columns: number;
  readonly train: number;
  readonly x: readonly (number | null)[];
  readonly labels: readonly number[];
  readonly weights: readonly number[] | null;
  readonly mean: Readonly<Record<string, number>>;
  readonly spread: Readonly<Record<string, number>>;
}

const goldens = [1, 2, 3, 4, 5, 6, 7].map(
  (n) =>
    JSON.parse(readFileSync(join(import.meta.dirname, `forest-${n}.json`), 'utf8')) as GoldenForest,
);

function tableOf({ x, columns }: GoldenForest, from: number, to: number) {
  const values = x.slice(from * columns, to * columns).map((value) => value ?? NaN);
  return matrix(to - from, columns, Float64Array.from(values));
}

function rSquared(answers: Float64Array, labels: readonly number[]): number {
  const mean = labels.reduce((sum, label) => sum + label, 0) / labels.length;
  const missed = labels.reduce((sum, label, i) => sum + (label - answers[i]) ** 2, 0);
  return 1 - missed / labels.reduce((sum, label) => sum + (label - mean) ** 2, 0);
}

/** What one of our forests reaches, in the golden file's words. */
function reach(golden: GoldenForest, seed: number): Record<string, number> {
  const { train, labels, weights, options } = golden;
  const rows = labels.length;
  const data = {
    x: tableOf(golden, 0, train),
    labels: labels.slice(0, train),
    ...(weights && { weights }),
  };
  const fit = (golden.cuts === 'best' ? fitForest : fitExtraTrees)(data, { ...options, seed });
  const answers = predictMargins(fit.model, tableOf(golden, train, rows));
  const truth = labels.slice(train);
  if (options.classes === 1) return { r2: rSquared(answers, truth), outOfBag: fit.score };
  return {
    auc: macroAuc(answers, truth, options.classes),
    logLoss: multiclassLogLoss(answers, truth, options.classes),
    outOfBag: fit.score,
  };
}

/** Four standard errors of the difference of two means over seeds. AUC's comes to about 0.006, R²'s to 0.01. */
function tolerance({ spread, seeds }: GoldenForest, measure: string, ourSeeds: number): number {
  return 4 * spread[measure] * Math.sqrt(1 / seeds + 1 / ourSeeds);
}

describe('forests against scikit-learn 1.9.1, means over seeds', () => {
  it.each(goldens)('$name', (golden) => {
    const seeds = 2;
    const runs = Array.from({ length: seeds }, (_, seed) => reach(golden, seed));
    for (const [measure, theirs] of Object.entries(golden.mean)) {
      const ours = runs.reduce((sum, run) => sum + run[measure], 0) / seeds;
      expect(Math.abs(ours - theirs), `${measure}: ours ${ours}, theirs ${theirs}`).toBeLessThan(
        tolerance(golden, measure, seeds),
      );
    }
  });
});
