import { activateRow } from './pointwise';
import { multiplyAdd, put, storeTransposed, vectorBytes } from './vectors';

// The kernel's own memory: a block of `b` in panels of eight columns, and four rows of `a`, the numbers of one step side by
// side. Read one after the other, they stay in the caches whatever the strides of `a` and `b`.
const blockSteps: i32 = 256;
const blockColumns: i32 = 256;
const panelStepBytes: usize = 32;
const panels: usize = 1024;
const fourRows: usize = panels + blockSteps * blockColumns * 4;

/** The first byte that is free. */
export const start: i32 = 1024 + blockSteps * blockColumns * 4 + blockSteps * 16;

export function multiply(
  out: usize,
  a: usize,
  b: usize,
  rows: i32,
  columns: i32,
  inner: i32,
  aRowStride: usize,
  aStepStride: usize,
  bStride: usize,
  outStride: usize,
  adds: i32,
): void {
  multiplyStrided(out, a, b, rows, columns, inner, aRowStride, aStepStride, bStride, 4, outStride, adds);
}

export function dense(
  out: usize,
  a: usize,
  b: usize,
  bias: usize,
  rows: i32,
  columns: i32,
  inner: i32,
  activation: i32,
): void {
  const aStride = (<usize>inner) << 2;
  const stride = (<usize>columns) << 2;
  multiplyStrided(out, a, b, rows, columns, inner, aStride, 4, stride, 4, stride, 0, bias, activation);
}

/** `multiply` with a `b` that may be read transposed as well, and an activation after it where `bias` is not 0. */
export function multiplyStrided(
  out: usize,
  a: usize,
  b: usize,
  rows: i32,
  columns: i32,
  inner: i32,
  aRowStride: usize,
  aStepStride: usize,
  bStepStride: usize,
  bColumnStride: usize,
  outStride: usize,
  adds: i32,
  bias: usize = 0,
  activation: i32 = 0,
): void {
  if (bColumnStride == 4 && rows < 4) {
    for (let i = 0; i < rows; i++, out += outStride, a += aRowStride) {
      multiplyRow(out, a, aStepStride, b, bStepStride, columns, inner, adds);
      if (bias) activateRow(out, bias, columns << 2, activation);
    }
    return;
  }
  let from = 0;
  do {
    const steps = min(inner - from, blockSteps);
    const aBlock = a + <usize>from * aStepStride;
    const bBlock = b + <usize>from * bStepStride;
    for (let column = 0; column < columns; column += blockColumns) {
      const width = min(columns - column, blockColumns);
      packPanels(bBlock + <usize>column * bColumnStride, bStepStride, bColumnStride, steps, width);
      const offset = (<usize>column) << 2;
      const isLast = bias != 0 && from + blockSteps >= inner;
      multiplyBlock(
        out + offset,
        outStride,
        aBlock,
        aRowStride,
        aStepStride,
        rows,
        width,
        steps,
        adds | from,
        isLast ? bias + offset : 0,
        activation,
      );
    }
    from += blockSteps;
  } while (from < inner);
}

function packPanels(from: usize, stepStride: usize, columnStride: usize, steps: i32, columns: i32): void {
  let panel = panels;
  for (let column = 0; column < columns; column += 8, from += 8 * columnStride) {
    interleave(panel, panelStepBytes, from, columnStride, stepStride, steps, columns - column);
    if (columns - column > 4)
      interleave(
        panel + 16,
        panelStepBytes,
        from + 4 * columnStride,
        columnStride,
        stepStride,
        steps,
        columns - column - 4,
      );
    panel += <usize>steps * panelStepBytes;
  }
}

/** A block of packed columns times all rows. */
function multiplyBlock(
  out: usize,
  outStride: usize,
  a: usize,
  aRowStride: usize,
  aStepStride: usize,
  rows: i32,
  columns: i32,
  steps: i32,
  adds: i32,
  bias: usize,
  activation: i32,
): void {
  const panelBytes = <usize>steps * panelStepBytes;
  for (let row = 0; row < rows; row += 4, a += 4 * aRowStride, out += 4 * outStride) {
    // Rows whose steps stand side by side are read where they are.
    const isPacked = aStepStride != 4 || rows - row < 4;
    if (isPacked) interleave(fourRows, 16, a, aRowStride, aStepStride, steps, rows - row);
    const x = isPacked ? fourRows : a;
    const xRow: usize = isPacked ? 4 : aRowStride;
    const xStep: usize = isPacked ? 16 : 4;
    let panel = panels;
    let tile = out;
    for (let left = columns << 2; left > 0; left -= 32, tile += 32, panel += panelBytes)
      multiplyTile(tile, outStride, x, xRow, xStep, panel, steps, rows - row, left, adds);
    if (!bias) continue;
    // While the rows are still in the nearest cache.
    for (let i = 0; i < min(4, rows - row); i++)
      activateRow(out + <usize>i * outStride, bias, columns << 2, activation);
  }
}

