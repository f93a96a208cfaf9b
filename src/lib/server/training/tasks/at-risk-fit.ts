import type { Matrix } from '#lib/ml/core/matrix.ts';
import { fitStack, type Model, probabilitiesOf } from '#lib/ml/ensemble/index.ts';
import { directed, fitMember } from '../fit-member.ts';
import type { StackMethod } from '../task.ts';

// Small leaves overfit a few hundred learners; many gentle trees on half the columns do not.
const gentle = {
  loss: 'logistic',
  lambda: 20,
  minChildWeight: 10,
  rowShare: 0.7,
  maxBins: 64,
} as const;

/** How at-risk learns. */
export const atRiskMethod: StackMethod = {
  kind: 'stack',
  folds: 4,
  members: [
    {
      name: 'lightgbm',
      method: {
        kind: 'boosting',
        options: {
          ...gentle,
          rounds: 150,
          rate: 0.04,
          growth: 'leaf',
          leaves: 6,
          depth: 4,
          columnShare: 0.4,
        },
      },
    },
    {
      name: 'xgboost',
      method: {
        kind: 'boosting',
        options: { ...gentle, rounds: 250, rate: 0.04, depth: 2, columnShare: 0.2 },
      },
    },
    {
      name: 'catboost',
      method: {
        kind: 'catboost',
        options: {
          loss: 'logistic',
          rounds: 200,
          rate: 0.03,
          depth: 3,
          lambda: 60,
          columnShare: 0.3,
          borders: 63,
        },
      },
    },
  ],
  networks: [
    {
      name: 'bilstm',
      method: {
        kind: 'sequence',
        family: 'bilstm',
        options: { units: 20, epochs: 15, patience: 2, rate: 0.006 },
      },
    },
    {
      name: 'transformer',
      method: {
        kind: 'sequence',
        family: 'transformer',
        options: { width: 24, heads: 4, hidden: 48, epochs: 15, patience: 2, rate: 0.006 },
      },
    },
  ],
};

export interface LabelledRows {
  readonly x: Matrix;
  readonly labels: ArrayLike<number>;
  /** The learner of each row; every row another unless told. */
  readonly learners?: ArrayLike<number>;
  /** How the answer may move with each column; freely unless told. */
  readonly directions?: readonly number[];
}

/** The stack of at-risk, fitted in this thread. */
export function fitAtRisk({ x, labels, learners, directions = [] }: LabelledRows, seed: number): Model {
  const members = atRiskMethod.members.map(({ name, method }) => ({
    name,
    fit: (data: LabelledRows, own: number) => fitMember(directed(method, directions), data, own),
  }));
  const groups = learners ?? Int32Array.from({ length: x.rows }, (_, row) => row);
  return fitStack({ x, labels, groups }, members, { seed, outputs: 1, folds: atRiskMethod.folds }).stack;
}

export function predictAtRisk(model: Model, x: Matrix): Float64Array {
  return probabilitiesOf(model, x);
}
