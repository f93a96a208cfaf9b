import type { Matrix } from '../core/matrix.ts';
import { predictCode } from './engine/predict-code.ts';
import type { BoostingModel } from './model.ts';
import type { Sums } from './predict-plain.ts';
import { leastRoundingTo } from './single.ts';
import { rules, type Trees, treeCount } from './trees.ts';

/** A model's trees as assembly/predict.ts reads them. */
export interface PackedTrees {
  /** Of the values compared: float32 where the thresholds let that say the same, else float64. */
  readonly precision: 'single' | 'double';
  /** 16 bytes a node. */
  readonly nodes: Uint8Array;
  /** Of each tree, the address of its root and its depth. */
  readonly trees: Uint32Array;
  /** The value of each packed node; none where values and sums are float32 and the node holds it. */
  readonly leafValues: Sums;
  /** Whether some threshold is infinite: then no value may overflow when it is rounded to float32. */
  readonly isUnbounded: boolean;
}

const nodeBytes = 16;
const mostNodes = 4_000_000;
const missingLeft = 0x80000000;

/** The trees packed, or null for a model that only the plain walk can answer: with sets of categories, or too large. */
export function packTrees(model: BoostingModel): PackedTrees | null {
  const { trees, sums } = model;
  const nodeCount = trees.feature.length;
  if (nodeCount > mostNodes || trees.width !== 1 || trees.rule.some((rule) => rule !== rules.below))
    return null;
  if (sums === 'single' && !areSingle(trees.value)) return null;
  const precision = areThresholdsOfSingles(trees) ? 'single' : 'double';
  const isInNode = precision === 'single' && sums === 'single';
  const size = isInNode ? 0 : nodeCount;
  const packing: Packing = {
    trees,
    precision,
    isInNode,
    view: new DataView(new ArrayBuffer(nodeCount * nodeBytes)),
    leafValues: sums === 'single' ? new Float32Array(size) : new Float64Array(size),
  };
  const shapes = new Uint32Array(2 * treeCount(trees));
  for (let tree = 0; tree < treeCount(trees); tree++) {
    shapes[2 * tree] = trees.start[tree] * nodeBytes;
    shapes[2 * tree + 1] = packTree(packing, tree);
  }
  const nodes = new Uint8Array(packing.view.buffer);
  const isUnbounded = trees.threshold.some((threshold) => threshold === Infinity);
  return { precision, nodes, trees: shapes, leafValues: packing.leafValues, isUnbounded };
}

function areSingle(values: Float64Array): boolean {
  return values.every((value) => Math.fround(value) === value);
}

/** Whether `v < threshold` and `fround(v) < fround(threshold)` say the same of every finite v, at every node. */
function areThresholdsOfSingles({ feature, threshold }: Trees): boolean {
  return threshold.every(
    (cut, node) => feature[node] < 0 || Object.is(cut, leastRoundingTo(Math.fround(cut)) + 0),
  );
}

interface Packing {
  readonly trees: Trees;
  readonly precision: PackedTrees['precision'];
  /** Whether leaf values stand in their nodes. */
  readonly isInNode: boolean;
  readonly view: DataView;
  readonly leafValues: Sums;
}

/** Packs a tree level by level, the right child of a node before the left, and returns its depth. */
function packTree(packing: Packing, tree: number): number {
  const { feature, left, right, start } = packing.trees;
  let level = [start[tree]];
  let place = start[tree];
  let depth = 0;
  for (;;) {
    const below: number[] = [];
    const firstBelow = place + level.length;
    for (const node of level) {
      if (feature[node] < 0) packLeaf(packing, place++, node);
      else {
        packTest(packing, place++, node, firstBelow + below.length);
        below.push(right[node], left[node]);
      }
    }
    if (below.length === 0) return depth;
    depth++;
    level = below;
  }
}

function packTest({ trees, precision, view }: Packing, place: number, node: number, children: number): void {
  const at = place * nodeBytes;
  const isMissingLeft = trees.defaultLeft[node] === 1;
  const feature = trees.feature[node];
  if (precision === 'single') {
    const off = isMissingLeft ? 0 : 1;
    view.setUint32(at, keyOf(trees.threshold[node], view, at) - off, true);
    view.setUint32(at + 4, off, true);
    view.setUint32(at + 8, feature * 4, true);
  } else {
    view.setFloat64(at, trees.threshold[node], true);
    view.setUint32(at + 8, feature * 8 + (isMissingLeft ? missingLeft : 0), true);
  }
  view.setUint32(at + 12, children * nodeBytes, true);
}

function packLeaf(packing: Packing, place: number, node: number): void {
  const { trees, precision, isInNode, view, leafValues } = packing;
  const at = place * nodeBytes;
  if (precision === 'single') view.setUint32(at, 0, true);
  else view.setFloat64(at, NaN, true);
  view.setUint32(at + 12, at, true);
  if (isInNode) view.setFloat32(at + 4, trees.value[node], true);
  else leafValues[place] = trees.value[node];
}

/** The key of a number rounded to float32, as the kernel's `toKeys` makes it. Writes over four bytes of the view. */
function keyOf(value: number, view: DataView, at: number): number {
  view.setFloat32(at, Math.fround(value) + 0);
  const bits = view.getInt32(at);
  return (bits ^ ((bits >> 31) | 0x80000000)) >>> 0;
}