/** Four rows, or columns, so that their numbers of one step stand together; past `count` the first is repeated. */
function interleave(
  to: usize,
  toStep: usize,
  from: usize,
  rowStride: usize,
  stepStride: usize,
  steps: i32,
  count: i32,
): void {
  if (rowStride == 4) {
    for (let k = 0; k < steps; k++, to += toStep, from += stepStride) v128.store(to, v128.load(from));
    return;
  }
  const second = count > 1 ? rowStride : 0;
  const third = count > 2 ? rowStride * 2 : 0;
  const fourth = count > 3 ? rowStride * 3 : 0;
  let k = 0;
  if (stepStride == 4) {
    for (; k + 4 <= steps; k += 4, to += 4 * toStep, from += vectorBytes) {
      const pair = v128.load(from + second);
      storeTransposed(to, toStep, v128.load(from), pair, v128.load(from + third), v128.load(from + fourth));
    }
  }
  for (; k < steps; k++, to += toStep, from += stepStride) {
    store<f32>(to, load<f32>(from));
    store<f32>(to, load<f32>(from + second), 4);
    store<f32>(to, load<f32>(from + third), 8);
    store<f32>(to, load<f32>(from + fourth), 12);
  }
}

/** Four rows by a panel of eight columns; `rows` rows and `left` bytes of each are wanted. */
function multiplyTile(
  out: usize,
  outStride: usize,
  x: usize,
  xRow: usize,
  xStep: usize,
  panel: usize,
  steps: i32,
  rows: i32,
  left: i32,
  adds: i32,
): void {
  let low0 = f32x4.splat(0);
  let low1 = low0;
  let low2 = low0;
  let low3 = low0;
  let high0 = low0;
  let high1 = low0;
  let high2 = low0;
  let high3 = low0;
  for (const end = panel + <usize>steps * panelStepBytes; panel < end; panel += panelStepBytes) {
    const low = v128.load(panel);
    const high = v128.load(panel, 16);
    const x0 = v128.load32_splat(x);
    low0 = multiplyAdd(x0, low, low0);
    high0 = multiplyAdd(x0, high, high0);
    const x1 = v128.load32_splat(x + xRow);
    low1 = multiplyAdd(x1, low, low1);
    high1 = multiplyAdd(x1, high, high1);
    const x2 = v128.load32_splat(x + 2 * xRow);
    low2 = multiplyAdd(x2, low, low2);
    high2 = multiplyAdd(x2, high, high2);
    const x3 = v128.load32_splat(x + 3 * xRow);
    low3 = multiplyAdd(x3, low, low3);
    high3 = multiplyAdd(x3, high, high3);
    x += xStep;
  }
  putEight(out, low0, high0, left, adds);
  if (rows > 1) putEight(out + outStride, low1, high1, left, adds);
  if (rows > 2) putEight(out + 2 * outStride, low2, high2, left, adds);
  if (rows > 3) putEight(out + 3 * outStride, low3, high3, left, adds);
}

@inline
function putEight(at: usize, low: v128, high: v128, left: i32, adds: i32): void {
  if (adds) {
    low = f32x4.add(v128.load(at), low);
    if (left > vectorBytes) high = f32x4.add(v128.load(at, 16), high);
  }
  put(at, low, left);
  put(at + 16, high, left - vectorBytes);
}

/** One row alone, for which packing `b` would take longer than the product. */
function multiplyRow(
  out: usize,
  a: usize,
  aStep: usize,
  b: usize,
  bStride: usize,
  columns: i32,
  inner: i32,
  adds: i32,
): void {
  for (let left = columns << 2; left > 0; left -= 32, out += 32, b += 32) {
    const second: usize = left > vectorBytes ? 16 : 0;
    let low = f32x4.splat(0);
    let high = low;
    let x = a;
    let row = b;
    for (let k = 0; k < inner; k++, x += aStep, row += bStride) {
      const factor = v128.load32_splat(x);
      low = multiplyAdd(factor, v128.load(row), low);
      high = multiplyAdd(factor, v128.load(row + second), high);
    }
    putEight(out, low, high, left, adds);
  }
}

export function transpose(out: usize, input: usize, rows: i32, columns: i32): void {
  const inputStride = (<usize>columns) << 2;
  const outStride = (<usize>rows) << 2;
  let row = 0;
  for (; row + 4 <= rows; row += 4, input += 4 * inputStride, out += 16) {
    let column = 0;
    for (; column + 4 <= columns; column += 4) {
      const from = input + ((<usize>column) << 2);
      const second = v128.load(from + inputStride);
      const third = v128.load(from + 2 * inputStride);
      const fourth = v128.load(from + 3 * inputStride);
      storeTransposed(out + <usize>column * outStride, outStride, v128.load(from), second, third, fourth);
    }
    for (; column < columns; column++) {
      const from = input + ((<usize>column) << 2);
      for (let i: usize = 0; i < 4; i++)
        store<f32>(out + <usize>column * outStride + (i << 2), load<f32>(from + i * inputStride));
    }
  }
  for (; row < rows; row++, input += inputStride, out += 4) {
    for (let column: usize = 0; column < <usize>columns; column++)
      store<f32>(out + column * outStride, load<f32>(input + (column << 2)));
  }
}
