// AssemblyScript, not TypeScript: the inner loops of training. `npm run build:kernels` compiles this file into
// engine/kernel-code.ts; engine/plain-kernel.ts says the same in TypeScript, and a test holds both to the same trees.
// All arguments named after arrays are byte offsets into the one memory that the threads share.

// Bytes from one column's histogram to the next: 256 slots of [gradient, hessian] and a cache line more. At a power of two
// all columns would fall into the same cache sets.
const stride: usize = 4160;

/** Writes the bin of each value of a column into its column and into its rows. Values stand `step` bytes apart. */
export function binColumn(
  values: usize,
  step: usize,
  count: u32,
  cuts: usize,
  missing: u32,
  column: usize,
  rows: usize,
  rowBytes: usize,
): void {
  for (let i: u32 = 0; i < count; i++, values += step, rows += rowBytes) {
    const value = load<f32>(values);
    let bin = missing;
    if (value == value) {
      // How many of 255 cuts are not above the value, padded with infinity: eight halvings without a branch.
      let c = cuts;
      c += load<f32>(c, 508) <= value ? 512 : 0;
      c += load<f32>(c, 252) <= value ? 256 : 0;
      c += load<f32>(c, 124) <= value ? 128 : 0;
      c += load<f32>(c, 60) <= value ? 64 : 0;
      c += load<f32>(c, 28) <= value ? 32 : 0;
      c += load<f32>(c, 12) <= value ? 16 : 0;
      c += load<f32>(c, 4) <= value ? 8 : 0;
      c += load<f32>(c) <= value ? 4 : 0;
      bin = <u32>((c - cuts) >> 2);
    }
    store<u8>(column + i, <u8>bin);
    store<u8>(rows, <u8>bin);
  }
}

/** e^x to about one unit in the last place, by 2^k and a polynomial of degree 11. */
function exponential(x: v128): v128 {
  x = f64x2.max(f64x2.min(x, f64x2.splat(700)), f64x2.splat(-700));
  // Adding 1.5 · 2^52 rounds to a whole number and leaves it in the low bits.
  const shifter = f64x2.splat(6755399441055744);
  const shifted = f64x2.add(f64x2.mul(x, f64x2.splat(1.4426950408889634)), shifter);
  const k = f64x2.sub(shifted, shifter);
  let r = f64x2.sub(x, f64x2.mul(k, f64x2.splat(0.6931471803691238)));
  r = f64x2.sub(r, f64x2.mul(k, f64x2.splat(1.9082149292705877e-10)));
  let p = f64x2.splat(2.505210838544172e-8);
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(2.755731922398589e-7));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(2.7557319223985893e-6));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(2.48015873015873e-5));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.984126984126984e-4));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.388888888888889e-3));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(8.333333333333333e-3));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(4.1666666666666664e-2));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.6666666666666666e-1));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(0.5));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1));
  return i64x2.add(p, i64x2.shl(shifted, 52));
}

/** Weighted derivatives of the cross-entropy, interleaved. `from` is even; one row past an odd `to` is written too. */
export function logisticGradients(
  margins: usize,
  labels: usize,
  weights: usize,
  from: u32,
  to: u32,
  gradients: usize,
): void {
  const one = f64x2.splat(1);
  const least = f64x2.splat(1e-16);
  for (let i = from; i < to; i += 2) {
    const at = (<usize>i) << 3;
    const p = f64x2.div(one, f64x2.add(one, exponential(f64x2.neg(v128.load(margins + at)))));
    const w = v128.load(weights + at);
    const g = f64x2.mul(w, f64x2.sub(p, v128.load(labels + at)));
    const h = f64x2.mul(w, f64x2.max(f64x2.mul(p, f64x2.sub(one, p)), least));
    v128.store(gradients + (at << 1), v128.shuffle<f64>(g, h, 0, 2));
    v128.store(gradients + (at << 1), v128.shuffle<f64>(g, h, 1, 3), 16);
  }
}

