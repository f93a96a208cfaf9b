import type { Matrix } from '../core/matrix.ts';
import { coverShare, type OutputTrees } from './shap-model.ts';
import type { TreeWalk } from './shap-walk.ts';
import { isSentLeft, rules, type Trees } from './trees.ts';

/** A leaf as its path sees it. */
export interface Leaf {
  readonly node: number;
  /** Its number, scaled as the model's answer is. */
  readonly value: number;
  /** The different columns on its path, in order of their first test: bit e of a mask stands for the e-th. */
  readonly columns: readonly number[];
  /** By column: the share of training rows its tests on the path let through. */
  readonly shares: readonly number[];
}

/**
 * Writes what a leaf adds to its columns: columns × 2^columns numbers, place e · 2^columns + mask for the e-th column of a row
 * whose passed columns are the bits of mask. The table comes filled with 0.
 */
type FillTable = (table: Float64Array, leaf: Leaf) => void;

export interface LeafTables {
  readonly tablesOf: (tree: number) => FillTable;
  /** The most columns a leaf may have for a table. */
  readonly mostColumns: number;
  /** What explains the leaves too large for a table: those below wanted nodes. */
  readonly walkLarge: (tree: number, isWanted: Uint8Array) => TreeWalk;
}

// 64 MB a model: forests of full depth would take gigabytes.
const mostNumbers = 2 ** 23;
// Rows taken through the trees together: a leaf's table is read from the nearest cache for all of them.
const batchRows = 256;

/** Sums leaf tables over rows: the returned function gives rows × columns contributions. */
export function prepareBatches(part: OutputTrees, tables: LeafTables) {
  const leaves = part.own.map((tree) => leavesOf(part, tree));
  const most = largestTabled(leaves.flat(), tables.mostColumns);
  const isLarge = (leaf: Leaf) => leaf.columns.length > most;
  const plans = leaves.map((own, k) =>
    planOf(
      part,
      part.own[k],
      own.filter((leaf) => !isLarge(leaf)),
      tables.tablesOf(part.own[k]),
    ),
  );
  const walks = leaves.flatMap((own, k) => {
    const large = own.filter(isLarge);
    return large.length > 0
      ? [tables.walkLarge(part.own[k], nodesAbove(part.trees, part.own[k], large))]
      : [];
  });
  return (x: Matrix): Float64Array => {
    const contributions = new Float64Array(x.rows * x.columns);
    const place = batchPlace(plans, x.columns, Math.min(batchRows, x.rows));
    for (let first = 0; first < x.rows; first += place.stride)
      addBatch(contributions, x, first, part.trees, plans, place);
    for (const walk of walks)
      for (let row = 0; row < x.rows; row++) walk(contributions, x.values, row * x.columns);
    return contributions;
  };
}

/** Every leaf of a tree, in the order of a walk that goes left first. */
export function leavesOf({ trees, position, scale }: OutputTrees, tree: number): Leaf[] {
  const { feature, left, right, value, width } = trees;
  const found: Leaf[] = [];
  const descend = (node: number, columns: readonly number[], shares: readonly number[]): void => {
    if (feature[node] < 0) {
      found.push({ node, value: scale * value[node * width + position], columns, shares });
      return;
    }
    const known = columns.indexOf(feature[node]);
    const slot = known < 0 ? columns.length : known;
    const longer = known < 0 ? [...columns, feature[node]] : columns;
    for (const child of [left[node], right[node]]) {
      const share = (shares[slot] ?? 1) * coverShare(trees, node, child);
      descend(child, longer, [...shares.slice(0, slot), share, ...shares.slice(slot + 1)]);
    }
  };
  descend(trees.start[tree], [], []);
  return found;
}

/** The most columns a leaf may have so that all tables together stay within their bound. */
function largestTabled(leaves: readonly Leaf[], mostColumns: number): number {
  const numbers = new Float64Array(mostColumns + 1);
  for (const { columns } of leaves)
    if (columns.length <= mostColumns) numbers[columns.length] += columns.length * 2 ** columns.length;
  let sum = 0;
  for (let columns = 0; columns <= mostColumns; columns++) {
    sum += numbers[columns];
    if (sum > mostNumbers) return columns - 1;
  }
  return mostColumns;
}

/** 1 for the given leaves and every node on their paths. */
function nodesAbove(
  { start, feature, left, right }: Trees,
  tree: number,
  leaves: readonly Leaf[],
): Uint8Array {
  const marked = new Uint8Array(start[tree + 1]);
  for (const { node } of leaves) marked[node] = 1;
  for (let node = start[tree + 1] - 1; node >= start[tree]; node--)
    if (feature[node] >= 0) marked[node] = marked[left[node]] | marked[right[node]];
  return marked;
}

/** One tree's nodes in the order they are visited, left first, with the tables of its leaves. */
interface TreePlan {
  readonly nodes: Uint32Array;
  /** Where a node finds its rows' masks: 2 · depth + (1 for a right child). Its children's follow by depth. */
  readonly slots: Uint16Array;
  /** By inner node: every bit but the one its column has. */
  readonly keeps: Int32Array;
  /** By leaf: the number of its columns, which stand one leaf after another, as the tables do. */
  readonly counts: Uint8Array;
  readonly columns: Uint32Array;
  readonly tables: Float64Array;
  readonly depth: number;
}

