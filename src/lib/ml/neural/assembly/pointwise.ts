import { hyperbolicTangent, sigmoid } from './exponentials';
import { multiplyAdd, put, vectorBytes } from './vectors';

// The numbers of activations are their places in `activations` of kernel.ts.
const relu: i32 = 1;
const tanh: i32 = 2;
const logistic: i32 = 3;
const leaky: i32 = 4;
const leak: f32 = 0.2;

@inline
function activated(x: v128, activation: i32): v128 {
  if (activation == relu) return f32x4.pmax(x, f32x4.splat(0));
  if (activation == tanh) return hyperbolicTangent(x);
  if (activation == logistic) return sigmoid(x);
  if (activation == leaky) return f32x4.pmax(x, f32x4.mul(x, f32x4.splat(leak)));
  return x;
}

/** A gradient times the derivative, by what the activation gave. */
@inline
function timesSlope(gradient: v128, output: v128, activation: i32): v128 {
  const one = f32x4.splat(1);
  const isAbove = f32x4.gt(output, f32x4.splat(0));
  if (activation == relu) return v128.and(gradient, isAbove);
  if (activation == tanh) return f32x4.mul(gradient, f32x4.sub(one, f32x4.mul(output, output)));
  if (activation == logistic) return f32x4.mul(gradient, f32x4.mul(output, f32x4.sub(one, output)));
  if (activation == leaky) return v128.bitselect(gradient, f32x4.mul(gradient, f32x4.splat(leak)), isAbove);
  return gradient;
}

export function activate(values: usize, bias: usize, rows: i32, columns: i32, activation: i32): void {
  const rowBytes = columns << 2;
  for (let row = 0; row < rows; row++, values += rowBytes) activateRow(values, bias, rowBytes, activation);
}

export function activateRow(values: usize, bias: usize, bytes: i32, activation: i32): void {
  for (let at = 0; at < bytes; at += vectorBytes) {
    const sum = f32x4.add(v128.load(values + at), v128.load(bias + at));
    put(values + at, activated(sum, activation), bytes - at);
  }
}

export function activateBack(
  gradients: usize,
  outputs: usize,
  biasGradient: usize,
  rows: i32,
  columns: i32,
  activation: i32,
): void {
  const rowBytes = columns << 2;
  for (let row = 0; row < rows; row++, gradients += rowBytes, outputs += rowBytes) {
    for (let at = 0; at < rowBytes; at += vectorBytes) {
      let gradient = v128.load(gradients + at);
      if (activation) {
        gradient = timesSlope(gradient, v128.load(outputs + at), activation);
        put(gradients + at, gradient, rowBytes - at);
      }
      put(biasGradient + at, f32x4.add(v128.load(biasGradient + at), gradient), rowBytes - at);
    }
  }
}

export function clear(values: usize, count: i32): void {
  memory.fill(values, 0, (<usize>count) << 2);
}

export function copy(out: usize, values: usize, count: i32): void {
  memory.copy(out, values, (<usize>count) << 2);
}

export function add(out: usize, values: usize, count: i32, factor: f32): void {
  const times = f32x4.splat(factor);
  for (let left = count << 2; left > 0; left -= vectorBytes, out += vectorBytes, values += vectorBytes)
    put(out, multiplyAdd(times, v128.load(values), v128.load(out)), left);
}

export function scale(values: usize, count: i32, factor: f32): void {
  const times = f32x4.splat(factor);
  for (let left = count << 2; left > 0; left -= vectorBytes, values += vectorBytes)
    put(values, f32x4.mul(times, v128.load(values)), left);
}

export function product(out: usize, a: usize, b: usize, count: i32): void {
  const bytes = count << 2;
  for (let at = 0; at < bytes; at += vectorBytes)
    put(out + at, f32x4.mul(v128.load(a + at), v128.load(b + at)), bytes - at);
}

export function sumOfSquares(values: usize, count: i32): f64 {
  let low = f64x2.splat(0);
  let high = low;
  const end = values + ((<usize>count) << 2);
  for (; values + 16 <= end; values += 16) {
    const four = v128.load(values);
    const first = f64x2.promote_low_f32x4(four);
    const last = f64x2.promote_low_f32x4(v128.shuffle<f64>(four, four, 1, 1));
    low = f64x2.add(low, f64x2.mul(first, first));
    high = f64x2.add(high, f64x2.mul(last, last));
  }
  low = f64x2.add(low, high);
  let sum = f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1);
  for (; values < end; values += 4) sum += <f64>load<f32>(values) * <f64>load<f32>(values);
  return sum;
}

export function adam(
  parameters: usize,
  gradients: usize,
  first: usize,
  second: usize,
  count: i32,
  rate: f32,
  beta1: f32,
  beta2: f32,
  epsilon: f32,
  decay: f32,
): void {
  const rest1 = f32x4.splat(1 - beta1);
  const rest2 = f32x4.splat(1 - beta2);
  const bytes = count << 2;
  for (let at = 0; at < bytes; at += vectorBytes) {
    const g = v128.load(gradients + at);
    const m = multiplyAdd(v128.load(first + at), f32x4.splat(beta1), f32x4.mul(g, rest1));
    const v = multiplyAdd(v128.load(second + at), f32x4.splat(beta2), f32x4.mul(f32x4.mul(g, g), rest2));
    put(first + at, m, bytes - at);
    put(second + at, v, bytes - at);
    const size = f32x4.add(f32x4.sqrt(v), f32x4.splat(epsilon));
    const before = v128.load(parameters + at);
    const step = f32x4.div(f32x4.mul(m, f32x4.splat(rate)), size);
    const after = f32x4.sub(before, multiplyAdd(before, f32x4.splat(decay), step));
    put(parameters + at, after, bytes - at);
  }
}