/** Sums [gradient, hessian] over listed rows. */
export function sumRows(gradients: usize, rows: usize, count: u32, sum: usize): void {
  const end = rows + ((<usize>count) << 2);
  let s = f64x2.splat(0);
  for (let r = rows; r < end; r += 4) s = f64x2.add(s, v128.load(gradients + ((<usize>load<u32>(r)) << 4)));
  v128.store(sum, s);
}

/** Zeroes the used slots of each column's histogram. `slots` holds a u32 a column. */
export function clear(histogram: usize, slots: usize, columns: u32): void {
  for (let c: u32 = 0; c < columns; c++, histogram += stride)
    memory.fill(histogram, 0, (<usize>load<u32>(slots + ((<usize>c) << 2))) << 4);
}

/**
 * Adds the listed rows to the histograms of all columns of a block. A row's bins lie side by side, `rowBytes` apart. Where
 * rows lie far apart they are first copied to `buffer`, 32 at a time: the copies wait for memory together, the sums would
 * wait row by row.
 */
export function build(
  bins: usize,
  rowBytes: usize,
  columns: u32,
  rows: usize,
  count: u32,
  gradients: usize,
  histogram: usize,
  buffer: usize,
): void {
  const end = rows + ((<usize>count) << 2);
  const isSparse = rowBytes <= 64 && count > 0 && load<u32>(end - 4) - load<u32>(rows) > 4 * count;
  for (let block = rows; block < end; block += 128) {
    const blockEnd = min(block + 128, end);
    if (isSparse) gather(bins, rowBytes, block, blockEnd, gradients, buffer);
    let copy = buffer;
    for (let r = block; r < blockEnd; r += 4, copy += 80) {
      const row = <usize>load<u32>(r);
      let p = isSparse ? copy + 16 : bins + row * rowBytes;
      const v = v128.load(isSparse ? copy : gradients + (row << 4));
      let h = histogram;
      const last = p + columns;
      const unrolled = last - 3;
      while (p < unrolled) {
        const a = h + ((<usize>load<u8>(p)) << 4);
        const b = h + ((<usize>load<u8>(p, 1)) << 4);
        const c = h + ((<usize>load<u8>(p, 2)) << 4);
        const d = h + ((<usize>load<u8>(p, 3)) << 4);
        v128.store(a, f64x2.add(v128.load(a), v));
        v128.store(b, f64x2.add(v128.load(b, stride), v), stride);
        v128.store(c, f64x2.add(v128.load(c, 2 * stride), v), 2 * stride);
        v128.store(d, f64x2.add(v128.load(d, 3 * stride), v), 3 * stride);
        p += 4;
        h += 4 * stride;
      }
      while (p < last) {
        const a = h + ((<usize>load<u8>(p)) << 4);
        v128.store(a, f64x2.add(v128.load(a), v));
        p++;
        h += stride;
      }
    }
  }
}

/** Copies each row's gradient and the 64 bytes from its first bin, 80 bytes a row. */
function gather(
  bins: usize,
  rowBytes: usize,
  rows: usize,
  end: usize,
  gradients: usize,
  buffer: usize,
): void {
  for (let r = rows; r < end; r += 4, buffer += 80) {
    const row = <usize>load<u32>(r);
    const p = bins + row * rowBytes;
    v128.store(buffer, v128.load(gradients + (row << 4)));
    v128.store(buffer, v128.load(p), 16);
    v128.store(buffer, v128.load(p, 16), 32);
    v128.store(buffer, v128.load(p, 32), 48);
    v128.store(buffer, v128.load(p, 48), 64);
  }
}

/** `build` for some columns only: `list` holds their places in the block, u32 each. */
export function buildListed(
  bins: usize,
  rowBytes: usize,
  list: usize,
  listed: u32,
  rows: usize,
  count: u32,
  gradients: usize,
  histogram: usize,
): void {
  const end = rows + ((<usize>count) << 2);
  const listEnd = list + ((<usize>listed) << 2);
  for (let r = rows; r < end; r += 4) {
    const row = <usize>load<u32>(r);
    const v = v128.load(gradients + (row << 4));
    const p = bins + row * rowBytes;
    for (let c = list; c < listEnd; c += 4) {
      const place = <usize>load<u32>(c);
      const a = histogram + place * stride + ((<usize>load<u8>(p + place)) << 4);
      v128.store(a, f64x2.add(v128.load(a), v));
    }
  }
}

