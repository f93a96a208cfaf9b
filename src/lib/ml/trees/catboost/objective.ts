import { sigmoid } from '../../core/sigmoid.ts';
import { softmaxInto } from '../losses.ts';

/** Rows with their labels, weights and margins (rows × outputs). */
export interface Targets {
  readonly labels: Float64Array;
  readonly weights: Float64Array;
  readonly margins: Float64Array;
}

/** Sums over the rows of each leaf. */
export interface LeafSums {
  /** Leaves × outputs: weight × −∂loss/∂margin. */
  readonly slope: Float64Array;
  /** Leaves × outputs × outputs: weight × ∂²loss/∂margin². */
  readonly curvature: Float64Array;
  readonly weight: Float64Array;
}

/** A loss as CatBoost sees it: slopes point to where the loss falls. */
export interface Objective {
  readonly name: 'squared' | 'logistic' | 'softmax';
  readonly outputs: number;
  /** Writes weight × −∂loss/∂margin of the first `count` rows, rows × outputs. */
  slopesInto(slopes: Float64Array, targets: Targets, count: number): void;
  /** Adds the first `count` rows to the sums of their leaves. */
  addToLeaves(sums: LeafSums, leafOf: ArrayLike<number>, targets: Targets, count: number): void;
  /** Weighted mean loss of the first `count` rows. */
  mean(targets: Targets, count: number): number;
}

export function objectiveOf(name: Objective['name'], classes: number): Objective {
  if (name === 'softmax') return softmax(classes);
  return name === 'logistic' ? logistic : squared;
}

const squared = ofOneOutput('squared', {
  slope: (margin, label) => label - margin,
  curvature: () => 1,
  loss: (margin, label) => (margin - label) ** 2,
});

const logistic = ofOneOutput('logistic', {
  slope: (margin, label) => label - sigmoid(margin),
  curvature: (margin) => {
    const p = sigmoid(margin);
    return p * (1 - p);
  },
  // ln(1 + e^m) − y·m, written so that no large exponent overflows.
  loss: (margin, label) => Math.max(margin, 0) - label * margin + Math.log1p(Math.exp(-Math.abs(margin))),
});

function ofOneOutput(
  name: Objective['name'],
  row: {
    slope(margin: number, label: number): number;
    curvature(margin: number): number;
    loss(margin: number, label: number): number;
  },
): Objective {
  return {
    name,
    outputs: 1,
    slopesInto: (slopes, { labels, weights, margins }, count) => {
      for (let i = 0; i < count; i++) slopes[i] = weights[i] * row.slope(margins[i], labels[i]);
    },
    addToLeaves: (sums, leafOf, { labels, weights, margins }, count) => {
      for (let i = 0; i < count; i++) {
        sums.slope[leafOf[i]] += weights[i] * row.slope(margins[i], labels[i]);
        sums.curvature[leafOf[i]] += weights[i] * row.curvature(margins[i]);
        sums.weight[leafOf[i]] += weights[i];
      }
    },
    mean: (targets, count) => meanOf(targets, count, (i) => row.loss(targets.margins[i], targets.labels[i])),
  };
}

function softmax(classes: number): Objective {
  const p = new Float64Array(classes);
  return {
    name: 'softmax',
    outputs: classes,
    slopesInto: (slopes, { labels, weights, margins }, count) => {
      for (let i = 0; i < count; i++) {
        softmaxInto(p, margins, i * classes);
        for (let k = 0; k < classes; k++)
          slopes[i * classes + k] = weights[i] * (Number(labels[i] === k) - p[k]);
      }
    },
    addToLeaves: (sums, leafOf, { labels, weights, margins }, count) => {
      for (let i = 0; i < count; i++) {
        softmaxInto(p, margins, i * classes);
        sums.weight[leafOf[i]] += weights[i];
        for (let k = 0; k < classes; k++) {
          const at = leafOf[i] * classes + k;
          sums.slope[at] += weights[i] * (Number(labels[i] === k) - p[k]);
          for (let other = 0; other < classes; other++)
            sums.curvature[at * classes + other] += weights[i] * p[k] * (Number(other === k) - p[other]);
        }
      }
    },
    mean: (targets, count) =>
      meanOf(targets, count, (i) => {
        softmaxInto(p, targets.margins, i * classes);
        return -Math.log(Math.max(p[targets.labels[i]], Number.MIN_VALUE));
      }),
  };
}

function meanOf({ weights }: Targets, count: number, lossOfRow: (row: number) => number): number {
  let [sum, total] = [0, 0];
  for (let i = 0; i < count; i++) {
    sum += weights[i] * lossOfRow(i);
    total += weights[i];
  }
  return sum / total;
}
