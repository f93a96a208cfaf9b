import type { Matrix } from '../core/matrix.ts';
import { integerBelow, type Random, seededRandom } from '../core/random.ts';
import { type BinnedMatrix, binMatrix, missingBin, thresholdOf } from './bins.ts';
import { checkClasses, checkedWeights, checkInteger, checkMatrix } from './checks.ts';
import type { ForestModel } from './model.ts';
import { leafOf, type Trees, type TreeWriter, treeWriter } from './trees.ts';

export interface ForestFit {
  readonly model: ForestModel;
  /** Rows × classes, from the trees that did not see the row; NaN for a row that every tree saw. */
  readonly outOfBag: Float64Array;
}

export interface ForestData {
  readonly x: Matrix;
  /** The class index of each row. */
  readonly labels: ArrayLike<number>;
  /** Positive; 1 unless told. */
  readonly weights?: ArrayLike<number>;
}

export interface ForestOptions {
  readonly seed: number;
  readonly classes: number;
  /** 100. */
  readonly trees?: number;
  /** Columns tried at each node; ⌊√columns⌋. Constant ones do not count. */
  readonly tried?: number;
  /** 0, no limit. */
  readonly depth?: number;
  /** Least drawn rows in a leaf; 1. */
  readonly minLeaf?: number;
  /** One factor a class, or `balanced` for rows ÷ (classes × rows of the class). */
  readonly classWeights?: readonly number[] | 'balanced';
  /** 255. */
  readonly maxBins?: number;
  /** Called after every tree with its number, from 1. */
  onTree?(tree: number): void;
}

const defaults = { trees: 100, depth: 0, minLeaf: 1, maxBins: 255 } as const;
type Settings = ForestOptions & { readonly [K in keyof typeof defaults]: number } & {
  readonly tried: number;
};

/** @see Breiman, "Random Forests" (2001); Gini gain on binned values */
export function fitForest(data: ForestData, options: ForestOptions): ForestFit {
  const { x, labels } = data;
  const settings = { tried: Math.max(1, Math.floor(Math.sqrt(x.columns))), ...defaults, ...options };
  checkMatrix('x', x);
  checkInteger('classes', settings.classes, 2, 255);
  checkClasses(labels, x.rows, settings.classes);
  checkInteger('trees', settings.trees, 1, 100_000);
  checkInteger('tried', settings.tried, 1, x.columns);
  checkInteger('minLeaf', settings.minLeaf, 1, x.rows);
  checkInteger('depth', settings.depth, 0, 60);
  const weights = rowWeights(data, settings);
  const writer = treeWriter(settings.classes);
  const votes = new Float64Array(x.rows * settings.classes);
  const sampler = forestGrower(
    binMatrix(x, settings.maxBins),
    Uint8Array.from(labels),
    weights,
    settings,
    writer,
  );
  const random = seededRandom(settings.seed);
  for (let tree = 0; tree < settings.trees; tree++) {
    const drawn = sampler.grow(random);
    addVotes(votes, writer.view(), tree, x, drawn);
    settings.onTree?.(tree + 1);
  }
  const trees = writer.finish(settings.trees);
  const model: ForestModel = {
    kind: 'forest',
    version: 2,
    columns: x.columns,
    outputs: settings.classes,
    trees,
  };
  return { model, outOfBag: sharesOf(votes, settings.classes) };
}

function rowWeights(data: ForestData, settings: Settings): Float64Array {
  const { labels, x } = data;
  const weights = checkedWeights(data.weights, x.rows);
  const { classWeights, classes } = settings;
  if (!classWeights) return weights;
  const counts = new Float64Array(classes);
  for (let i = 0; i < x.rows; i++) counts[labels[i]]++;
  const factors =
    classWeights === 'balanced' ? [...counts].map((count) => x.rows / (classes * count)) : classWeights;
  checkInteger('classWeights: length', factors.length, classes, classes);
  return checkedWeights(
    weights.map((weight, i) => weight * factors[labels[i]]),
    x.rows,
  );
}

function addVotes(votes: Float64Array, trees: Trees, tree: number, x: Matrix, drawn: Uint16Array): void {
  const { width, value } = trees;
  for (let row = 0; row < x.rows; row++) {
    if (drawn[row] > 0) continue;
    const leaf = leafOf(trees, tree, x.values, row * x.columns);
    for (let c = 0; c < width; c++) votes[row * width + c] += value[leaf * width + c];
  }
}

