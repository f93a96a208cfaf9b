import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromFloat16, toFloat16 } from './float16.ts';

// Node's own half precision is the oracle; browsers that lack it run ours.
const halves = new Float16Array(1);
const halfBits = new Uint16Array(halves.buffer);

function nodeBits(value: number): number {
  halves[0] = value;
  return halfBits[0];
}

test('all 65,536 half-precision numbers are read as they are, and written back', () => {
  for (let half = 0; half < 65_536; half++) {
    halfBits[0] = half;
    const value = fromFloat16(half);
    if (!Object.is(value, halves[0])) expect.fail(`${half}: expected ${halves[0]}, got ${value}`);
    if (!Number.isNaN(value) && toFloat16(value) !== half)
      expect.fail(`${value}: expected ${half}, got ${toFloat16(value)}`);
  }
});

test('every float32 is rounded as IEEE 754 says', () => {
  const near = fc.float({ min: -70_000, max: 70_000, noNaN: true });
  const tiny = fc.float({ min: Math.fround(-1e-4), max: Math.fround(1e-4), noNaN: true });
  const law = fc.property(fc.oneof(near, tiny, fc.float({ noNaN: true })), (value) => {
    expect(toFloat16(value)).toBe(nodeBits(value));
  });
  fc.assert(law, { numRuns: 3_000 });
  expect(toFloat16(NaN) & 0x7fff).toBeGreaterThan(0x7c00);
});

test('halfway between two goes to the even one', () => {
  expect(toFloat16(1 + 2 ** -11)).toBe(nodeBits(1));
  expect(toFloat16(1 + 3 * 2 ** -11)).toBe(nodeBits(1 + 2 ** -9));
  expect(toFloat16(65_520)).toBe(0x7c00);
  expect(toFloat16(2 ** -25)).toBe(0);
});
