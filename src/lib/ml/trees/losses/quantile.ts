import { checkNumbers } from '../checks.ts';
import { type Loss, weightedMean } from './loss.ts';

/**
 * The pinball loss: margins are answers that a share `quantile` of labels lies below. Its second derivative is 0 almost
 * everywhere; 1 stands in for it while trees look for splits, and finished leaves take the quantile of their residuals.
 * @see LightGBM 4, src/objective/regression_objective.hpp, RegressionQuantileloss; Koenker and Bassett, "Regression
 *   Quantiles" (1978)
 */
export function quantile(share = 0.5): Loss {
  if (!(share > 0 && share < 1)) throw new RangeError(`quantile: expected above 0 and below 1, got ${share}`);
  return {
    name: 'quantile',
    outputs: 1,
    isRowwise: true,
    maxDeltaStep: 0,
    checkLabels: checkNumbers,
    start: (labels, weights) => Float64Array.of(weightedQuantile(labels, weights, share)),
    gradientsInto: (gradients, margins, labels, weights, _output, from = 0, to = labels.length) => {
      for (let i = from; i < to; i++) {
        gradients[2 * i] = weights[i] * (margins[i] >= labels[i] ? 1 - share : -share);
        gradients[2 * i + 1] = weights[i];
      }
    },
    mean: (margins, labels, weights) =>
      weightedMean(weights, (row) => {
        const above = labels[row] - margins[row];
        return above > 0 ? share * above : (share - 1) * above;
      }),
    renewLeaf: (margins, labels, weights, rows, from, to) => {
      const residuals = new Float64Array(to - from);
      const leafWeights = new Float64Array(to - from);
      for (let k = from; k < to; k++) {
        residuals[k - from] = labels[rows[k]] - margins[rows[k]];
        leafWeights[k - from] = weights[rows[k]];
      }
      return weightedQuantile(residuals, leafWeights, share);
    },
  };
}

/**
 * Between the two nearest values, by rank where all weights are the same; otherwise where the running sum of weights passes
 * `share` of their total. As LightGBM, a value there of weight below 1 is not interpolated towards.
 * @see LightGBM 4, the same file, PercentileFun and WeightedPercentileFun
 */
export function weightedQuantile(values: Float64Array, weights: Float64Array, share: number): number {
  if (weights.every((weight) => weight === weights[0])) return plainQuantile(values.slice().sort(), share);
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[a] - values[b]);
  const last = order.length - 1;
  const wanted = share * weights.reduce((sum, weight) => sum + weight, 0);
  let place = 0;
  let before = 0;
  while (place < last && before + weights[order[place]] <= wanted) before += weights[order[place++]];
  if (place === 0 || place === last) return values[order[place]];
  const [low, high] = [values[order[place - 1]], values[order[place]]];
  const weight = weights[order[place]];
  return weight >= 1 ? low + ((wanted - before) / weight) * (high - low) : low;
}

function plainQuantile(ascending: Float64Array, share: number): number {
  const position = share * (ascending.length - 1);
  const place = Math.floor(position);
  if (place + 1 >= ascending.length) return ascending[ascending.length - 1];
  return ascending[place] + (position - place) * (ascending[place + 1] - ascending[place]);
}
