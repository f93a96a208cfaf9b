import type { Matrix } from '../core/matrix.ts';
import { checkMatrix } from './checks.ts';
import type { BoostingModel } from './model.ts';
import { expectedBelow, gaussLegendre, prepareWalks, type ShapExplainer } from './shap.ts';
import { isSentLeft, type Trees, treeCount } from './trees.ts';

// A leaf with M columns on its path takes 2^M × M numbers: 1.5 KB at 5, 3 KB at 6, 7 KB at 7.
const mostOnPath = 7;

/**
 * The Shapley values of `treeShap`, from tables: for every leaf and every set of path columns that a row may pass, the
 * values are computed beforehand, so a row costs a walk and a few additions. Models with longer paths are left to
 * `prepareWalks`. For a model of one output; prepare once a model, not once a row.
 * @see Yang, "Fast TreeSHAP" (2021), version 2
 */
export function prepareShap(model: BoostingModel): ShapExplainer {
  if (model.outputs !== 1)
    throw new RangeError(`prepareShap: expected a model of one output, got ${model.outputs}`);
  const paths = pathsOf(model.trees);
  if (!paths) return prepareWalks(model);
  const tables = tablesOf(model.trees, paths);
  let base = model.start[0];
  for (let tree = 0; tree < treeCount(model.trees); tree++)
    base += expectedBelow(model.trees, model.trees.start[tree], 0);
  const masks = new Uint8Array(model.trees.feature.length);
  return (x) => {
    checkMatrix('x', x, model.columns);
    const contributions = new Float64Array(x.rows * x.columns);
    // Tree by tree, so that its tables stay in the processor's nearest cache for all rows.
    for (let tree = 0; tree < treeCount(model.trees); tree++) {
      for (let row = 0; row < x.rows; row++)
        addRow(contributions, x, row, tree, model.trees, paths, tables, masks);
    }
    return { base, contributions };
  };
}

/** The different columns on the way to each node, in order of their first test: a node's bit k stands for its k-th. */
interface Paths {
  /** By node: the columns of its path and the share of training rows their tests let through. */
  readonly columns: readonly (readonly number[])[];
  readonly shares: readonly (readonly number[])[];
  /** By inner node: which bit its own test decides, and whether it is the first test of its column. */
  readonly bit: Uint8Array;
  readonly isFirst: Uint8Array;
}

/** Null when a path has too many different columns. */
function pathsOf({ start, feature, left, right, cover }: Trees): Paths | null {
  const columns: number[][] = [];
  const shares: number[][] = [];
  const bit = new Uint8Array(feature.length);
  const isFirst = new Uint8Array(feature.length);
  for (const root of start.subarray(0, -1)) [columns[root], shares[root]] = [[], []];
  for (let node = 0; node < feature.length; node++) {
    if (feature[node] < 0) continue;
    const path = columns[node];
    const known = path.indexOf(feature[node]);
    const slot = known < 0 ? path.length : known;
    if (slot >= mostOnPath) return null;
    bit[node] = 1 << slot;
    isFirst[node] = Number(known < 0);
    for (const child of [left[node], right[node]]) {
      const share = (shares[node][slot] ?? 1) * (cover[child] / cover[node]);
      columns[child] = known < 0 ? [...path, feature[node]] : path;
      shares[child] = [...shares[node].slice(0, slot), share, ...shares[node].slice(slot + 1)];
    }
  }
  return { columns, shares, bit, isFirst };
}

interface Tables {
  /** By leaf: where its table begins; row `mask` of it holds a value for each path column. */
  readonly start: Uint32Array;
  readonly values: Float64Array;
  /** By leaf: how many columns its path has, and where they stand in `columns`. */
  readonly width: Uint8Array;
  readonly columnStart: Uint32Array;
  readonly columns: Uint32Array;
}

function tablesOf({ feature, value }: Trees, { columns, shares }: Paths): Tables {
  const start = new Uint32Array(feature.length);
  const columnStart = new Uint32Array(feature.length);
  let [size, named] = [0, 0];
  for (let node = 0; node < feature.length; node++) {
    [start[node], columnStart[node]] = [size, named];
    if (feature[node] >= 0) continue;
    size += columns[node].length << columns[node].length;
    named += columns[node].length;
  }
  const values = new Float64Array(size);
  for (let leaf = 0; leaf < feature.length; leaf++) {
    if (feature[leaf] < 0) fillTable(values, start[leaf], value[leaf], shares[leaf]);
  }
  const width = Uint8Array.from(columns, ({ length }) => length);
  const all = Uint32Array.from(columns.flatMap((path, node) => (feature[node] < 0 ? path : [])));
  return { start, values, width, columnStart, columns: all };
}

/** φ_e = v · (o_e − z_e) · ∫ Π_{j ≠ e} (o_j·u + z_j·(1−u)) du for every set of columns passed (o = 1). */
function fillTable(values: Float64Array, start: number, leaf: number, shares: readonly number[]): void {
  const count = shares.length;
  const { points, weights } = gaussLegendre(Math.max(1, Math.ceil(count / 2)));
  for (let mask = 0; mask < 1 << count; mask++) {
    const passes = (e: number) => (mask >> e) & 1;
    for (let e = 0; e < count; e++) {
      let integral = 0;
      for (let k = 0; k < points.length; k++) {
        let product = weights[k];
        for (let j = 0; j < count; j++) {
          if (j !== e) product *= passes(j) * points[k] + shares[j] * (1 - points[k]);
        }
        integral += product;
      }
      values[start + mask * count + e] = leaf * (passes(e) - shares[e]) * integral;
    }
  }
}

/** Children stand after their parent, so one pass over the nodes carries the masks down every path. */
function addRow(
  contributions: Float64Array,
  x: Matrix,
  row: number,
  tree: number,
  trees: Trees,
  { bit, isFirst }: Paths,
  tables: Tables,
  masks: Uint8Array,
): void {
  const { feature, left, right, start } = trees;
  const offset = row * x.columns;
  const end = start[tree + 1];
  masks[start[tree]] = 0;
  for (let node = start[tree]; node < end; node++) {
    const mask = masks[node];
    const column = feature[node];
    if (column < 0) {
      addLeaf(contributions, offset, node, mask, tables);
      continue;
    }
    const taken = isFirst[node] === 1 ? mask | bit[node] : mask;
    const missed = mask & ~bit[node];
    const value = x.values[offset + column];
    const goesLeft = isSentLeft(trees, node, value);
    masks[left[node]] = goesLeft ? taken : missed;
    masks[right[node]] = goesLeft ? missed : taken;
  }
}

function addLeaf(
  contributions: Float64Array,
  offset: number,
  leaf: number,
  mask: number,
  { start, values, width, columnStart, columns }: Tables,
): void {
  const count = width[leaf];
  const first = start[leaf] + mask * count;
  const named = columnStart[leaf];
  for (let e = 0; e < count; e++) contributions[offset + columns[named + e]] += values[first + e];
}
