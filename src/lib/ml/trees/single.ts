/**
 * XGBoost and CatBoost compare in float32 and our trees in float64. For a float32 `cut`, this is the least float64 that
 * rounds to `cut` or above, so `v < leastRoundingTo(cut)` says of every v what `fround(v) < cut` says. Rounding the result to
 * float32 gives `cut` back.
 */
export function leastRoundingTo(cut: number): number {
  if (Math.fround(cut) !== cut && cut === cut)
    throw new RangeError(`leastRoundingTo: expected a float32, got ${cut}`);
  if (!Number.isFinite(cut)) return cut;
  // Below the lowest float32, rounding behaves as if the next one stood at −2^128. Half of a gap is exact in float64.
  const below = Math.max(nextSingle(cut, -1), -(2 ** 128));
  const middle = below / 2 + cut / 2;
  return Math.fround(middle) >= cut ? middle : nextDouble(middle, 1);
}

const bits = new DataView(new ArrayBuffer(8));

/** The next float32 above (direction 1) or below (−1). */
export function nextSingle(value: number, direction: 1 | -1): number {
  if (value === 0) return direction * 2 ** -149;
  bits.setFloat32(0, value);
  bits.setInt32(0, bits.getInt32(0) + (value > 0 ? direction : -direction));
  return bits.getFloat32(0);
}

/** The next float64 above (direction 1) or below (−1). */
export function nextDouble(value: number, direction: 1 | -1): number {
  if (value === 0) return direction * Number.MIN_VALUE;
  bits.setFloat64(0, value);
  bits.setBigInt64(0, bits.getBigInt64(0) + BigInt(value > 0 ? direction : -direction));
  return bits.getFloat64(0);
}