type AddTrees = (
  values: number,
  rowBytes: number,
  rows: number,
  trees: number,
  treeCount: number,
  leafValues: number,
  sums: number,
  outputs: number,
) => void;

type Walk = 'singleIntoSingle' | 'singleIntoDouble' | 'doubleIntoSingle' | 'doubleIntoDouble';

/** What assembly/predict.ts exports. */
interface Kernel extends Readonly<Record<Walk, AddTrees>> {
  toKeys(values: number, count: number): void;
}

interface Machine {
  readonly memory: WebAssembly.Memory;
  readonly kernel: Kernel;
  /** Whose trees lie in the memory. */
  holds: PackedTrees | null;
}

let started: Machine | null | undefined;

/** One memory for all models, which holds one at a time; null where this place compiles no WebAssembly. */
function machine(): Machine | null {
  if (started !== undefined) return started;
  started = startMachine();
  return started;
}

function startMachine(): Machine | null {
  if (typeof WebAssembly === 'undefined') return null;
  const code = Uint8Array.from(atob(predictCode), (char) => char.charCodeAt(0));
  try {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code), { env: { memory } });
    return { memory, kernel: exports as unknown as Kernel, holds: null };
  } catch (error) {
    // A page may be forbidden to compile at all, or to compile without waiting.
    if (error instanceof WebAssembly.CompileError || error instanceof RangeError) return null;
    throw error;
  }
}

const bytesTogether = 1 << 20;

/** Adds all trees to the sums; false, and nothing done, where the plain walk has to. */
export function addPacked(sums: Sums, packed: PackedTrees, x: Matrix, outputs: number): boolean {
  const place = machine();
  if (!place) return false;
  const isSingle = packed.precision === 'single';
  if (isSingle && packed.isUnbounded && x.values instanceof Float64Array && overflows(x.values)) return false;
  const valueBytes = isSingle ? 4 : 8;
  const rowBytes = x.columns * valueBytes;
  // Eight rows are walked at once, so a last block of fewer carries idle rows along.
  const most = Math.max(8, Math.min(Math.ceil(x.rows / 8), Math.floor(bytesTogether / rowBytes / 8)) * 8);
  const layout = layOut(packed, most * rowBytes, most * outputs * sums.BYTES_PER_ELEMENT);
  hold(place, packed, layout);
  const { buffer } = place.memory;
  const values = isSingle
    ? new Float32Array(buffer, layout.values, most * x.columns)
    : new Float64Array(buffer, layout.values, most * x.columns);
  const blockSums = viewLike(sums, buffer, layout.sums, most * outputs);
  const intoSingle = sums instanceof Float32Array;
  const walk = place.kernel[`${packed.precision}Into${intoSingle ? 'Single' : 'Double'}`];
  for (let from = 0; from < x.rows; from += most) {
    const to = Math.min(from + most, x.rows);
    values.set(x.values.subarray(from * x.columns, to * x.columns));
    if (isSingle) place.kernel.toKeys(layout.values, (to - from) * x.columns);
    blockSums.set(sums.subarray(from * outputs, to * outputs));
    const rows = Math.ceil((to - from) / 8) * 8;
    walk(
      layout.values,
      rowBytes,
      rows,
      layout.trees,
      packed.trees.length / 2,
      layout.leafValues,
      layout.sums,
      outputs,
    );
    sums.set(blockSums.subarray(0, (to - from) * outputs), from * outputs);
  }
  return true;
}

function overflows(values: Float64Array): boolean {
  return values.some((value) => Math.abs(Math.fround(value)) === Infinity);
}

interface Layout {
  readonly leafValues: number;
  readonly trees: number;
  readonly values: number;
  readonly sums: number;
  readonly end: number;
}

function layOut({ nodes, trees, leafValues }: PackedTrees, valueBytes: number, sumBytes: number): Layout {
  const inSteps = (bytes: number) => Math.ceil(bytes / 64) * 64;
  const afterNodes = inSteps(nodes.byteLength);
  const afterLeaves = afterNodes + inSteps(leafValues.byteLength);
  const afterTrees = afterLeaves + inSteps(trees.byteLength);
  const afterValues = afterTrees + inSteps(valueBytes);
  return {
    leafValues: afterNodes,
    trees: afterLeaves,
    values: afterTrees,
    sums: afterValues,
    end: afterValues + sumBytes,
  };
}

const pageBytes = 65_536;

/** Makes room, and copies the trees in unless they are there. */
function hold(place: Machine, packed: PackedTrees, layout: Layout): void {
  const lacking = layout.end - place.memory.buffer.byteLength;
  if (lacking > 0) place.memory.grow(Math.ceil(lacking / pageBytes));
  if (place.holds === packed) return;
  const bytes = new Uint8Array(place.memory.buffer);
  bytes.set(packed.nodes, 0);
  viewLike(packed.leafValues, place.memory.buffer, layout.leafValues, packed.leafValues.length).set(
    packed.leafValues,
  );
  new Uint32Array(place.memory.buffer, layout.trees, packed.trees.length).set(packed.trees);
  place.holds = packed;
}

function viewLike(like: Sums, buffer: ArrayBuffer, offset: number, length: number): Sums {
  return like instanceof Float32Array
    ? new Float32Array(buffer, offset, length)
    : new Float64Array(buffer, offset, length);
}
