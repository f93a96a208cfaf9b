import { checkNumbers } from '../checks.ts';
import { type Loss, weightedMean } from './loss.ts';

/** Half the squared error, with margins as answers; `mean` gives the whole square. */
export const squared: Loss = {
  name: 'squared',
  outputs: 1,
  isRowwise: true,
  maxDeltaStep: 0,
  checkLabels: checkNumbers,
  start: (labels, weights) => Float64Array.of(weightedMean(weights, (row) => labels[row])),
  gradientsInto: (gradients, margins, labels, weights, _output, from = 0, to = labels.length) => {
    for (let i = from; i < to; i++) {
      gradients[2 * i] = weights[i] * (margins[i] - labels[i]);
      gradients[2 * i + 1] = weights[i];
    }
  },
  mean: (margins, labels, weights) => weightedMean(weights, (row) => (margins[row] - labels[row]) ** 2),
};