/** Turns a parent's histogram into that of the larger child. */
export function subtract(parent: usize, child: usize, slots: usize, columns: u32): void {
  for (let c: u32 = 0; c < columns; c++, parent += stride, child += stride) {
    const bytes = (<usize>load<u32>(slots + ((<usize>c) << 2))) << 4;
    for (let at: usize = 0; at < bytes; at += 16)
      v128.store(parent + at, f64x2.sub(v128.load(parent + at), v128.load(child + at)));
  }
}

/**
 * The best cut of one column. `node` holds gradient, hessian, rows, lambda, alpha, least hessian and least rows of a side, and
 * 1 to begin at the highest bin. When the answer, a score rounded for comparison, is above `least`, `best` gets the exact
 * score, the gradient and hessian of the left side, the bin and whether missing values go left.
 */
export function scan(histogram: usize, bins: u32, node: usize, least: f64, best: usize): f64 {
  const hasMissing = load<f64>(histogram + ((<usize>bins) << 4), 8) > 1e-10;
  if (load<f64>(node, 56) > 0) {
    const key = descend(histogram, bins, node, least, best);
    return hasMissing ? ascend(histogram, bins, node, key, best) : key;
  }
  // The last turn of the first pass sends all present values left and the missing ones right.
  const key = ascend(histogram, hasMissing ? bins : bins - 1, node, least, best);
  return hasMissing ? descend(histogram, bins, node, key, best) : key;
}

/** Cuts from the lowest, with missing values right. */
function ascend(histogram: usize, turns: u32, node: usize, least: f64, best: usize): f64 {
  const key = pass(histogram, turns, 16, node, least, best);
  if (!(key > least)) return key;
  store<f64>(best, <f64>((<usize>load<f64>(best, 24) - histogram) >> 4), 24);
  store<f64>(best, 0, 32);
  return key;
}

/** Cuts from the highest, with missing values left. */
function descend(histogram: usize, bins: u32, node: usize, least: f64, best: usize): f64 {
  const key = pass(histogram + ((<usize>(bins - 1)) << 4), bins - 1, -16, node, least, best);
  if (!(key > least)) return key;
  store<f64>(best, load<f64>(node) - load<f64>(best, 8), 8);
  store<f64>(best, load<f64>(node, 8) - load<f64>(best, 16), 16);
  store<f64>(best, <f64>((<usize>load<f64>(best, 24) - histogram) >> 4) - 1, 24);
  store<f64>(best, 1, 32);
  return key;
}

/** Moves slots from one side of a cut to the other, one after another, and keeps the best cut. */
function pass(first: usize, turns: i32, step: isize, node: usize, least: f64, best: usize): f64 {
  const total = v128.load(node);
  const rows = load<f64>(node, 16);
  const lambda = v128.load64_splat(node, 24);
  const alpha = v128.load64_splat(node, 32);
  const leastHessian = load<f64>(node, 40);
  const leastRows = load<f64>(node, 48);
  const rowsPerHessian = rows / load<f64>(node, 8);
  const zero = f64x2.splat(0);
  let moved = zero;
  let movedRows: f64 = 0;
  let key = least;
  for (let slot = first; turns > 0; turns--, slot += step) {
    const x = v128.load(slot);
    if (!v128.any_true(x)) continue;
    moved = f64x2.add(moved, x);
    const rest = f64x2.sub(total, moved);
    const h = v128.shuffle<f64>(moved, rest, 1, 3);
    if (leastRows > 0) {
      movedRows += floor(f64x2.extract_lane(x, 1) * rowsPerHessian + 0.5);
      if (movedRows < leastRows) continue;
      if (rows - movedRows < leastRows) break;
    }
    if (f64x2.extract_lane(h, 0) < leastHessian) continue;
    if (f64x2.extract_lane(h, 1) < leastHessian) break;
    const g = f64x2.max(f64x2.sub(f64x2.abs(v128.shuffle<f64>(moved, rest, 0, 2)), alpha), zero);
    const scores = f64x2.div(f64x2.mul(g, g), f64x2.add(h, lambda));
    const score = f64x2.extract_lane(scores, 0) + f64x2.extract_lane(scores, 1);
    // Rounded to 33 bits: sums of the same rows in another order differ in their last bits, which must not decide.
    const high = score * 1048577;
    const rounded = high - (high - score);
    if (!(rounded > key)) continue;
    key = rounded;
    store<f64>(best, score);
    v128.store(best, moved, 8);
    store<f64>(best, <f64>slot, 24);
  }
  return key;
}

