// CatBoost knows categories by hashes of their text alone: CityHash64 of version 1.0, cut to 32 bits.

const word = (value: bigint) => BigInt.asUintN(64, value);
const k2 = 0x9ae16a3b2f90404fn;
const k3 = 0xc949d7c7509e6557n;
const mix = 0x9ddfea08eb382d69n;
const longestText = 8;

/**
 * The hash of a category's text. Only texts of 1 to 8 ASCII characters, which hold every code of ours.
 * @throws RangeError for others
 * @see Pike and Alakuijala, CityHash 1.0, HashLen0to16
 */
export function categoryHash(text: string): number {
  const bytes = Array.from(text, (letter) => letter.charCodeAt(0));
  if (bytes.length < 1 || bytes.length > longestText || bytes.some((byte) => byte > 127))
    throw new RangeError(`text: expected 1 to 8 ASCII characters, got ${JSON.stringify(text)}`);
  const hash = bytes.length < 4 ? hashOfFew(bytes) : hashOfMore(bytes);
  return Number(BigInt.asUintN(32, hash));
}

function hashOfFew(bytes: readonly number[]): bigint {
  const length = bytes.length;
  const y = BigInt(bytes[0] + (bytes[length >> 1] << 8));
  const z = BigInt(length + (bytes[length - 1] << 2));
  const both = word(y * k2) ^ word(z * k3);
  return word((both ^ (both >> 47n)) * k2);
}

function hashOfMore(bytes: readonly number[]): bigint {
  const length = bytes.length;
  const low = BigInt(length) + (fourBytes(bytes, 0) << 3n);
  const high = fourBytes(bytes, length - 4);
  const a = shiftMix(word((low ^ high) * mix));
  const b = shiftMix(word((high ^ a) * mix));
  return word(b * mix);
}

function shiftMix(value: bigint): bigint {
  return value ^ (value >> 47n);
}

function fourBytes(bytes: readonly number[], start: number): bigint {
  return bytes.slice(start, start + 4).reduce((sum, byte, i) => sum | (BigInt(byte) << BigInt(8 * i)), 0n);
}

const step = 0x4906ba494954cb65n;

/** The key of a combination of categories in CatBoost's tables, from the key of those before; 0n before the first. */
export function combineHash(key: bigint, hash: number): bigint {
  // CatBoost keeps the hash in a signed 32-bit number and widens it with its sign.
  return word(step * (key + word(step * word(BigInt(hash | 0)))));
}
