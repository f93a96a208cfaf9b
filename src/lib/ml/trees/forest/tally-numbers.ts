import { missingCode } from './columns.ts';
import { type BestCut, type Tally, type TallySource, valuesIn } from './tally.ts';

/** The open node. A slot holds weight, weighted sum of labels around the node's mean, and drawn rows. */
interface NumberNode {
  readonly minLeaf: number;
  /** 256 codes × 3; zeros between columns. */
  readonly histogram: Float64Array;
  /** Of the k-th row of the node. */
  readonly rowWeight: Float64Array;
  readonly rowSum: Float64Array;
  readonly times: Uint16Array;
  drawnRows: number;
  weight: number;
  mean: number;
  isPure: boolean;
}

/** Labels that are numbers: a cut gains what it takes off the weighted sum of squares around the means. */
export function numberTally(source: TallySource): Tally {
  const rows = source.labels.length;
  const node: NumberNode = {
    minLeaf: source.settings.minLeaf,
    histogram: new Float64Array(256 * 3),
    rowWeight: new Float64Array(rows),
    rowSum: new Float64Array(rows),
    times: new Uint16Array(rows),
    drawnRows: 0,
    weight: 0,
    mean: 0,
    isPure: true,
  };
  return {
    open: (drawnRows, from, to) => openNode(node, source, drawnRows, from, to),
    drawnRows: () => node.drawnRows,
    weight: () => node.weight,
    isPure: () => node.isPure,
    answer: () => node.mean,
    improve: (best, codes, size, order, present) => {
      fill(node, codes, size);
      const values = valuesIn(order, present);
      scan(node, best, order, present - 1, false);
      if (values < present) scan(node, best, order, values - 1, true);
      for (let place = 0; place < present; place++)
        node.histogram.fill(0, order[place] * 3, order[place] * 3 + 3);
    },
  };
}

function openNode(node: NumberNode, source: TallySource, rows: Uint32Array, from: number, to: number): void {
  const { labels, weights, drawn } = source;
  const { rowWeight, rowSum, times } = node;
  const first = labels[rows[from]];
  let [sum, lowest, highest] = [0, first, first];
  node.drawnRows = node.weight = 0;
  for (let k = from, i = 0; k < to; k++, i++) {
    const row = rows[k];
    times[i] = drawn[row];
    rowWeight[i] = times[i] * (weights ? weights[row] : 1);
    node.drawnRows += times[i];
    node.weight += rowWeight[i];
    sum += rowWeight[i] * (labels[row] - first);
    if (labels[row] < lowest) lowest = labels[row];
    if (labels[row] > highest) highest = labels[row];
  }
  node.isPure = lowest === highest;
  // A mean lies between its numbers, whatever rounding says.
  node.mean = Math.min(highest, Math.max(lowest, first + sum / node.weight));
  for (let k = from, i = 0; k < to; k++, i++) rowSum[i] = rowWeight[i] * (labels[rows[k]] - node.mean);
}

function fill({ histogram, rowWeight, rowSum, times }: NumberNode, codes: Uint8Array, size: number): void {
  for (let k = 0; k < size; k++) {
    const at = codes[k] * 3;
    histogram[at] += rowWeight[k];
    histogram[at + 1] += rowSum[k];
    histogram[at + 2] += times[k];
  }
}

function scan(node: NumberNode, best: BestCut, order: Uint8Array, end: number, missingLeft: boolean): void {
  const { histogram, minLeaf } = node;
  const first = missingCode * 3;
  let weight = missingLeft ? histogram[first] : 0;
  let sum = missingLeft ? histogram[first + 1] : 0;
  let rows = missingLeft ? histogram[first + 2] : 0;
  for (let place = 0; place < end; place++) {
    const at = order[place] * 3;
    weight += histogram[at];
    sum += histogram[at + 1];
    rows += histogram[at + 2];
    if (rows < minLeaf) continue;
    if (node.drawnRows - rows < minLeaf) return;
    const rest = node.weight - weight;
    // Labels stand around the node's mean: the right side's sum is the left's negated, and the node's own is 0.
    const gain = weight > 0 && rest > 0 ? sum * sum * (1 / weight + 1 / rest) : -Infinity;
    if (gain <= best.gain) continue;
    best.gain = gain;
    best.place = place;
    best.missingLeft = missingLeft;
    best.leftShare = weight / node.weight;
  }
}
