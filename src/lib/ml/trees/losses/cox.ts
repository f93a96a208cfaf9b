import { checkLabels, type Loss } from './loss.ts';

/**
 * Cox's partial likelihood with Breslow's handling of ties; the margin is the log of the hazard ratio. A positive label is
 * the time of an event; a negative one says that nothing had happened by the time −label, when the row was last seen.
 *
 * As XGBoost: weights scale a row's gradient but not its share of the risk sets, the mean ignores them, and among rows of
 * one time the gradients of earlier rows do not yet count the events of later ones.
 * @see XGBoost 1.7, src/objective/regression_obj.cu, CoxRegression, and src/metric/rank_metric.cc, EvalCox
 */
export function cox(): Loss {
  const orderOf = timeOrders();
  return {
    name: 'cox',
    outputs: 1,
    isRowwise: false,
    maxDeltaStep: 0,
    checkLabels: (labels, rows) => {
      const expected = 'a time of event, or of loss from sight as a negative number, not 0';
      checkLabels(labels, rows, expected, (label) => label !== 0 && Number.isFinite(label));
      if (!Array.from(labels).some((label) => label > 0))
        throw new RangeError(`labels: expected at least one event, got ${rows} rows without`);
    },
    start: () => new Float64Array(1),
    gradientsInto: (gradients, margins, labels, weights) =>
      coxGradientsInto(gradients, margins, labels, weights, orderOf(labels)),
    mean: (margins, labels) => meanPartialLoss(margins, labels, orderOf(labels)),
  };
}

/** Rows by time, and by number within one time; kept for as long as the labels live, since every round asks again. */
function timeOrders(): (labels: Float64Array) => Uint32Array {
  const known = new WeakMap<Float64Array, Uint32Array>();
  return (labels) => {
    const order =
      known.get(labels) ??
      Uint32Array.from(labels.keys()).sort((a, b) => Math.abs(labels[a]) - Math.abs(labels[b]) || a - b);
    known.set(labels, order);
    return order;
  };
}

function coxGradientsInto(
  gradients: Float64Array,
  margins: Float64Array,
  labels: Float64Array,
  weights: Float64Array,
  order: Uint32Array,
): void {
  const highest = margins.reduce((a, b) => Math.max(a, b));
  const atRisk = riskSets(margins, labels, order, highest);
  // Over the events so far: Σ 1/risk and Σ 1/risk², where risk is the sum of hazards of the rows still seen at the event.
  let inverse = 0;
  let inverseSquare = 0;
  for (let k = 0; k < order.length; k++) {
    const row = order[k];
    const isEvent = labels[row] > 0;
    if (isEvent) {
      inverse += 1 / atRisk[k];
      inverseSquare += 1 / (atRisk[k] * atRisk[k]);
    }
    const hazard = Math.exp(margins[row] - highest);
    gradients[2 * row] = weights[row] * (hazard * inverse - Number(isEvent));
    gradients[2 * row + 1] = weights[row] * (hazard * inverse - hazard * hazard * inverseSquare);
  }
}

/**
 * By place in `order`: Σ e^(margin − highest) over the rows whose time is not earlier. Summed from the latest time on, so
 * that no difference of large numbers is taken where few rows remain.
 */
function riskSets(
  margins: Float64Array,
  labels: Float64Array,
  order: Uint32Array,
  highest: number,
): Float64Array {
  const sums = new Float64Array(order.length);
  let sum = 0;
  for (let k = order.length - 1; k >= 0; k--) sums[k] = sum += Math.exp(margins[order[k]] - highest);
  for (let k = 1; k < order.length; k++) {
    if (Math.abs(labels[order[k]]) === Math.abs(labels[order[k - 1]])) sums[k] = sums[k - 1];
  }
  return sums;
}

/** Mean over the events of ln Σ e^margin of the rows at risk − the event's own margin. */
function meanPartialLoss(margins: Float64Array, labels: Float64Array, order: Uint32Array): number {
  const highest = margins.reduce((a, b) => Math.max(a, b));
  const atRisk = riskSets(margins, labels, order, highest);
  let sum = 0;
  let events = 0;
  for (let k = 0; k < order.length; k++) {
    if (labels[order[k]] < 0) continue;
    sum += Math.log(atRisk[k]) + highest - margins[order[k]];
    events++;
  }
  return sum / events;
}