function sharesOf(votes: Float64Array, classes: number): Float64Array {
  return votes.map((vote, i) => {
    const first = i - (i % classes);
    let total = 0;
    for (let c = 0; c < classes; c++) total += votes[first + c];
    return vote / total;
  });
}

interface ForestGrower {
  /** Grows one tree on a bootstrap draw and returns how often each row was drawn. */
  grow(random: Random): Uint16Array;
}

interface Stretch {
  readonly node: number;
  readonly from: number;
  readonly to: number;
  readonly depth: number;
}

interface ForestSplit {
  readonly column: number;
  readonly bin: number;
  readonly defaultLeft: boolean;
  readonly gain: number;
}

/** All that the nodes of a tree share. */
interface Place {
  readonly data: BinnedMatrix;
  readonly labels: Uint8Array;
  readonly weights: Float64Array;
  readonly settings: Settings;
  readonly writer: TreeWriter;
  readonly drawn: Uint16Array;
  /** Rows drawn at least once; each node owns a stretch. */
  readonly rows: Uint32Array;
  readonly scratch: Uint32Array;
  readonly columns: Uint32Array;
  /** Class weights by bin of one column: bin × (classes + 1), the last holding drawn rows. */
  readonly histogram: Float64Array;
  /** Class weights of the node, then its drawn rows. */
  readonly total: Float64Array;
  readonly left: Float64Array;
}

function forestGrower(
  data: BinnedMatrix,
  labels: Uint8Array,
  weights: Float64Array,
  settings: Settings,
  writer: TreeWriter,
): ForestGrower {
  const { rows, columns } = data;
  const slot = settings.classes + 1;
  const place: Place = {
    data,
    labels,
    weights,
    settings,
    writer,
    drawn: new Uint16Array(rows),
    rows: new Uint32Array(rows),
    scratch: new Uint32Array(rows),
    columns: Uint32Array.from({ length: columns }, (_, i) => i),
    histogram: new Float64Array(256 * slot),
    total: new Float64Array(slot),
    left: new Float64Array(slot),
  };
  return {
    grow: (random) => {
      growForestTree(place, random);
      return place.drawn;
    },
  };
}

function growForestTree(place: Place, random: Random): void {
  const { writer, settings } = place;
  const count = drawBootstrap(place, random);
  writer.openTree();
  const stack: Stretch[] = [{ node: writer.addNode(0), from: 0, to: count, depth: 0 }];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const isPure = !closeWithShares(place, next);
    const isDeep = settings.depth > 0 && next.depth >= settings.depth;
    const split = isPure || isDeep ? null : findForestSplit(place, next, random);
    if (split) stack.push(...splitStretch(place, next, split));
  }
}

function drawBootstrap({ drawn, rows }: Place, random: Random): number {
  drawn.fill(0);
  for (let k = 0; k < drawn.length; k++) drawn[integerBelow(random, drawn.length)]++;
  let count = 0;
  for (let row = 0; row < drawn.length; row++) if (drawn[row] > 0) rows[count++] = row;
  return count;
}

/** Writes the node's class shares and cover; false when one class is alone or too few rows came to split. */
function closeWithShares(place: Place, { node, from, to }: Stretch): boolean {
  const { total, drawn, labels, weights, rows, writer, settings } = place;
  const { classes } = settings;
  total.fill(0);
  for (let k = from; k < to; k++) {
    const row = rows[k];
    total[labels[row]] += drawn[row] * weights[row];
    total[classes] += drawn[row];
  }
  let weight = 0;
  let present = 0;
  for (let c = 0; c < classes; c++) {
    weight += total[c];
    present += Number(total[c] > 0);
  }
  for (let c = 0; c < classes; c++) writer.setValue(node, c, total[c] / weight);
  writer.setCover(node, weight);
  return present > 1 && total[classes] >= 2 * settings.minLeaf;
}

/** The best cut among the drawn columns, or null. Columns are drawn until `tried` of them had two values or more. */
function findForestSplit(place: Place, stretch: Stretch, random: Random): ForestSplit | null {
  const { columns, settings } = place;
  let best: ForestSplit | null = null;
  let tried = 0;
  for (let k = 0; k < columns.length && tried < settings.tried; k++) {
    const other = k + integerBelow(random, columns.length - k);
    [columns[k], columns[other]] = [columns[other], columns[k]];
    const [low, high] = fillHistogram(place, stretch, columns[k]);
    if (low < high) {
      tried++;
      best = bestCut(place, columns[k], low, high, best);
    }
    const slot = settings.classes + 1;
    place.histogram.fill(0, low * slot, (high + 1) * slot);
  }
  return best;
}

