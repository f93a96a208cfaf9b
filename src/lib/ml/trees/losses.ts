/** A loss as boosting sees it. Labels are 0 or 1, the index of a class, or any number. */
export interface Loss {
  readonly name: 'logistic' | 'softmax' | 'squared';
  /** Margins a row has. */
  readonly outputs: number;
  /** The constant margins that fit best. */
  start(labels: Float64Array, weights: Float64Array): Float64Array;
  /** Writes weight × [first, second derivative] of output `output` for each row. */
  gradientsInto(
    gradients: Float64Array,
    margins: Float64Array,
    labels: Float64Array,
    weights: Float64Array,
    output: number,
  ): void;
  /** Weighted mean loss. */
  mean(margins: Float64Array, labels: Float64Array, weights: Float64Array): number;
}

// XGBoost's floor under the second derivative.
const leastHessian = 1e-16;

export function sigmoid(margin: number): number {
  return 1 / (1 + Math.exp(-margin));
}

const logistic: Loss = {
  name: 'logistic',
  outputs: 1,
  start: (labels, weights) => {
    const share = Math.min(1 - 1e-6, Math.max(1e-6, weightedMean(labels, weights)));
    return Float64Array.of(Math.log(share / (1 - share)));
  },
  gradientsInto: (gradients, margins, labels, weights) => {
    for (let i = 0; i < labels.length; i++) {
      const p = sigmoid(margins[i]);
      gradients[2 * i] = weights[i] * (p - labels[i]);
      gradients[2 * i + 1] = weights[i] * Math.max(p * (1 - p), leastHessian);
    }
  },
  mean: (margins, labels, weights) => {
    // ln(1 + e^m) − y·m, written so that no large exponent overflows.
    const loss = (m: number, y: number) => Math.max(m, 0) - y * m + Math.log1p(Math.exp(-Math.abs(m)));
    return weightedMean(
      labels.map((y, i) => loss(margins[i], y)),
      weights,
    );
  },
};

const squared: Loss = {
  name: 'squared',
  outputs: 1,
  start: (labels, weights) => Float64Array.of(weightedMean(labels, weights)),
  gradientsInto: (gradients, margins, labels, weights) => {
    for (let i = 0; i < labels.length; i++) {
      gradients[2 * i] = weights[i] * (margins[i] - labels[i]);
      gradients[2 * i + 1] = weights[i];
    }
  },
  mean: (margins, labels, weights) =>
    weightedMean(
      labels.map((y, i) => (margins[i] - y) ** 2),
      weights,
    ),
};

function softmax(classes: number): Loss {
  const probabilities = new Float64Array(classes);
  return {
    name: 'softmax',
    outputs: classes,
    start: (labels, weights) => {
      const mass = new Float64Array(classes).fill(1e-6);
      labels.forEach((label, i) => (mass[label] += weights[i]));
      const total = mass.reduce((sum, m) => sum + m, 0);
      return mass.map((m) => Math.log(m / total));
    },
    gradientsInto: (gradients, margins, labels, weights, output) => {
      for (let i = 0; i < labels.length; i++) {
        softmaxInto(probabilities, margins, i * classes);
        const p = probabilities[output];
        gradients[2 * i] = weights[i] * (p - Number(labels[i] === output));
        // Twice p(1 − p), as XGBoost: the diagonal alone understates the curvature between classes.
        gradients[2 * i + 1] = weights[i] * Math.max(2 * p * (1 - p), leastHessian);
      }
    },
    mean: (margins, labels, weights) =>
      weightedMean(
        labels.map((label, i) => {
          softmaxInto(probabilities, margins, i * classes);
          return -Math.log(Math.max(probabilities[label], Number.MIN_VALUE));
        }),
        weights,
      ),
  };
}

/** Writes the class probabilities of the row whose margins begin at `offset`. */
export function softmaxInto(probabilities: Float64Array, margins: Float64Array, offset: number): void {
  const classes = probabilities.length;
  let highest = -Infinity;
  for (let k = 0; k < classes; k++) highest = Math.max(highest, margins[offset + k]);
  let sum = 0;
  for (let k = 0; k < classes; k++) sum += probabilities[k] = Math.exp(margins[offset + k] - highest);
  for (let k = 0; k < classes; k++) probabilities[k] /= sum;
}

function weightedMean(values: Float64Array, weights: Float64Array): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    sum += weights[i] * values[i];
    total += weights[i];
  }
  return sum / total;
}

export function lossOf(name: Loss['name'], classes: number): Loss {
  if (name === 'softmax') return softmax(classes);
  return name === 'logistic' ? logistic : squared;
}
