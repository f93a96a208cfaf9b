import { sigmoid } from '../../core/sigmoid.ts';
import { checkClasses } from '../checks.ts';
import { leastHessian, type Loss, weightedMean } from './loss.ts';

/** Cross-entropy of labels 0 and 1, with log-odds as margins. */
export const logistic: Loss = {
  name: 'logistic',
  outputs: 1,
  isRowwise: true,
  maxDeltaStep: 0,
  checkLabels: (labels, rows) => checkClasses(labels, rows, 2),
  start: (labels, weights) => {
    const mean = weightedMean(weights, (row) => labels[row]);
    const share = Math.min(1 - 1e-6, Math.max(1e-6, mean));
    return Float64Array.of(Math.log(share / (1 - share)));
  },
  gradientsInto: (gradients, margins, labels, weights, _output, from = 0, to = labels.length) => {
    for (let i = from; i < to; i++) {
      const p = sigmoid(margins[i]);
      gradients[2 * i] = weights[i] * (p - labels[i]);
      gradients[2 * i + 1] = weights[i] * Math.max(p * (1 - p), leastHessian);
    }
  },
  mean: (margins, labels, weights) =>
    weightedMean(weights, (row) => {
      const margin = margins[row];
      // ln(1 + e^m) − y·m, written so that no large exponent overflows.
      return Math.max(margin, 0) - labels[row] * margin + Math.log1p(Math.exp(-Math.abs(margin)));
    }),
};
