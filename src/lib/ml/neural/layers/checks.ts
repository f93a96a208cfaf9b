/** @throws RangeError unless the value is a whole number from `from` on */
export function expectWhole(name: string, value: number, from: number): void {
  if (Number.isSafeInteger(value) && value >= from) return;
  throw new RangeError(`${name}: expected a whole number from ${from}, got ${value}`);
}

/** @throws RangeError unless 0 ≤ value < 1 */
export function expectShare(name: string, value: number): void {
  if (value >= 0 && value < 1) return;
  throw new RangeError(`${name}: expected 0 to below 1, got ${value}`);
}

/** @throws RangeError unless both are equal */
export function expectEqual(name: string, expected: number, got: number): void {
  if (expected === got) return;
  throw new RangeError(`${name}: expected ${expected}, got ${got}`);
}
