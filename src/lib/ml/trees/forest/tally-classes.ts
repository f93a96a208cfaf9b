import { missingCode } from './columns.ts';
import { type BestCut, purities, type Purity, type Tally, type TallySource, valuesIn } from './tally.ts';

/** The open node. A slot holds the weight of every class, then the drawn rows. */
interface ClassNode {
  readonly classes: number;
  readonly minLeaf: number;
  readonly purity: Purity;
  /** 256 codes × slot; zeros between columns. */
  readonly histogram: Float64Array;
  readonly total: Float64Array;
  readonly left: Float64Array;
  /** Of the k-th row of the node. */
  readonly label: Uint8Array;
  readonly rowWeight: Float64Array;
  readonly times: Uint16Array;
  weight: number;
  leftWeight: number;
  /** The node's own purity. */
  parent: number;
  classesPresent: number;
}

/** Any number of classes, any weights. */
export function classTally(source: TallySource): Tally {
  const node = emptyNode(source);
  return {
    open: (rows, from, to) => openNode(node, source, rows, from, to),
    drawnRows: () => node.total[node.classes],
    weight: () => node.weight,
    isPure: () => node.classesPresent === 1,
    answer: (position) => node.total[position] / node.weight,
    improve: (best, codes, size, order, present) => {
      fill(node, codes, size);
      const values = valuesIn(order, present);
      scan(node, best, order, present - 1, false);
      if (values < present) scan(node, best, order, values - 1, true);
      clear(node, order, present);
    },
  };
}

function emptyNode({ settings, labels }: TallySource): ClassNode {
  const { classes, minLeaf, criterion } = settings;
  const slot = classes + 1;
  return {
    classes,
    minLeaf,
    purity: purities[criterion],
    histogram: new Float64Array(256 * slot),
    total: new Float64Array(slot),
    left: new Float64Array(slot),
    label: new Uint8Array(labels.length),
    rowWeight: new Float64Array(labels.length),
    times: new Uint16Array(labels.length),
    weight: 0,
    leftWeight: 0,
    parent: 0,
    classesPresent: 0,
  };
}

function openNode(node: ClassNode, source: TallySource, rows: Uint32Array, from: number, to: number): void {
  const { classes, total, label, rowWeight, times } = node;
  const { labels, weights, drawn } = source;
  total.fill(0);
  for (let k = from, i = 0; k < to; k++, i++) {
    const row = rows[k];
    times[i] = drawn[row];
    label[i] = labels[row];
    rowWeight[i] = times[i] * (weights ? weights[row] : 1);
    total[label[i]] += rowWeight[i];
    total[classes] += times[i];
  }
  node.weight = node.parent = node.classesPresent = 0;
  for (let c = 0; c < classes; c++) node.weight += total[c];
  for (let c = 0; c < classes; c++) {
    node.parent += node.purity(total[c], node.weight);
    node.classesPresent += Number(total[c] > 0);
  }
}

function fill(
  { classes, histogram, label, rowWeight, times }: ClassNode,
  codes: Uint8Array,
  size: number,
): void {
  for (let k = 0; k < size; k++) {
    const at = codes[k] * (classes + 1);
    histogram[at + label[k]] += rowWeight[k];
    histogram[at + classes] += times[k];
  }
}

function clear({ classes, histogram }: ClassNode, order: Uint8Array, present: number): void {
  for (let place = 0; place < present; place++) {
    const at = order[place] * (classes + 1);
    histogram.fill(0, at, at + classes + 1);
  }
}

function scan(node: ClassNode, best: BestCut, order: Uint8Array, end: number, missingLeft: boolean): void {
  const { classes, minLeaf, total, left } = node;
  left.fill(0);
  if (missingLeft) moveLeft(node, missingCode);
  for (let place = 0; place < end; place++) {
    moveLeft(node, order[place]);
    if (left[classes] < minLeaf) continue;
    if (total[classes] - left[classes] < minLeaf) return;
    const gain = gainOfCut(node);
    if (gain <= best.gain) continue;
    best.gain = gain;
    best.place = place;
    best.missingLeft = missingLeft;
    best.leftShare = node.leftWeight / node.weight;
  }
}

function moveLeft({ left, histogram }: ClassNode, code: number): void {
  for (let c = 0, at = code * left.length; c < left.length; c++, at++) left[c] += histogram[at];
}

/** What the cut between `left` and the rest gains; −Infinity where rounding leaves a side no weight. */
function gainOfCut(node: ClassNode): number {
  const { classes, purity, total, left } = node;
  node.leftWeight = 0;
  for (let c = 0; c < classes; c++) node.leftWeight += left[c];
  const rest = node.weight - node.leftWeight;
  if (!(node.leftWeight > 0 && rest > 0)) return -Infinity;
  let gain = -node.parent;
  for (let c = 0; c < classes; c++)
    gain += purity(left[c], node.leftWeight) + purity(Math.max(0, total[c] - left[c]), rest);
  return gain;
}
