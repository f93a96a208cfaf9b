import { checkInteger, checkRange } from '../trees/checks.ts';
import { sigmoid } from '../core/sigmoid.ts';
import { softmaxInto } from '../trees/losses.ts';

/** How the margins of several models are added up: margin_c = bias_c + Σ_m weights_m · margin_mc. */
export interface LinearMeta {
  /** Not negative: a member that helps only when turned around is a member that misleads. */
  readonly weights: Float64Array;
  /** One an output. */
  readonly bias: Float64Array;
}

export interface MetaOptions {
  /**
   * L2 on how far each weight stands from the mean of all, with margins scaled to unit deviation; counted in rows, 50. Few
   * rows leave the members an equal say, many let the data decide.
   */
  readonly lambda?: number;
  /** Sweeps over all coefficients at most; 500. */
  readonly sweeps?: number;
}

/**
 * Logistic (one output) or softmax regression of labels on the members' margins: one weight a member, shared by all
 * classes, and one bias an output. Few coefficients, all in margin space, so that the Shapley values of the sum are the
 * same sum of the members' Shapley values.
 *
 * @param margins one array a member, rows × outputs, from models that did not see the row
 * @param labels 0 or 1 for one output, the class index otherwise
 * @see Wolpert, "Stacked generalization" (1992); Breiman, "Stacked regressions" (1996), for weights that are not negative
 */
export function fitLinearMeta(
  margins: readonly Float64Array[],
  labels: ArrayLike<number>,
  outputs: number,
  options: MetaOptions = {},
): LinearMeta {
  const { lambda = 50, sweeps = 500 } = options;
  checkRange('lambda', lambda, 0, Number.MAX_VALUE);
  checkInteger('sweeps', sweeps, 1, 100_000);
  checkInteger('outputs', outputs, 1, 1000);
  margins.forEach((member, m) =>
    checkInteger(`margins[${m}]: length`, member.length, labels.length * outputs, labels.length * outputs),
  );
  const scales = margins.map(deviation);
  const problem = regression(
    margins.map((member, m) => member.map((margin) => margin / scales[m])),
    labels,
    outputs,
    lambda,
  );
  for (let sweep = 0; sweep < sweeps; sweep++) if (problem.sweep() < smallestStep) break;
  return { weights: problem.weights.map((weight, m) => weight / scales[m]), bias: problem.bias };
}

/** Of all values about their mean; 1 when they are all alike, so that nothing is divided by nothing. */
function deviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return variance > 1e-18 ? Math.sqrt(variance) : 1;
}

interface Regression {
  readonly weights: Float64Array;
  readonly bias: Float64Array;
  /** One Newton step for each coefficient in turn; returns the largest. */
  sweep(): number;
}

// In units of a scaled weight: far below what a probability could show.
const smallestStep = 1e-7;
// Enough to give softmax biases, of which one is free, a single optimum.
const leastPenalty = 1e-3;

/** Cyclic coordinate descent: the loss is convex and the bounds are one a coefficient, so it ends in the optimum. */
function regression(
  inputs: readonly Float64Array[],
  labels: ArrayLike<number>,
  outputs: number,
  lambda: number,
): Regression {
  const weights = new Float64Array(inputs.length).fill(1 / inputs.length);
  const bias = new Float64Array(outputs);
  const scores = new Float64Array(labels.length * outputs);
  const probabilities = new Float64Array(scores.length);
  const addInto = (input: Float64Array, step: number) => {
    for (let i = 0; i < scores.length; i++) scores[i] += step * input[i];
  };
  inputs.forEach((input, m) => addInto(input, weights[m]));
  const ones = Array.from({ length: outputs }, (_, c) =>
    Float64Array.from({ length: scores.length }, (_unused, i) => Number(i % outputs === c)),
  );

  const stepOf = (input: Float64Array, value: number, centre: number, penalty: number): number => {
    probabilitiesInto(probabilities, scores, outputs);
    const { slope, curvature } = derivatives(input, probabilities, labels, outputs);
    // A quarter more curvature than measured keeps the step short of where a full one would overshoot.
    const step = -(slope + penalty * (value - centre)) / (1.25 * curvature + penalty + 1e-9);
    return Math.max(-2, Math.min(2, step));
  };
  return {
    weights,
    bias,
    sweep: () => {
      let largest = 0;
      inputs.forEach((input, m) => {
        const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
        const step = Math.max(-weights[m], stepOf(input, weights[m], mean, lambda));
        weights[m] += step;
        addInto(input, step);
        largest = Math.max(largest, Math.abs(step));
      });
      ones.forEach((input, c) => {
        const step = stepOf(input, bias[c], 0, leastPenalty);
        bias[c] += step;
        addInto(input, step);
        largest = Math.max(largest, Math.abs(step));
      });
      return largest;
    },
  };
}

/** Of the sum of log losses in the direction of one coefficient. */
function derivatives(
  input: Float64Array,
  probabilities: Float64Array,
  labels: ArrayLike<number>,
  outputs: number,
): { readonly slope: number; readonly curvature: number } {
  let [slope, curvature] = [0, 0];
  for (let row = 0; row < labels.length; row++) {
    let [mean, square] = [0, 0];
    const first = row * outputs;
    for (let c = 0; c < outputs; c++) {
      const p = probabilities[first + c];
      mean += p * input[first + c];
      square += p * input[first + c] ** 2;
    }
    if (outputs === 1) {
      slope += mean - labels[row] * input[first];
      curvature += square * (1 - probabilities[first]);
    } else {
      slope += mean - input[first + labels[row]];
      curvature += square - mean * mean;
    }
  }
  return { slope, curvature };
}

/** Sigmoid for one output, softmax for more. */
export function probabilitiesInto(into: Float64Array, margins: Float64Array, outputs: number): void {
  if (outputs === 1) {
    for (let i = 0; i < margins.length; i++) into[i] = sigmoid(margins[i]);
    return;
  }
  const row = new Float64Array(outputs);
  for (let first = 0; first < margins.length; first += outputs) {
    softmaxInto(row, margins, first);
    into.set(row, first);
  }
}