function planOf(
  { trees }: OutputTrees,
  tree: number,
  leaves: readonly Leaf[],
  fillTable: FillTable,
): TreePlan {
  const { feature, left, right } = trees;
  const isNeeded = nodesAbove(trees, tree, leaves);
  const counts = new Map(leaves.map(({ node, columns }) => [node, columns.length]));
  const steps: { node: number; slot: number; keep: number; count: number }[] = [];
  let depth = 0;
  const visit = (node: number, level: number, side: number, columns: readonly number[]): void => {
    if (isNeeded[node] === 0) return;
    depth = Math.max(depth, level);
    const known = columns.indexOf(feature[node]);
    const bit = known < 0 ? columns.length : known;
    // Bits beyond the tables' belong to columns of larger leaves alone; no table reads them.
    steps.push({
      node,
      slot: 2 * level + side,
      keep: bit < 31 ? ~(1 << bit) : -1,
      count: counts.get(node) ?? 0,
    });
    if (feature[node] < 0) return;
    const longer = known < 0 ? [...columns, feature[node]] : columns;
    visit(left[node], level + 1, 0, longer);
    visit(right[node], level + 1, 1, longer);
  };
  visit(trees.start[tree], 0, 0, []);
  return {
    nodes: Uint32Array.from(steps, ({ node }) => node),
    slots: Uint16Array.from(steps, ({ slot }) => slot),
    keeps: Int32Array.from(steps, ({ keep }) => keep),
    counts: Uint8Array.from(steps, ({ count }) => count),
    columns: Uint32Array.from(leaves.flatMap(({ columns }) => columns)),
    tables: tablesOf(leaves, fillTable),
    depth,
  };
}

function tablesOf(leaves: readonly Leaf[], fillTable: FillTable): Float64Array {
  const sizes = leaves.map(({ columns }) => columns.length << columns.length);
  const tables = new Float64Array(sizes.reduce((sum, size) => sum + size, 0));
  let start = 0;
  leaves.forEach((leaf, k) => {
    fillTable(tables.subarray(start, start + sizes[k]), leaf);
    start += sizes[k];
  });
  return tables;
}

interface BatchPlace {
  /** Rows of a batch at most: the length of one column, of one slot of masks. */
  readonly stride: number;
  /** Columns × stride each: one column after another. */
  readonly values: Float64Array;
  readonly effects: Float64Array;
  /** Slots × stride: the columns that a row has passed so far, as bits. */
  readonly masks: Int32Array;
}

function batchPlace(plans: readonly TreePlan[], columns: number, stride: number): BatchPlace {
  const depth = plans.reduce((most, plan) => Math.max(most, plan.depth), 0);
  return {
    stride,
    values: new Float64Array(columns * stride),
    effects: new Float64Array(columns * stride),
    masks: new Int32Array(2 * (depth + 1) * stride),
  };
}

function addBatch(
  contributions: Float64Array,
  x: Matrix,
  first: number,
  trees: Trees,
  plans: readonly TreePlan[],
  place: BatchPlace,
): void {
  const { stride, values, effects } = place;
  const rows = Math.min(stride, x.rows - first);
  for (let column = 0; column < x.columns; column++) {
    for (let i = 0; i < rows; i++) values[column * stride + i] = x.values[(first + i) * x.columns + column];
  }
  effects.fill(0);
  for (const plan of plans) addTree(trees, plan, place, rows);
  for (let column = 0; column < x.columns; column++) {
    for (let i = 0; i < rows; i++)
      contributions[(first + i) * x.columns + column] = effects[column * stride + i];
  }
}

function addTree(
  trees: Trees,
  { nodes, slots, keeps, counts, columns, tables }: TreePlan,
  place: BatchPlace,
  rows: number,
): void {
  const { stride, effects, masks } = place;
  masks.fill(-1, 0, rows);
  let table = 0;
  let named = 0;
  for (let step = 0; step < nodes.length; step++) {
    const node = nodes[step];
    const at = slots[step] * stride;
    if (trees.feature[node] >= 0) {
      const below = 2 * ((slots[step] >> 1) + 1) * stride;
      splitMasks(trees, node, keeps[step], place, at, below, rows);
      continue;
    }
    const count = counts[step];
    const size = 1 << count;
    for (let e = 0; e < count; e++) {
      addFromTable(effects, columns[named + e] * stride, tables, table, masks, at, size - 1, rows);
      table += size;
    }
    named += count;
  }
}

function addFromTable(
  effects: Float64Array,
  into: number,
  tables: Float64Array,
  table: number,
  masks: Int32Array,
  at: number,
  low: number,
  rows: number,
): void {
  for (let i = 0; i < rows; i++) effects[into + i] += tables[table + (masks[at + i] & low)];
}

/** Hands a node's masks down: where the row goes, it passes what it passed; on the other side it fails this column. */
function splitMasks(
  trees: Trees,
  node: number,
  keep: number,
  { stride, values, masks }: BatchPlace,
  at: number,
  below: number,
  rows: number,
): void {
  const from = trees.feature[node] * stride;
  const threshold = trees.threshold[node];
  // −1, all bits, for a row that goes left and 0 for one that goes right: without branches, which would be guessed wrong.
  if (trees.rule[node] !== rules.below) {
    for (let i = 0; i < rows; i++)
      splitMask(masks, at + i, below + i, stride, -Number(isSentLeft(trees, node, values[from + i])), keep);
  } else if (trees.defaultLeft[node] === 1) {
    for (let i = 0; i < rows; i++)
      splitMask(masks, at + i, below + i, stride, Number(values[from + i] >= threshold) - 1, keep);
  } else {
    for (let i = 0; i < rows; i++)
      splitMask(masks, at + i, below + i, stride, -Number(values[from + i] < threshold), keep);
  }
}

function splitMask(
  masks: Int32Array,
  at: number,
  below: number,
  stride: number,
  left: number,
  keep: number,
): void {
  masks[below] = masks[at] & (left | keep);
  masks[below + stride] = masks[at] & (~left | keep);
}
