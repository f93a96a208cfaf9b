import type { Matrix } from '#lib/ml/core/matrix.ts';
import {
  fitCatboost,
  fitExtraTrees,
  fitForest,
  fitLightgbm,
  fitXgboost,
  predictProbability,
  type TreeModel,
} from '#lib/ml/trees/index.ts';
import type { Exam, Training } from './originals.ts';

/** One of our algorithms and its original, told the same. */
export interface Contest {
  readonly name: string;
  /** Whether seeds change anything. */
  readonly isRandom: boolean;
  /** Not the original of our algorithm, which cannot be run: shown, not judged. */
  readonly isForInformation?: true;
  theirs(seed: number): Training;
  ours(exam: Exam, seed: number): TreeModel;
}

const [rounds, rate, share, trees] = [100, 0.1, 0.8, 100];

const lossOf = ({ classes }: Exam) => ({ loss: classes === 2 ? 'logistic' : 'softmax', classes }) as const;

function xgboost(name: string, isRandom: boolean): Contest {
  const part = isRandom ? share : 1;
  return {
    ...{ name, isRandom },
    theirs: (seed) => ({
      library: 'xgboost',
      parameters: { rounds, eta: rate, subsample: part, colsample_bytree: part, seed },
    }),
    ours: (exam, seed) =>
      fitXgboost(dataOf(exam), {
        ...{ seed, rounds, rate, rowShare: part, columnShare: part },
        ...lossOf(exam),
        // Version 1.7 begins at a probability of one half.
        start: new Array<number>(exam.classes === 2 ? 1 : exam.classes).fill(0),
      }),
  };
}

function lightgbm(name: string, isRandom: boolean): Contest {
  const part = isRandom ? share : 1;
  const bagging: Training['parameters'] = isRandom
    ? { bagging_fraction: part, bagging_freq: 1, feature_fraction: part }
    : {};
  return {
    ...{ name, isRandom },
    theirs: (seed) => ({
      library: 'lightgbm',
      parameters: { rounds, learning_rate: rate, ...bagging, seed },
    }),
    ours: (exam, seed) =>
      fitLightgbm(dataOf(exam), {
        ...{ seed, rounds, rate, rowShare: part, columnShare: part },
        ...lossOf(exam),
      }),
  };
}

function forest(name: string, estimator: string, fit: typeof fitForest, minLeaf: number): Contest {
  return {
    ...{ name, isRandom: true },
    theirs: (seed) => ({
      ...{ library: 'sklearn', estimator },
      parameters: { n_estimators: trees, min_samples_leaf: minLeaf, random_state: seed },
    }),
    ours: ({ train, labels, classes }, seed) =>
      fit({ x: train, labels }, { seed, classes, trees, minLeaf }).model,
  };
}

const catboost: Contest = {
  ...{ name: 'our CatBoost beside XGBoost', isRandom: true, isForInformation: true },
  theirs: (seed) => ({ library: 'xgboost', parameters: { rounds, eta: rate, seed } }),
  ours: (exam, seed) => {
    const { train, labels, categories } = exam;
    return fitCatboost(
      { x: train, labels },
      { seed, rounds, rate, ...lossOf(exam), categorical: categories },
    );
  },
};

export const contests: readonly Contest[] = [
  xgboost('XGBoost', false),
  xgboost('XGBoost, 80 % of rows and columns', true),
  lightgbm('LightGBM', false),
  lightgbm('LightGBM, 80 % of rows and columns', true),
  forest('random forest', 'RandomForestClassifier', fitForest, 1),
  forest('random forest, leaves of 5', 'RandomForestClassifier', fitForest, 5),
  forest('extra trees', 'ExtraTreesClassifier', fitExtraTrees, 1),
  forest('extra trees, leaves of 5', 'ExtraTreesClassifier', fitExtraTrees, 5),
  catboost,
];

function dataOf({ train, labels, categories }: Exam) {
  return { x: train, labels, categories };
}

/** Probabilities: of label 1 for two classes, else rows × classes. */
export function ourAnswers(contest: Contest, exam: Exam, seed: number): Float64Array {
  const model = contest.ours(exam, seed);
  const answers = predictProbability(model, exam.fresh);
  return exam.classes === 2 && model.outputs === 2 ? ofLabelOne(answers, exam.fresh) : answers;
}

function ofLabelOne(answers: Float64Array, { rows }: Matrix): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => answers[2 * row + 1]);
}
