// AssemblyScript, not TypeScript: walks many rows down many trees. `npm run build:kernels` compiles this file into
// engine/predict-code.ts; predict-plain.ts says the same in TypeScript, and a test holds both to the same bits.
//
// Values come as float64, or as the keys that `toKeys` makes of float32: whole numbers in the same order, above 0, and 0
// for missing, so that one comparison also decides where missing values go.
//
// Nodes begin at byte 0 of the memory and take 16 bytes each. With keys:
//   0  the threshold's key less the number at 4; 0 in a leaf, which no key is below
//   4  what to take off a key: 1 sends missing values, wrapping around, to the right; in a leaf its value as f32
//   8  the bytes from a row's start to the value tested
// With float64 values:
//   0  the threshold; NaN in a leaf, which no value is below
//   8  the bytes from a row's start to the value tested; the highest bit says that missing values go left
// Both:
//   12 the address of the right child; the left child follows it. A leaf has its own address, so that walking on from a leaf
//      stays there, whatever the row holds, and all rows of a tree can take the same number of steps

const nodeBits: usize = 4;
const offsetMask: u32 = 0x7fffffff;

/** Turns float32 numbers into keys where they stand. */
export function toKeys(values: usize, count: u32): void {
  const end = values + ((<usize>count) << 2);
  for (; values < end; values += 4) {
    // Adding 0 makes −0 the 0 it equals.
    const value = load<f32>(values) + 0;
    const bits = reinterpret<i32>(value);
    store<u32>(values, value == value ? (<u32>bits) ^ ((<u32>(bits >> 31)) | 0x80000000) : 0);
  }
}

function next<Value>(node: usize, row: usize): usize {
  // Two loads of eight bytes read a whole node; four of four would wait for each other longer.
  const tail = load<u64>(node, 8);
  const test = <u32>tail;
  let goesLeft: u32;
  if (isInteger<Value>()) {
    const head = load<u64>(node);
    goesLeft = <u32>(load<u32>(row + test) - <u32>(head >>> 32) < <u32>head);
  } else {
    const value = load<Value>(row + (test & offsetMask));
    goesLeft = (<u32>(value < load<Value>(node))) | ((<u32>(value != value)) & (test >>> 31));
  }
  return <usize>(tail >>> 32) + ((<usize>goesLeft) << nodeBits);
}

function addLeaf<Value, Sum>(sum: usize, leaf: usize, leafValues: usize): void {
  const value =
    isInteger<Value>() && sizeof<Sum>() == 4
      ? load<Sum>(leaf, 4)
      : load<Sum>(leafValues + (leaf >> nodeBits) * sizeof<Sum>());
  store<Sum>(sum, load<Sum>(sum) + value);
}

/** Eight rows at once: each step of one row waits for its memory while the other seven go on. */
function addTree<Value, Sum>(
  root: usize,
  depth: u32,
  row: usize,
  rowBytes: usize,
  sum: usize,
  sumBytes: usize,
  leafValues: usize,
): void {
  const row1 = row + rowBytes;
  const row2 = row1 + rowBytes;
  const row3 = row2 + rowBytes;
  const row4 = row3 + rowBytes;
  const row5 = row4 + rowBytes;
  const row6 = row5 + rowBytes;
  const row7 = row6 + rowBytes;
  let node = root;
  let node1 = root;
  let node2 = root;
  let node3 = root;
  let node4 = root;
  let node5 = root;
  let node6 = root;
  let node7 = root;
  for (let step: u32 = 0; step < depth; step++) {
    node = next<Value>(node, row);
    node1 = next<Value>(node1, row1);
    node2 = next<Value>(node2, row2);
    node3 = next<Value>(node3, row3);
    node4 = next<Value>(node4, row4);
    node5 = next<Value>(node5, row5);
    node6 = next<Value>(node6, row6);
    node7 = next<Value>(node7, row7);
  }
  addLeaf<Value, Sum>(sum, node, leafValues);
  addLeaf<Value, Sum>((sum += sumBytes), node1, leafValues);
  addLeaf<Value, Sum>((sum += sumBytes), node2, leafValues);
  addLeaf<Value, Sum>((sum += sumBytes), node3, leafValues);
  addLeaf<Value, Sum>((sum += sumBytes), node4, leafValues);
  addLeaf<Value, Sum>((sum += sumBytes), node5, leafValues);
  addLeaf<Value, Sum>((sum += sumBytes), node6, leafValues);
  addLeaf<Value, Sum>((sum += sumBytes), node7, leafValues);
}

/**
 * Adds all trees to the sums of `rows` rows, a multiple of 8, in blocks small enough that a block's values stay near while
 * the trees pass by. `trees` holds the address of the root and the depth of each tree, u32 each; tree t moves output
 * t modulo `outputs`. `leafValues` holds one number a node, not read where values are keys and sums f32.
 */
function addTrees<Value, Sum>(
  values: usize,
  rowBytes: usize,
  rows: u32,
  trees: usize,
  treeCount: u32,
  leafValues: usize,
  sums: usize,
  outputs: u32,
): void {
  const sumBytes: usize = outputs * sizeof<Sum>();
  for (let from: u32 = 0; from < rows; from += 64) {
    const to = min(from + 64, rows);
    let output: usize = 0;
    for (let tree: u32 = 0; tree < treeCount; tree++) {
      const root: usize = load<u32>(trees + ((<usize>tree) << 3));
      const depth = load<u32>(trees + ((<usize>tree) << 3), 4);
      for (let row = from; row < to; row += 8) {
        const sum = sums + <usize>row * sumBytes + output;
        addTree<Value, Sum>(root, depth, values + <usize>row * rowBytes, rowBytes, sum, sumBytes, leafValues);
      }
      output += sizeof<Sum>();
      if (output == sumBytes) output = 0;
    }
  }
}

export function singleIntoSingle(
  values: usize,
  rowBytes: usize,
  rows: u32,
  trees: usize,
  treeCount: u32,
  leafValues: usize,
  sums: usize,
  outputs: u32,
): void {
  addTrees<u32, f32>(values, rowBytes, rows, trees, treeCount, leafValues, sums, outputs);
}

export function singleIntoDouble(
  values: usize,
  rowBytes: usize,
  rows: u32,
  trees: usize,
  treeCount: u32,
  leafValues: usize,
  sums: usize,
  outputs: u32,
): void {
  addTrees<u32, f64>(values, rowBytes, rows, trees, treeCount, leafValues, sums, outputs);
}

export function doubleIntoSingle(
  values: usize,
  rowBytes: usize,
  rows: u32,
  trees: usize,
  treeCount: u32,
  leafValues: usize,
  sums: usize,
  outputs: u32,
): void {
  addTrees<f64, f32>(values, rowBytes, rows, trees, treeCount, leafValues, sums, outputs);
}

export function doubleIntoDouble(
  values: usize,
  rowBytes: usize,
  rows: u32,
  trees: usize,
  treeCount: u32,
  leafValues: usize,
  sums: usize,
  outputs: u32,
): void {
  addTrees<f64, f64>(values, rowBytes, rows, trees, treeCount, leafValues, sums, outputs);
}
