import { exponential } from './exponentials';
import { multiplyStrided } from './multiply';
import { instead, largestOf, kept, multiplyAdd, put, sumOf, vectorBytes } from './vectors';

export function attentionForward(
  queryKeyValue: usize,
  weights: usize,
  out: usize,
  lengths: usize,
  _scratch: usize,
  batch: i32,
  steps: i32,
  heads: i32,
  headWidth: i32,
): void {
  const outStride = (<usize>(heads * headWidth)) << 2;
  const inputStride = outStride * 3;
  const weightStride = (<usize>steps) << 2;
  const headBytes = (<usize>headWidth) << 2;
  for (let example = 0; example < batch; example++) {
    const length = load<i32>(lengths + ((<usize>example) << 2));
    if (length < steps) {
      memory.fill(weights, 0, <usize>heads * <usize>steps * weightStride);
      memory.fill(out, 0, <usize>steps * outStride);
    }
    for (let h: usize = 0; h < <usize>heads; h++, weights += <usize>steps * weightStride) {
      const query = queryKeyValue + h * headBytes;
      const key = query + outStride;
      const value = key + outStride;
      multiplyStrided(
        weights,
        query,
        key,
        length,
        length,
        headWidth,
        inputStride,
        4,
        4,
        inputStride,
        weightStride,
        0,
      );
      softmax(weights, weightStride, length, headWidth);
      const mixed = out + h * headBytes;
      multiplyStrided(
        mixed,
        weights,
        value,
        length,
        headWidth,
        length,
        weightStride,
        4,
        inputStride,
        4,
        outStride,
        0,
      );
    }
    queryKeyValue += <usize>steps * inputStride;
    out += <usize>steps * outStride;
  }
}

/** Each row of a square becomes the softmax of its numbers / √headWidth. */
function softmax(row: usize, stride: usize, length: i32, headWidth: i32): void {
  const factor = f32x4.splat(1 / sqrt<f32>(<f32>headWidth));
  const bytes = length << 2;
  for (let i = 0; i < length; i++, row += stride) {
    // The first score stands in for what lies past the row.
    const first = v128.load32_splat(row);
    let most = first;
    for (let at = 0; at < bytes; at += vectorBytes) {
      const scores = v128.load(row + at);
      most = f32x4.pmax(most, bytes - at < vectorBytes ? instead(scores, first, bytes - at) : scores);
    }
    const largest = f32x4.splat(largestOf(most));
    let sums = f32x4.splat(0);
    for (let at = 0; at < bytes; at += vectorBytes) {
      const power = exponential(f32x4.mul(factor, f32x4.sub(v128.load(row + at), largest)));
      sums = f32x4.add(sums, kept(power, bytes - at));
      put(row + at, power, bytes - at);
    }
    const share = f32x4.splat(1 / sumOf(sums));
    for (let at = 0; at < bytes; at += vectorBytes)
      put(row + at, f32x4.mul(share, v128.load(row + at)), bytes - at);
  }
}

export function attentionBack(
  queryKeyValueGradient: usize,
  queryKeyValue: usize,
  weights: usize,
  outGradient: usize,
  lengths: usize,
  scratch: usize,
  batch: i32,
  steps: i32,
  heads: i32,
  headWidth: i32,
): void {
  const outStride = (<usize>(heads * headWidth)) << 2;
  const inputStride = outStride * 3;
  const square = (<usize>(steps * steps)) << 2;
  for (let example = 0; example < batch; example++) {
    const length = load<i32>(lengths + ((<usize>example) << 2));
    if (length < steps) memory.fill(queryKeyValueGradient, 0, <usize>steps * inputStride);
    for (let h: usize = 0; h < <usize>heads; h++, weights += square) {
      const head = h * ((<usize>headWidth) << 2);
      const query = queryKeyValue + head;
      headBack(
        queryKeyValueGradient + head,
        query,
        weights,
        outGradient + head,
        scratch,
        length,
        steps,
        headWidth,
        outStride,
      );
    }
    queryKeyValue += <usize>steps * inputStride;
    queryKeyValueGradient += <usize>steps * inputStride;
    outGradient += <usize>steps * outStride;
  }
}

function headBack(
  queryGradient: usize,
  query: usize,
  weights: usize,
  outGradient: usize,
  scratch: usize,
  length: i32,
  steps: i32,
  headWidth: i32,
  outStride: usize,
): void {
  const inputStride = outStride * 3;
  const stride = (<usize>steps) << 2;
  const key = query + outStride;
  const value = key + outStride;
  const keyGradient = queryGradient + outStride;
  const valueGradient = keyGradient + outStride;
  multiplyStrided(
    valueGradient,
    weights,
    outGradient,
    length,
    headWidth,
    length,
    4,
    stride,
    outStride,
    4,
    inputStride,
    0,
  );
  multiplyStrided(
    scratch,
    outGradient,
    value,
    length,
    length,
    headWidth,
    outStride,
    4,
    4,
    inputStride,
    stride,
    0,
  );
  softmaxBack(scratch, weights, stride, length, headWidth);
  multiplyStrided(
    queryGradient,
    scratch,
    key,
    length,
    headWidth,
    length,
    stride,
    4,
    inputStride,
    4,
    inputStride,
    0,
  );
  multiplyStrided(
    keyGradient,
    scratch,
    query,
    length,
    headWidth,
    length,
    4,
    stride,
    inputStride,
    4,
    inputStride,
    0,
  );
}

/** Turns gradients of weights into those of the sums of products they came from. */
function softmaxBack(gradient: usize, weights: usize, stride: usize, length: i32, headWidth: i32): void {
  const factor = f32x4.splat(1 / sqrt<f32>(<f32>headWidth));
  const bytes = length << 2;
  for (let i = 0; i < length; i++, gradient += stride, weights += stride) {
    let sums = f32x4.splat(0);
    for (let at = 0; at < bytes; at += vectorBytes) {
      const products = f32x4.mul(v128.load(gradient + at), v128.load(weights + at));
      sums = f32x4.add(sums, kept(products, bytes - at));
    }
    const mean = f32x4.splat(sumOf(sums));
    for (let at = 0; at < bytes; at += vectorBytes) {
      const share = f32x4.mul(factor, v128.load(weights + at));
      put(gradient + at, f32x4.mul(share, f32x4.sub(v128.load(gradient + at), mean)), bytes - at);
    }
  }
}
