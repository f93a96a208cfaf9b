// Half precision by hand: not every browser has Float16Array yet.

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** Below this, 2^−14, half-precision numbers are whole multiples of 2^−24. */
const leastNormal = 0x38800000;
/** 65,520, half a step above the largest: from here on infinity. */
const overflow = 0x477ff000;
const infinity = 0x7f800000;
/** The exponent's bias is 127 in float32 and 15 in float16: their difference, where the exponent stands. */
const rebias = 0x38000000;

/** The 16 bits of the nearest half-precision number, ties to even. @see IEEE 754-2019, binary16 */
export function toFloat16(value: number): number {
  float[0] = value;
  const sign = (bits[0] >>> 16) & 0x8000;
  const magnitude = bits[0] & 0x7fffffff;
  if (magnitude > infinity) return sign | 0x7e00;
  if (magnitude >= overflow) return sign | 0x7c00;
  if (magnitude < leastNormal) return sign | roundToEven(Math.abs(float[0]) * 2 ** 24);
  const kept = magnitude - rebias;
  return sign | ((kept + 0xfff + ((kept >>> 13) & 1)) >>> 13);
}

function roundToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}

/** The number that 16 bits stand for. */
export function fromFloat16(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