/**
 * For a level of a symmetric tree: adds, to each cut of a column, the score of this node under that cut; missing values
 * right, then left. `level` is laid out as a histogram.
 */
export function addScores(histogram: usize, bins: u32, node: usize, level: usize): void {
  const total = v128.load(node);
  const lambda = v128.load64_splat(node, 24);
  const alpha = v128.load64_splat(node, 32);
  const missing = v128.load(histogram + ((<usize>bins) << 4));
  const hasMissing = f64x2.extract_lane(missing, 1) > 1e-10;
  let left = f64x2.splat(0);
  let scores = scorePair(left, missing, total, lambda, alpha, hasMissing);
  for (let b: u32 = 0; b < bins; b++, histogram += 16, level += 16) {
    const x = v128.load(histogram);
    if (v128.any_true(x)) {
      left = f64x2.add(left, x);
      scores = scorePair(left, missing, total, lambda, alpha, hasMissing);
    }
    v128.store(level, f64x2.add(v128.load(level), scores));
  }
}

function scorePair(
  left: v128,
  missing: v128,
  total: v128,
  lambda: v128,
  alpha: v128,
  hasMissing: bool,
): v128 {
  const right = f64x2.sub(total, left);
  const a = sideScores(left, right, lambda, alpha);
  if (!hasMissing) return f64x2.splat(f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1));
  const b = sideScores(f64x2.add(left, missing), f64x2.sub(right, missing), lambda, alpha);
  return f64x2.add(v128.shuffle<f64>(a, b, 0, 2), v128.shuffle<f64>(a, b, 1, 3));
}

function sideScores(left: v128, right: v128, lambda: v128, alpha: v128): v128 {
  const zero = f64x2.splat(0);
  const g = f64x2.max(f64x2.sub(f64x2.abs(v128.shuffle<f64>(left, right, 0, 2)), alpha), zero);
  const h = f64x2.max(f64x2.add(v128.shuffle<f64>(left, right, 1, 3), lambda), f64x2.splat(1e-10));
  return f64x2.div(f64x2.mul(g, g), h);
}

/** Rows whose bin is marked in `goesLeft` (a byte a bin) move to the front, all keep their order; how many they are. */
export function partition(column: usize, rows: usize, count: u32, goesLeft: usize, scratch: usize): u32 {
  const end = rows + ((<usize>count) << 2);
  let left = rows;
  let right = scratch;
  for (let r = rows; r < end; r += 4) {
    const row = load<u32>(r);
    const step = (<usize>load<u8>(goesLeft + <usize>load<u8>(column + row))) << 2;
    store<u32>(left, row);
    store<u32>(right, row);
    left += step;
    right += 4 - step;
  }
  memory.copy(left, scratch, right - scratch);
  return <u32>((left - rows) >> 2);
}

/** Adds a leaf's value to the margins of its rows, `step` bytes apart; in float32 when `isSingle` is not 0. */
export function addLeaf(
  margins: usize,
  step: usize,
  rows: usize,
  count: u32,
  value: f64,
  isSingle: u32,
): void {
  const end = rows + ((<usize>count) << 2);
  for (let r = rows; r < end; r += 4) {
    const at = margins + <usize>load<u32>(r) * step;
    const sum = load<f64>(at) + value;
    store<f64>(at, isSingle ? <f64>(<f32>sum) : sum);
  }
}
