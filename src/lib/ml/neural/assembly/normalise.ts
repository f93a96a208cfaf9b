import { kept, multiplyAdd, put, sumOf, vectorBytes } from './vectors';

export function layerNormForward(
  out: usize,
  normal: usize,
  inverse: usize,
  input: usize,
  gain: usize,
  shift: usize,
  rows: i32,
  columns: i32,
  epsilon: f32,
): void {
  const bytes = columns << 2;
  const share: f32 = 1 / <f32>columns;
  for (let row = 0; row < rows; row++) {
    let sums = f32x4.splat(0);
    for (let at = 0; at < bytes; at += vectorBytes)
      sums = f32x4.add(sums, kept(v128.load(input + at), bytes - at));
    const mean = f32x4.splat(sumOf(sums) * share);
    let squares = f32x4.splat(0);
    for (let at = 0; at < bytes; at += vectorBytes) {
      const gap = kept(f32x4.sub(v128.load(input + at), mean), bytes - at);
      squares = multiplyAdd(gap, gap, squares);
    }
    const factor: f32 = 1 / sqrt<f32>(sumOf(squares) * share + epsilon);
    store<f32>(inverse + ((<usize>row) << 2), factor);
    for (let at = 0; at < bytes; at += vectorBytes) {
      const standard = f32x4.mul(f32x4.sub(v128.load(input + at), mean), f32x4.splat(factor));
      put(normal + at, standard, bytes - at);
      put(out + at, multiplyAdd(standard, v128.load(gain + at), v128.load(shift + at)), bytes - at);
    }
    input += bytes;
    normal += bytes;
    out += bytes;
  }
}

export function layerNormBack(
  inputGradient: usize,
  outGradient: usize,
  normal: usize,
  inverse: usize,
  gain: usize,
  gainGradient: usize,
  shiftGradient: usize,
  rows: i32,
  columns: i32,
): void {
  const bytes = columns << 2;
  const share: f32 = 1 / <f32>columns;
  for (let row = 0; row < rows; row++) {
    let sums = f32x4.splat(0);
    let products = f32x4.splat(0);
    for (let at = 0; at < bytes; at += vectorBytes) {
      const gradient = v128.load(outGradient + at);
      const standard = v128.load(normal + at);
      put(gainGradient + at, multiplyAdd(gradient, standard, v128.load(gainGradient + at)), bytes - at);
      put(shiftGradient + at, f32x4.add(gradient, v128.load(shiftGradient + at)), bytes - at);
      const scaled = kept(f32x4.mul(gradient, v128.load(gain + at)), bytes - at);
      sums = f32x4.add(sums, scaled);
      products = f32x4.add(products, kept(f32x4.mul(scaled, standard), bytes - at));
    }
    const mean = f32x4.splat(sumOf(sums) * share);
    const along = f32x4.splat(sumOf(products) * share);
    const factor = v128.load32_splat(inverse + ((<usize>row) << 2));
    for (let at = 0; at < bytes; at += vectorBytes) {
      const scaled = f32x4.mul(v128.load(outGradient + at), v128.load(gain + at));
      const rest = f32x4.sub(f32x4.sub(scaled, mean), f32x4.mul(v128.load(normal + at), along));
      put(inputGradient + at, f32x4.mul(factor, rest), bytes - at);
    }
    inputGradient += bytes;
    outGradient += bytes;
    normal += bytes;
  }
}