/** Counts one column's bins over the stretch; returns the lowest and highest bin seen. */
function fillHistogram(place: Place, { from, to }: Stretch, column: number): readonly [number, number] {
  const { data, drawn, labels, weights, rows, histogram, settings } = place;
  const { bins, columns } = data;
  const slot = settings.classes + 1;
  let low = 255;
  let high = 0;
  for (let k = from; k < to; k++) {
    const row = rows[k];
    const bin = bins[row * columns + column];
    histogram[bin * slot + labels[row]] += drawn[row] * weights[row];
    histogram[bin * slot + slot - 1] += drawn[row];
    if (bin < low) low = bin;
    if (bin > high) high = bin;
  }
  return [low, high];
}

const leastGiniGain = 1e-9;

/** Scans cuts with the missing rows on the right, then on the left. */
function bestCut(
  place: Place,
  column: number,
  low: number,
  high: number,
  before: ForestSplit | null,
): ForestSplit | null {
  const missing = missingBin(place.data, column);
  let best = scanCuts(place, column, low, Math.min(high, missing), false, before);
  if (high === missing && low < missing) best = scanCuts(place, column, low, missing - 1, true, best);
  return best;
}

function scanCuts(
  place: Place,
  column: number,
  low: number,
  end: number,
  defaultLeft: boolean,
  before: ForestSplit | null,
): ForestSplit | null {
  const { histogram, total, left, settings, data } = place;
  const { classes, minLeaf } = settings;
  const slot = classes + 1;
  left.fill(0);
  if (defaultLeft) addSlot(left, histogram, missingBin(data, column) * slot);
  const parent = purity(total, null, classes);
  let best = before;
  for (let bin = low; bin < end; bin++) {
    if (histogram[bin * slot + classes] === 0) continue;
    addSlot(left, histogram, bin * slot);
    if (left[classes] < minLeaf) continue;
    if (total[classes] - left[classes] < minLeaf) break;
    const gain = purity(left, null, classes) + purity(total, left, classes) - parent;
    if (gain > (best?.gain ?? leastGiniGain)) best = { column, bin, defaultLeft, gain };
  }
  return best;
}

function addSlot(sums: Float64Array, histogram: Float64Array, offset: number): void {
  for (let c = 0; c < sums.length; c++) sums[c] += histogram[offset + c];
}

/** Σ w_c² / Σ w_c of `sums`, or of `sums − without`: weight × (1 − Gini impurity). */
function purity(sums: Float64Array, without: Float64Array | null, classes: number): number {
  let squares = 0;
  let weight = 0;
  for (let c = 0; c < classes; c++) {
    const w = without ? sums[c] - without[c] : sums[c];
    squares += w * w;
    weight += w;
  }
  return squares / weight;
}

function splitStretch(place: Place, stretch: Stretch, split: ForestSplit): readonly Stretch[] {
  const { writer, data } = place;
  const middle = partitionStretch(place, stretch, split);
  const depth = stretch.depth + 1;
  const left = { node: writer.addNode(0), from: stretch.from, to: middle, depth };
  const right = { node: writer.addNode(0), from: middle, to: stretch.to, depth };
  writer.split(stretch.node, {
    feature: split.column,
    threshold: thresholdOf(data, split.column, split.bin),
    defaultLeft: split.defaultLeft,
    left: left.node,
    right: right.node,
    gain: split.gain,
  });
  return [right, left];
}

function partitionStretch(place: Place, { from, to }: Stretch, split: ForestSplit): number {
  const { data, rows, scratch } = place;
  const missing = missingBin(data, split.column);
  let left = from;
  let right = 0;
  for (let k = from; k < to; k++) {
    const row = rows[k];
    const bin = data.bins[row * data.columns + split.column];
    const goesLeft = bin === missing ? split.defaultLeft : bin <= split.bin;
    if (goesLeft) rows[left++] = row;
    else scratch[right++] = row;
  }
  rows.set(scratch.subarray(0, right), left);
  return left;
}
