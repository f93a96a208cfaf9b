import { checkClasses } from '../checks.ts';
import { leastHessian, type Loss, weightedMean } from './loss.ts';

/** Writes the class probabilities of the row whose margins begin at `offset`. */
export function softmaxInto(probabilities: Float64Array, margins: Float64Array, offset: number): void {
  const classes = probabilities.length;
  let highest = -Infinity;
  for (let k = 0; k < classes; k++) highest = Math.max(highest, margins[offset + k]);
  let sum = 0;
  for (let k = 0; k < classes; k++) sum += probabilities[k] = Math.exp(margins[offset + k] - highest);
  for (let k = 0; k < classes; k++) probabilities[k] /= sum;
}

/**
 * Cross-entropy over classes, one margin a class. The second derivative is p(1 − p) times a number above 1, as the diagonal
 * alone understates the curvature between classes.
 * @param curvature that number; 2, as XGBoost
 */
export function softmax(classes: number, curvature = 2): Loss {
  const probabilities = new Float64Array(classes);
  return {
    name: 'softmax',
    outputs: classes,
    isRowwise: true,
    maxDeltaStep: 0,
    checkLabels: (labels, rows) => checkClasses(labels, rows, classes),
    start: (labels, weights) => {
      const mass = new Float64Array(classes).fill(1e-6);
      labels.forEach((label, i) => (mass[label] += weights[i]));
      const total = mass.reduce((sum, m) => sum + m, 0);
      return mass.map((m) => Math.log(m / total));
    },
    gradientsInto: (gradients, margins, labels, weights, output, from = 0, to = labels.length) => {
      for (let i = from; i < to; i++) {
        softmaxInto(probabilities, margins, i * classes);
        const p = probabilities[output];
        gradients[2 * i] = weights[i] * (p - Number(labels[i] === output));
        gradients[2 * i + 1] = weights[i] * Math.max(curvature * p * (1 - p), leastHessian);
      }
    },
    mean: (margins, labels, weights) =>
      weightedMean(weights, (row) => {
        softmaxInto(probabilities, margins, row * classes);
        return -Math.log(Math.max(probabilities[labels[row]], Number.MIN_VALUE));
      }),
  };
}
