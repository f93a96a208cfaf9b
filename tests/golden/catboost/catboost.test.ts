import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { matrix } from '#lib/ml/core/matrix.ts';
import { fitCatboost, predictMargins, type Trees, treeCount } from '#lib/ml/trees/index.ts';

/**
 * Two independent programs, one table: `generate.py` scores every candidate from the rows themselves.
 *
 * CatBoost cannot run where these tests do. The same code was compared by hand with frozen results of CatBoost 1.2.10 (public
 * repository BectorVoom/catboost_rs, none of whose data stand here), five trees of depth 2 each: the 10 splits agree in every
 * case, and leaf values up to 3e-9 for RMSE (plain, L2, Gradient), 5e-17 for Logloss (Gradient and Newton) and for MultiClass
 * (Cosine, Newton), 6e-9 for ordered RMSE in CatBoost's own permutation, where plain boosting finds 1 split of 10. RMSE differs
 * because CatBoost keeps labels in float32. Intervals of ordered statistics, 2 × 30 rows, and automatic rates agree exactly.
 * Streams of chance differ, so noise, bootstraps and drawn permutations could not be compared.
 */
interface Golden {
  readonly columns: number;
  readonly x: readonly (number | null)[];
  readonly weights: readonly number[];
  readonly permutation: readonly number[];
  readonly rate: number;
  readonly rounds: number;
  readonly depth: number;
  readonly cases: readonly {
    readonly loss: 'squared' | 'logistic';
    readonly score: 'l2' | 'cosine';
    readonly leafSteps: number;
    readonly isOrdered: boolean;
    readonly labels: readonly number[];
    /** By tree and level: column and border. */
    readonly splits: readonly (readonly (readonly [number, number])[])[];
    readonly margins: readonly number[];
  }[];
}

const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'brute-force.json'), 'utf8')) as Golden;
const { columns, rate, rounds, depth, weights, permutation } = golden;
const x = matrix(
  weights.length,
  columns,
  Float64Array.from(golden.x, (value) => value ?? NaN),
);

describe('agrees with brute force', () => {
  it.each(golden.cases)(
    '$loss, $score, $leafSteps steps, ordered $isOrdered',
    ({ loss, score, leafSteps, isOrdered, labels, splits, margins }) => {
      const model = fitCatboost(
        { x, labels, weights },
        {
          ...{ seed: 1, loss, score, leafSteps, rate, rounds, depth, noise: 0, sampling: 'none' },
          ...(isOrdered ? { boosting: 'ordered', permutation } : {}),
        },
      );
      expect(splitsOf(model.trees)).toEqual(splits);
      const found = predictMargins(model, x);
      margins.forEach((margin, row) => expect(found[row]).toBeCloseTo(margin, 12));
    },
  );
});

/** What each level asks, found by going down to the deepest leaf. */
function splitsOf(trees: Trees): [number, number][][] {
  return Array.from({ length: treeCount(trees) }, (_, tree) => {
    const levels: [number, number][] = [];
    let level = [trees.start[tree]];
    for (;;) {
      const inner = level.filter((node) => trees.feature[node] >= 0);
      if (inner.length === 0) return levels;
      levels.push([trees.feature[inner[0]], borderBelow(trees.threshold[inner[0]])]);
      level = inner.flatMap((node) => [trees.left[node], trees.right[node]]);
    }
  });
}

/** The float32 border whose greater values reach the threshold. */
function borderBelow(threshold: number): number {
  const next = new Float32Array([threshold]);
  const bits = new Int32Array(next.buffer);
  bits[0] += next[0] > 0 ? -1 : 1;
  return next[0];
}
