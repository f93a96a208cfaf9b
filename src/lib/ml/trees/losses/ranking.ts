import { checkInteger } from '../checks.ts';
import { checkLabels, type Loss, type LossSettings } from './loss.ts';

/** Label l is worth 2^l − 1; above this, float64 gains would no longer tell labels apart. */
const highestLabel = 30;

interface Group {
  readonly from: number;
  readonly to: number;
}

/**
 * LambdaMART: labels are grades of relevance, whole numbers from 0; margins are scores that order the rows of one group.
 * Each pair of different labels with a row among the first `truncation` places pulls its scores apart, as strongly as
 * swapping the two would change the group's NDCG. The mean is 1 − NDCG at `truncation`, averaged over groups.
 * @see LightGBM 4, src/objective/rank_objective.hpp, LambdarankNDCG, with its sigmoid of 1; Burges, "From RankNet to
 *   LambdaRank to LambdaMART" (2010)
 */
export function ranking({ groups, truncation = 30, isNormalised = true }: LossSettings): Loss {
  if (!groups) throw new RangeError('groups: expected the number of rows of each group, got none');
  checkInteger('truncation', truncation, 1, 1_000_000);
  const bounds = groupBounds(groups);
  const rows = bounds.length === 0 ? 0 : bounds[bounds.length - 1].to;
  const bestOf = bestGains(bounds, truncation);
  return {
    name: 'ranking',
    outputs: 1,
    isRowwise: false,
    maxDeltaStep: 0,
    checkLabels: (labels, expectedRows) => {
      if (rows !== expectedRows)
        throw new RangeError(`groups: expected ${expectedRows} rows together, got ${rows}`);
      const isGrade = (label: number) => Number.isInteger(label) && label >= 0 && label <= highestLabel;
      checkLabels(labels, rows, `a whole number from 0 to ${highestLabel}`, isGrade);
    },
    start: () => new Float64Array(1),
    gradientsInto: (gradients, margins, labels, weights) => {
      const best = bestOf(labels);
      gradients.fill(0);
      bounds.forEach((group, g) => {
        if (best[g] === 0) return;
        const order = scoreOrder(margins, group);
        const pull = addPairs(gradients, margins, labels, order, best[g], truncation, isNormalised);
        const factor = isNormalised && pull > 0 ? Math.log2(1 + pull) / pull : 1;
        scaleGroup(gradients, weights, group, factor);
      });
    },
    mean: (margins, labels, weights) => {
      const best = bestOf(labels);
      let sum = 0;
      let total = 0;
      bounds.forEach((group, g) => {
        const weight = meanWeight(weights, group);
        // A group without anything relevant cannot be ordered wrongly.
        const reached =
          best[g] === 0 ? 1 : discountedGain(labels, scoreOrder(margins, group), truncation) / best[g];
        sum += weight * (1 - reached);
        total += weight;
      });
      return sum / total;
    },
  };
}

function groupBounds(groups: ArrayLike<number>): Group[] {
  const bounds: Group[] = [];
  let from = 0;
  for (let g = 0; g < groups.length; g++) {
    checkInteger(`groups[${g}]`, groups[g], 1, 2 ** 31);
    bounds.push({ from, to: (from += groups[g]) });
  }
  return bounds;
}

/** The highest discounted gain each group can reach; kept for as long as the labels live, since every round asks again. */
function bestGains(bounds: readonly Group[], truncation: number): (labels: Float64Array) => Float64Array {
  const known = new WeakMap<Float64Array, Float64Array>();
  return (labels) => {
    const best =
      known.get(labels) ??
      Float64Array.from(bounds, (group) => discountedGain(labels, scoreOrder(labels, group), truncation));
    known.set(labels, best);
    return best;
  };
}

/** The rows of a group, highest score first; equal scores in the order of the rows. */
function scoreOrder(scores: Float64Array, { from, to }: Group): Uint32Array {
  const rows = new Uint32Array(to - from);
  for (let k = 0; k < rows.length; k++) rows[k] = from + k;
  return rows.sort((a, b) => scores[b] - scores[a] || a - b);
}

function gainOf(label: number): number {
  return 2 ** label - 1;
}

function discountAt(place: number): number {
  return 1 / Math.log2(2 + place);
}

function discountedGain(labels: Float64Array, order: Uint32Array, truncation: number): number {
  let sum = 0;
  for (let place = 0; place < Math.min(order.length, truncation); place++)
    sum += gainOf(labels[order[place]]) * discountAt(place);
  return sum;
}

/** Adds the pulls of all pairs of a group and returns the sum of their strengths, both ends counted. */
function addPairs(
  gradients: Float64Array,
  scores: Float64Array,
  labels: Float64Array,
  order: Uint32Array,
  best: number,
  truncation: number,
  isNormalised: boolean,
): number {
  const spread = scores[order[0]] - scores[order[order.length - 1]];
  let pull = 0;
  for (let i = 0; i < Math.min(order.length - 1, truncation); i++) {
    for (let j = i + 1; j < order.length; j++) {
      if (labels[order[i]] === labels[order[j]]) continue;
      const isInOrder = labels[order[i]] > labels[order[j]];
      const [high, low] = isInOrder ? [order[i], order[j]] : [order[j], order[i]];
      const distance = scores[high] - scores[low];
      const gap = gainOf(labels[high]) - gainOf(labels[low]);
      let change = (gap * (discountAt(i) - discountAt(j))) / best;
      // LightGBM's constant is the float32 next to 0.01.
      if (isNormalised && spread !== 0) change /= Math.fround(0.01) + Math.abs(distance);
      const doubt = 1 / (1 + Math.exp(distance));
      const strength = doubt * change;
      const curvature = doubt * (1 - doubt) * change;
      gradients[2 * high] -= strength;
      gradients[2 * low] += strength;
      gradients[2 * high + 1] += curvature;
      gradients[2 * low + 1] += curvature;
      pull += 2 * strength;
    }
  }
  return pull;
}

function scaleGroup(
  gradients: Float64Array,
  weights: Float64Array,
  { from, to }: Group,
  factor: number,
): void {
  for (let row = from; row < to; row++) {
    gradients[2 * row] *= factor * weights[row];
    gradients[2 * row + 1] *= factor * weights[row];
  }
}

function meanWeight(weights: Float64Array, { from, to }: Group): number {
  let sum = 0;
  for (let row = from; row < to; row++) sum += weights[row];
  return sum / (to - from);
}
