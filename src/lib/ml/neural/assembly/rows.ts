import { multiplyAdd, put, vectorBytes } from './vectors';

export function sparseMultiply(
  out: usize,
  rowStarts: usize,
  columns: usize,
  values: usize,
  input: usize,
  rows: i32,
  width: i32,
): void {
  const rowBytes = width << 2;
  for (let row = 0; row < rows; row++, out += rowBytes, rowStarts += 4) {
    const from = (<usize>load<i32>(rowStarts)) << 2;
    const to = (<usize>load<i32>(rowStarts, 4)) << 2;
    let at = 0;
    for (; at + 64 <= rowBytes; at += 64)
      sixteenColumns(out + at, columns, values, input + at, from, to, rowBytes);
    for (; at < rowBytes; at += vectorBytes) {
      let sum = f32x4.splat(0);
      for (let entry = from; entry < to; entry += 4) {
        const other = input + at + <usize>load<i32>(columns + entry) * rowBytes;
        sum = multiplyAdd(v128.load32_splat(values + entry), v128.load(other), sum);
      }
      put(out + at, sum, rowBytes - at);
    }
  }
}

@inline
function sixteenColumns(
  out: usize,
  columns: usize,
  values: usize,
  input: usize,
  from: usize,
  to: usize,
  rowBytes: usize,
): void {
  let sum0 = f32x4.splat(0);
  let sum1 = sum0;
  let sum2 = sum0;
  let sum3 = sum0;
  for (let entry = from; entry < to; entry += 4) {
    const value = v128.load32_splat(values + entry);
    const other = input + <usize>load<i32>(columns + entry) * rowBytes;
    sum0 = multiplyAdd(value, v128.load(other), sum0);
    sum1 = multiplyAdd(value, v128.load(other, 16), sum1);
    sum2 = multiplyAdd(value, v128.load(other, 32), sum2);
    sum3 = multiplyAdd(value, v128.load(other, 48), sum3);
  }
  v128.store(out, sum0);
  v128.store(out, sum1, 16);
  v128.store(out, sum2, 32);
  v128.store(out, sum3, 48);
}

export function gather(out: usize, table: usize, indexes: usize, rows: i32, width: i32): void {
  const rowBytes = width << 2;
  for (let row = 0; row < rows; row++, out += rowBytes, indexes += 4) {
    const from = table + load<i32>(indexes) * rowBytes;
    for (let at = 0; at < rowBytes; at += vectorBytes) put(out + at, v128.load(from + at), rowBytes - at);
  }
}

export function scatterAdd(table: usize, indexes: usize, input: usize, rows: i32, width: i32): void {
  const rowBytes = width << 2;
  for (let row = 0; row < rows; row++, input += rowBytes, indexes += 4) {
    const to = table + load<i32>(indexes) * rowBytes;
    for (let at = 0; at < rowBytes; at += vectorBytes)
      put(to + at, f32x4.add(v128.load(to + at), v128.load(input + at)), rowBytes - at);
  }
}
