import { checkRange } from '../checks.ts';
import { checkLabels, type Loss, weightedMean } from './loss.ts';

/**
 * Counts, with the logarithm of the expected count as margin. e^m grows fast, so a leaf may move a margin by `maxDeltaStep`
 * at most, and the second derivative is taken at the far end of such a step.
 * @see XGBoost 1.7, src/objective/regression_obj.cu, PoissonRegression
 */
export function poisson(maxDeltaStep = 0.7): Loss {
  checkRange('maxDeltaStep', maxDeltaStep, 0, 100);
  const widening = Math.exp(maxDeltaStep);
  return {
    name: 'poisson',
    outputs: 1,
    isRowwise: true,
    maxDeltaStep,
    checkLabels: (labels, rows) =>
      checkLabels(labels, rows, 'a finite number from 0', (label) => label >= 0 && label < Infinity),
    // Nothing counted at all would mean a margin of minus infinity.
    start: (labels, weights) =>
      Float64Array.of(
        Math.log(
          Math.max(
            1e-6,
            weightedMean(weights, (row) => labels[row]),
          ),
        ),
      ),
    gradientsInto: (gradients, margins, labels, weights, _output, from = 0, to = labels.length) => {
      for (let i = from; i < to; i++) {
        const expected = Math.exp(margins[i]);
        gradients[2 * i] = weights[i] * (expected - labels[i]);
        gradients[2 * i + 1] = weights[i] * expected * widening;
      }
    },
    // Without ln y!, which no margin changes.
    mean: (margins, labels, weights) =>
      weightedMean(weights, (row) => Math.exp(margins[row]) - labels[row] * margins[row]),
  };
}
