import type { Matrix } from '../core/matrix.ts';
import { sigmoid } from '../core/sigmoid.ts';
import { softmaxInto } from './losses.ts';
import type { BoostingModel, TreeModel } from './model.ts';
import { predictorOf } from './predict-prepared.ts';

export { type Predictor, preparePredictor } from './predict-prepared.ts';

/**
 * What the trees sum up to, rows × outputs, row-major: log-odds for logistic, class scores for softmax, the answer itself
 * for squared and quantile, the logarithm of the expected count for poisson and of the hazard ratio for cox, scores for
 * ranking, class shares for a forest. These are the numbers that treeShap takes apart. A model's first call prepares it.
 */
export function predictMargins(model: TreeModel, x: Matrix): Float64Array {
  return predictorOf(model).margins(x);
}

/** Probabilities: one a row (of label 1) for logistic, rows × classes for softmax and forests. @throws for other losses */
export function predictProbability(model: TreeModel, x: Matrix): Float64Array {
  if (model.kind === 'boosting' && model.loss !== 'logistic' && model.loss !== 'softmax')
    throw new TypeError(`predictProbability: expected a classifier, got a model of loss ${model.loss}`);
  return predictResponse(model, x);
}

/**
 * Answers on the scale of the labels: probabilities for logistic, softmax and forests of classes, expected counts for
 * poisson, hazard ratios to a row of margin 0 for cox, and the margins themselves for squared, quantile and ranking.
 */
export function predictResponse(model: TreeModel, x: Matrix): Float64Array {
  const margins = predictMargins(model, x);
  return model.kind === 'forest' ? margins : responseOf(model, margins);
}

function responseOf({ loss, outputs }: BoostingModel, margins: Float64Array): Float64Array {
  switch (loss) {
    case 'logistic':
      return margins.map(sigmoid);
    case 'poisson':
    case 'cox':
      return margins.map(Math.exp);
    case 'softmax':
      return softmaxRows(margins, outputs);
    case 'squared':
    case 'quantile':
    case 'ranking':
      return margins;
  }
}

function softmaxRows(margins: Float64Array, classes: number): Float64Array {
  const probabilities = new Float64Array(classes);
  for (let offset = 0; offset < margins.length; offset += classes) {
    softmaxInto(probabilities, margins, offset);
    margins.set(probabilities, offset);
  }
  return margins;
}

/** The share of all split gain that each column brought; sums to 1, or all 0 when no tree split. */
export function gainImportance(model: TreeModel): Float64Array {
  const { feature, gain } = model.trees;
  const sums = new Float64Array(model.columns);
  let total = 0;
  for (let node = 0; node < feature.length; node++) {
    if (feature[node] < 0) continue;
    sums[feature[node]] += gain[node];
    total += gain[node];
  }
  return total === 0 ? sums : sums.map((sum) => sum / total);
}
