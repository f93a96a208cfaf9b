// Loops go over whole vectors of four float32. Where a row ends within one, `put` writes only what belongs to the row;
// reading a little past an array is safe, for the arena leaves room behind each.

export const vectorBytes: i32 = 16;

/** a × b + sum; rounded once instead of twice where the kernel is compiled for it. */
@inline
export function multiplyAdd(a: v128, b: v128, sum: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, sum);
  return f32x4.add(f32x4.mul(a, b), sum);
}

/** Writes as many numbers as `left` bytes have room for. */
@inline
export function put(at: usize, value: v128, left: i32): void {
  if (left >= vectorBytes) v128.store(at, value);
  else putPart(at, value, left);
}

function putPart(at: usize, value: v128, left: i32): void {
  if (left >= 4) v128.store32_lane(at, value, 0);
  if (left >= 8) v128.store32_lane(at, value, 1, 4);
  if (left >= 12) v128.store32_lane(at, value, 2, 8);
}

/** The value, with another for what lies beyond `left` bytes. */
@inline
export function instead(value: v128, other: v128, left: i32): v128 {
  return v128.bitselect(value, other, v128.gt<i32>(i32x4.splat(left), i32x4(0, 4, 8, 12)));
}

/** The value, with 0 for what lies beyond `left` bytes. */
@inline
export function kept(value: v128, left: i32): v128 {
  if (left >= vectorBytes) return value;
  return v128.and(value, v128.gt<i32>(i32x4.splat(left), i32x4(0, 4, 8, 12)));
}

@inline
export function sumOf(v: v128): f32 {
  const even = f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 2);
  return even + (f32x4.extract_lane(v, 1) + f32x4.extract_lane(v, 3));
}

@inline
export function largestOf(v: v128): f32 {
  v = f32x4.pmax(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1));
  v = f32x4.pmax(v, v128.shuffle<f32>(v, v, 1, 0, 3, 2));
  return f32x4.extract_lane(v, 0);
}

/** Writes four vectors as the columns of a square, its rows `step` bytes apart. */
@inline
export function storeTransposed(to: usize, step: usize, a: v128, b: v128, c: v128, d: v128): void {
  const lowAB = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const highAB = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const lowCD = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const highCD = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f64>(lowAB, lowCD, 0, 2));
  v128.store(to + step, v128.shuffle<f64>(lowAB, lowCD, 1, 3));
  v128.store(to + 2 * step, v128.shuffle<f64>(highAB, highCD, 0, 2));
  v128.store(to + 3 * step, v128.shuffle<f64>(highAB, highCD, 1, 3));
}
